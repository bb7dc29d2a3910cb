@testable import Scheduling
import Testing

/// A candidate, its score, and the ranking of all scores.
private let twoStages = CampaignPlan(
    id: 1, failureBudget: .count(1), slots: [PlanSlot(taskClass: generator()), scorer(0), ranker],
    prompts: 2)

private let rank = TaskID(campaign: 1, prompt: TaskID.wholeCampaign, slot: 2)

/// One candidate failed, the other was scored and ranked; the campaign is about to complete.
private func almostDone() -> (rig: Rig, worker: WorkerID) {
    var rig = Rig()
    let w = rig.attach(worker(1, slots: 4))
    rig.submit(twoStages)
    rig.report(w, failure(retryable: false), of: task(0))
    rig.report(w, of: task(1))
    rig.report(w, of: task(1, 1))
    return (rig, w)
}

@Test func aRetryRunsWhatFailedAndWhatFollowsFromIt() {
    var (rig, w) = almostDone()
    #expect(rig.explain(0, 1) == .skipped)
    let changes = rig.send(.campaign(1, .retry)).changes
    #expect(changes.reopened.map(\.task) == [task(0)])
    // The ranking that was about to be made would lack the score.
    #expect(changes.withdrawn.map(\.task) == [rank])
    #expect(rig.explain(0, 1) == .blockedBy(task(0)))
    #expect(rig.given[w]?.map(\.task) == [rank, task(0)])
    rig.report(w, of: task(0))
    #expect(rig.report(w, of: task(0, 1)).changes.emitted == [rank])
    rig.given[w]?.removeFirst()
    #expect(rig.report(w, of: rank).changes.campaigns.map(\.state) == [.completed])
}

@Test func aReportOfBeforeTheRetryCountsForNothing() throws {
    var (rig, w) = almostDone()
    let old = try #require(rig.given[w]?.first { $0.task == rank })
    rig.send(.campaign(1, .retry))
    let retried = try #require(rig.given[w]?.first { $0.task == task(0) })
    #expect(retried.attempt.number > 1)
    let stale = TaskAttempt(task: task(0), attempt: Attempt(epoch: 1, number: 1))
    #expect(rig.report(w, stale, failure()).changes.isEmpty)
    rig.report(w, of: task(0))
    rig.report(w, of: task(0, 1))
    // The ranking is made anew; what the first one found is not taken for it.
    #expect(rig.report(w, old, .completed(.nothing)).changes.isEmpty)
    #expect(rig.machine.stage(of: rank) == .open)
}

@Test func aRetriedTaskHasAllItsAttemptsAndTheBudgetIsWhole() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(
        simple(prompts: 3, budget: .count(1), generator(retry: RetryRule(retries: 1, backoff: 0))))
    for _ in 0..<5 {
        rig.report(w, failure())
        rig.send(.ticked)
    }
    #expect(rig.machine.campaignStatus(1)?.state == .halted)
    #expect(rig.machine.campaignStatus(1)?.failuresCounted == 2)
    let changes = rig.send(.campaign(1, .retry)).changes
    #expect(changes.reopened.count == 2)
    #expect(changes.campaigns.map(\.state) == [.running])
    #expect(rig.machine.campaignStatus(1)?.failuresCounted == 0)
    // The third task is tried a second time and fails for good; of the others each is new.
    #expect(rig.report(w, failure()).changes.ended.map(\.task) == [task(2)])
    #expect(rig.report(w, failure()).changes.retried.map(\.failures) == [1])
}

@Test func aCompletedCampaignIsTakenUpAgain() {
    var (rig, w) = almostDone()
    rig.report(w, of: rank)
    #expect(rig.machine.campaignStatus(1) == nil)
    var stages = [UInt8](repeating: Stage.completed.rawValue, count: 6)
    stages[0] = Stage.failed.rawValue
    stages[1] = Stage.blocked.rawValue
    let whole = [0, 0, Stage.completed.rawValue]
    let snapshot = CampaignSnapshot(
        plan: twoStages, state: .completed, stages: stages, whole: whole)
    let changes = rig.send(.revived(snapshot, nil)).changes
    #expect(changes.campaigns.map(\.state) == [.running])
    #expect(changes.reopened.map(\.task) == [task(0)])
    #expect(changes.withdrawn.map(\.task) == [rank])
    #expect(rig.given[w]?.map(\.task) == [task(0)])
}

@Test func nothingFailedNothingIsRetried() {
    var rig = Rig()
    rig.attach(worker(1))
    rig.submit(simple(prompts: 2))
    #expect(rig.send(.campaign(1, .retry)).changes.isEmpty)
    let done = CampaignSnapshot(
        plan: simple(2, prompts: 1), state: .completed, stages: [Stage.completed.rawValue])
    let changes = rig.send(.revived(done, nil)).changes
    #expect(changes.campaigns.map(\.state) == [.running, .completed])
    #expect(rig.machine.campaignStatus(2) == nil)
}

@Test func aTaskNeedNotWaitForItsNextAttempt() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1, generator(retry: RetryRule(backoff: 60_000))))
    rig.report(w, failure())
    #expect(rig.given[w] == [])
    rig.send(.task(task(0), .retry))
    #expect(rig.given[w]?.first?.attempt.number == 2)
}

@Test func oneTaskIsTriedAgain() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 3))
    rig.report(w, failure(retryable: false))
    rig.report(w, failure(retryable: false))
    #expect(rig.send(.task(task(0), .retry)).changes.reopened.map(\.task) == [task(0)])
    #expect(rig.machine.stage(of: task(1)) == .failed)
}

@Test func aCancelledTaskIsStoppedAndWhatWaitsForItIsSkipped() {
    var rig = Rig()
    let w = rig.attach(worker(1, slots: 4))
    rig.submit(twoStages)
    let effects = rig.send(.task(task(0), .cancel))
    #expect(effects.changes.ended.map(\.stage) == [.cancelled])
    #expect(rig.explain(0, 1) == .skipped)
    let stop = ToWorker.cancel([
        TaskAttempt(task: task(0), attempt: Attempt(epoch: 1, number: 1))
    ])
    #expect(effects.messages.contains(Outgoing(worker: w, message: .plain(stop))))
    // A campaign's retry is of what failed, not of what somebody did not want.
    #expect(rig.send(.campaign(1, .retry)).changes.reopened.isEmpty)
    #expect(rig.send(.task(task(0), .retry)).changes.reopened.map(\.task) == [task(0)])
}

@Test func aTaskThatHasNotBegunCanBeCancelled() {
    var rig = Rig()
    rig.attach(worker(1, slots: 4))
    rig.submit(twoStages)
    let changes = rig.send(.task(task(0, 1), .cancel)).changes
    #expect(changes.emitted == [task(0, 1)])
    #expect(changes.ended.map(\.task) == [task(0, 1)])
    #expect(rig.report(1, of: task(0)).changes.emitted.isEmpty)
}

@Test func aKillOutlivesTheCoordinator() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1))
    let change = rig.send(.campaign(1, .kill)).changes.campaigns.last
    #expect(change?.isKilled == true)
    var known = CampaignSnapshot(
        plan: simple(prompts: 1), state: .cancelling, stages: [Stage.open.rawValue],
        open: [.init(task: task(0), attempt: Attempt(epoch: 1, number: 1), holder: w)])
    known.isKilled = true
    let worker1 = Snapshot.KnownWorker(
        id: w, identity: "w1", wasAttached: true, isCordoned: false)
    var next = Rig(Snapshot(epoch: 2, campaigns: [known], workers: [worker1]))
    let attempt = TaskAttempt(task: task(0), attempt: Attempt(epoch: 1, number: 1))
    let held = Held(
        task: attempt.task, attempt: attempt.attempt, phase: .running, running: 9)
    let effects = next.send(.registered(worker(1, held: [held])))
    #expect(
        effects.messages.contains(Outgoing(worker: w, message: .plain(.cancel([attempt])))))
    #expect(next.report(w, attempt, .returned).changes.campaigns.map(\.state) == [.cancelled])
}

@Test func anEndedCampaignsTallyIsKept() {
    var (rig, w) = almostDone()
    let tally = rig.report(w, of: rank).changes.campaigns.last?.tally
    #expect(tally?.prompts == 2)
    #expect(tally?.kinds[.generate]?[.failed] == 1)
    #expect(tally?.kinds[.score]?[.skipped] == 1)
    #expect(tally?.kinds[.rank]?[.completed] == 1)
}

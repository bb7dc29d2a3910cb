@testable import Scheduling
import Testing

@Test func aFailedTaskReturnsAfterItsWait() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1, generator(retry: RetryRule(retries: 1, backoff: 1000))))
    let retry = rig.report(w, failure()).changes.retried.first
    #expect(retry?.failures == 1)
    #expect((1000...1100).contains(retry?.delay ?? 0))
    #expect(rig.explain(0) == .backoff(milliseconds: retry?.delay ?? 0, failures: 1))
    rig.wait(900)
    #expect(rig.given[w] == [])
    rig.wait(400)
    #expect(rig.given[w] == [TaskAttempt(task: task(0), attempt: Attempt(epoch: 1, number: 2))])
    let ended = rig.report(w, failure()).changes.ended.first
    #expect(ended?.stage == .failed)
    #expect(ended?.failures == 2)
}

@Test func whatCannotBeRetriedFailsAtOnce() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1))
    #expect(rig.report(w, failure(retryable: false)).changes.ended.map(\.stage) == [.failed])
}

@Test func aStaleFailureIsAcknowledgedAndIgnored() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1, generator(retry: RetryRule(backoff: 0))))
    let old =
        rig.given[w]?.first ?? TaskAttempt(task: task(0), attempt: Attempt(epoch: 0, number: 0))
    rig.report(w, failure())
    rig.send(.ticked)
    #expect(rig.given[w]?.first?.attempt.number == 2)
    let effects = rig.report(w, old, failure())
    #expect(effects.changes.isEmpty)
    #expect(effects.messages == [Outgoing(worker: w, message: .plain(.acknowledge([2])))])
}

@Test func aLateResultOfALostWorkerCounts() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1))
    let attempt =
        rig.given[w]?.first ?? TaskAttempt(task: task(0), attempt: Attempt(epoch: 0, number: 0))
    rig.wait(11_000)
    #expect(rig.machine.population.workers == 0)
    rig.attach(worker(1))
    #expect(rig.report(w, attempt, .completed(.nothing)).changes.completed.count == 1)
}

@Test func aTaskThatKeepsLosingItsWorkersFails() {
    var rig = Rig()
    rig.submit(simple(prompts: 1, generator(retry: RetryRule(crashLimit: 2))))
    rig.attach(worker(1))
    let first = rig.wait(11_000)
    #expect(first.retried.map(\.crashes) == [1])
    #expect(first.workers.last?.state == .lost)
    rig.attach(worker(1))
    let second = rig.wait(11_000)
    #expect(second.ended.map(\.stage) == [.failed])
    #expect(second.ended.first?.crashes == 2)
}

@Test func aPauseOfTheCoordinatorIsNotTheWorkersSilence() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1))
    rig.now += 60_000
    let effects = rig.send(.ticked)
    #expect(effects.changes.isEmpty)
    #expect(rig.machine.population.workers == 1)
    #expect(rig.given[w]?.count == 1)
}

@Test func tooManyFailuresHaltTheCampaignUntilItIsResumed() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 10, budget: .count(1)))
    rig.report(w, failure(retryable: false))
    let changes = rig.report(w, failure(retryable: false)).changes
    #expect(changes.campaigns.map(\.state) == [.halted])
    #expect(rig.given[w] == [])
    #expect(rig.explain(5) == .campaign(.halted))
    rig.send(.campaign(1, .resume))
    #expect(rig.given[w]?.count == 1)
    // What had failed before is forgiven: one more is within the budget, two are not.
    #expect(rig.report(w, failure(retryable: false)).changes.campaigns.isEmpty)
    #expect(rig.report(w, failure(retryable: false)).changes.campaigns.map(\.state) == [.halted])
}

@Test func aPausedCampaignLeasesNothing() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 3))
    #expect(rig.send(.campaign(1, .pause)).changes.campaigns.map(\.state) == [.paused])
    rig.report(w)
    #expect(rig.given[w] == [])
    rig.send(.campaign(1, .resume))
    #expect(rig.given[w]?.count == 1)
}

@Test func aCancelledCampaignLetsRunningTasksEnd() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 3))
    let changes = rig.send(.campaign(1, .cancel)).changes
    #expect(changes.campaigns.map(\.state) == [.cancelling])
    #expect(changes.ended.map(\.stage) == [.cancelled, .cancelled])
    let end = rig.report(w).changes
    #expect(end.completed.count == 1)
    #expect(end.campaigns.map(\.state) == [.cancelled])
    #expect(rig.machine.population.tasks == 0)
}

@Test func aKilledCampaignStopsRunningTasksAndSaysSoAgain() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1))
    let stop = Outgoing(
        worker: w,
        message: .plain(
            .cancel([TaskAttempt(task: task(0), attempt: Attempt(epoch: 1, number: 1))])))
    #expect(rig.send(.campaign(1, .kill)).messages.contains(stop))
    #expect(rig.beat(w).messages.contains(stop))
    #expect(rig.report(w, .returned).changes.campaigns.map(\.state) == [.cancelled])
}

@Test func aWorkerThatIgnoresATimeLimitIsOverruled() {
    var config = CoordinatorConfig.quick
    config.timeLimitGrace = 1000
    var rig = Rig(Snapshot(epoch: 1), config)
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1, generator(timeLimit: 2000)))
    rig.beat(w)
    rig.now += 2500
    #expect(rig.beat(w).changes.retried.isEmpty)
    rig.now += 1000
    #expect(rig.beat(w).changes.retried.first?.failures == 1)
}

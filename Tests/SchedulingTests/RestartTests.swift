@testable import Scheduling
import Testing

private let attempt = Attempt(epoch: 1, number: 1)

/// Two open tasks; the first was recorded with worker 1.
private func snapshot() -> Snapshot {
    Snapshot(
        epoch: 2,
        campaigns: [
            CampaignSnapshot(
                plan: simple(prompts: 2), stages: [1, 1],
                open: [
                    .init(task: task(0), attempt: attempt, holder: 1), .init(task: task(1)),
                ])
        ],
        workers: [
            .init(id: 1, identity: "w1", wasAttached: true, isCordoned: false),
            .init(id: 2, identity: "w2", wasAttached: false, isCordoned: false),
        ])
}

@Test func nothingIsLeasedBeforeTheRollCallEnds() {
    var rig = Rig(snapshot())
    let other = rig.attach(worker(2))
    #expect(rig.given[other] == nil)
    #expect(rig.explain(1) == .rollCall)
    rig.wait(2000)
    #expect(rig.given[other]?.map(\.task) == [task(1)])
}

@Test func theRollCallEndsWhenEveryKnownWorkerIsBack() {
    var rig = Rig(snapshot())
    let held = [Held(task: task(0), attempt: attempt, phase: .running, running: 500)]
    let w = rig.attach(worker(1, slots: 2, held: held))
    #expect(rig.given[w]?.map(\.task) == [task(1)])
    #expect(rig.explain(0) == .leased(worker: "w1", attempt: 1, running: 500, loading: nil))
}

@Test func aRunningTaskIsTakenUpAgainAndEndsUnderItsOldAttempt() {
    var rig = Rig(snapshot())
    let held = [Held(task: task(0), attempt: attempt, phase: .running, running: 500)]
    let w = rig.attach(worker(1, held: held))
    let end = rig.report(
        w, TaskAttempt(task: task(0), attempt: attempt), .completed(.nothing))
    #expect(end.changes.completed.map(\.report.task) == [task(0)])
}

@Test func aFinishedTaskWaitsForItsReport() {
    var rig = Rig(snapshot())
    let held = [
        Held(task: task(0), attempt: attempt, phase: .finished, running: 0),
        Held(task: task(1), attempt: attempt, phase: .finished, running: 0),
    ]
    let w = rig.attach(worker(1, slots: 4, held: held))
    #expect(rig.given[w] == nil)
}

@Test func aHolderThatDoesNotComeBackLosesItsLease() {
    var rig = Rig(snapshot())
    let other = rig.attach(worker(2, slots: 4))
    for _ in 0..<24 {
        rig.now += 500
        rig.beat(other)
    }
    #expect(Set((rig.given[other] ?? []).map(\.task)) == [task(0), task(1)])
    #expect(rig.given[other]?.last?.attempt == Attempt(epoch: 2, number: 2))
}

@Test func onlyLeasesThatLastAreRecorded() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 2))
    let quick = rig.report(w).changes
    #expect(quick.recorded.isEmpty)
    #expect(quick.completed.map(\.isRecorded) == [false])
    let recorded = rig.wait(1500).recorded
    #expect(recorded == [RecordedLease(task: task(1), attempt: attempt, worker: w)])
    #expect(rig.wait(1500).recorded.isEmpty)
    #expect(rig.report(w).changes.completed.map(\.isRecorded) == [true])
}

@Test func aCountedFailureIsNotCountedAgainAfterARestart() {
    var known = snapshot()
    known.campaigns[0].open[0] = .init(
        task: task(0), attempt: attempt, failures: 1, fence: attempt)
    var rig = Rig(known)
    let held = [Held(task: task(0), attempt: attempt, phase: .finished, running: 0)]
    let w = rig.attach(worker(1, held: held))
    let again = rig.report(w, TaskAttempt(task: task(0), attempt: attempt), failure())
    #expect(again.changes.retried.isEmpty)
}

/// Of two attempts one was lost with its worker, then the other failed: each is told as what it is,
/// so that the failure is not counted again after a restart.
@Test func anAttemptThatIsLostBesideAnotherIsRecorded() throws {
    var known = snapshot()
    known.campaigns[0].open[0] = .init(
        task: task(0), attempt: Attempt(epoch: 1, number: 2), holder: 1)
    var rig = Rig(known)
    let held = [Held(task: task(0), attempt: attempt, phase: .finished, running: 0)]
    let other = rig.attach(worker(2, slots: 4, held: held))
    var lost: [Retry] = []
    while rig.now < 30_000, lost.isEmpty {
        lost = rig.wait(500).retried
        let beat = Heartbeat(
            session: 2, received: .max, held: held, resident: [], draining: false)
        rig.send(.heartbeat(other, beat))
    }
    #expect(lost.map(\.task) == [task(0)] && lost.map(\.attempt.number) == [2])
    #expect(lost.allSatisfy { $0.outcome != .failed })
    let failed = rig.report(other, TaskAttempt(task: task(0), attempt: attempt), failure())
    #expect(failed.changes.retried.map(\.outcome) == [.failed])
    #expect(failed.changes.retried.map(\.failures) == [1])
}

/// A result of hours that comes late is as good, though the attempt after it has failed; unless it
/// is of what the task was before it was taken back.
@Test(arguments: [false, true])
func aLateResultOfAWholeCampaignCountsUnlessItWasTakenBack(wasTakenBack: Bool) throws {
    let last = TaskID(campaign: 1, prompt: TaskID.wholeCampaign, slot: 1)
    var known = snapshot()
    known.campaigns = [
        CampaignSnapshot(
            plan: CampaignPlan(
                id: 1, slots: [PlanSlot(taskClass: generator()), ranker], prompts: 1),
            stages: [2, 0], whole: [0, 1],
            open: [
                .init(
                    task: last,
                    withdrawn: wasTakenBack ? attempt : Attempt(epoch: 0, number: 0))
            ])
    ]
    var rig = Rig(known)
    rig.wait(20_000)
    let other = rig.attach(worker(2))
    #expect(rig.report(other, failure(), of: last).changes.retried.map(\.task) == [last])
    let held = [Held(task: last, attempt: attempt, phase: .finished, running: 0)]
    let w = rig.attach(worker(1, held: held))
    let late = rig.report(w, TaskAttempt(task: last, attempt: attempt), .completed(.nothing))
    #expect(late.changes.completed.map(\.report.task) == (wasTakenBack ? [] : [last]))
}

@Test func aReportOfANewerEpochIsNotAcknowledged() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    let newer = TaskAttempt(task: task(0), attempt: Attempt(epoch: 2, number: 1))
    #expect(rig.report(w, newer, .completed(.nothing)).messages.isEmpty)
}

@Test func aNameInUseOnAnotherNodeIsRefused() {
    var rig = Rig()
    rig.attach(worker(1))
    var impostor = worker(1)
    impostor.session = 99
    impostor.node = "elsewhere"
    let effects = rig.send(.registered(impostor))
    guard case .plain(.refused(let reason))? = effects.messages.first?.message else {
        Issue.record("it was accepted")
        return
    }
    #expect(effects.messages.first?.worker == 0)
    #expect(reason.contains("--name"))
}

@Test func aResubmissionThatAsksForLessSetsTasksAside() {
    var rig = Rig()
    rig.submit(simple(prompts: 3))
    var fewer = simple(prompts: 3)
    fewer.retired = [1]
    rig.submit(fewer)
    let w = rig.attach(worker(1, slots: 8))
    #expect(rig.given[w]?.map(\.task) == [task(0), task(2)])
    rig.submit(simple(prompts: 3))
    #expect(rig.given[w]?.map(\.task) == [task(0), task(2), task(1)])
}

@Test func aTaskNobodyAsksForDoesNotKeepItsCampaign() {
    var rig = Rig()
    rig.submit(simple(prompts: 2))
    var fewer = simple(prompts: 2)
    fewer.retired = [1]
    rig.submit(fewer)
    let w = rig.attach(worker(1))
    #expect(rig.report(w).changes.campaigns.map(\.state) == [.completed])
    #expect(rig.machine.population.tasks == 0)
}

@Test func changedNeedsDoNotUpsetTheBooks() {
    var rig = Rig()
    let w = rig.attach(worker(1, slots: 8))
    rig.submit(simple(prompts: 20, generator("m", Resources(cpus: 4000))))
    #expect(rig.given[w]?.count == 2)
    rig.submit(simple(prompts: 20, generator("m", Resources(cpus: 1000))))
    rig.report(w)
    rig.report(w)
    #expect(rig.given[w]?.count == 8)
}

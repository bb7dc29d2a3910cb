@testable import Scheduling
import Testing

@Test func aCordonedWorkerKeepsWhatItHoldsAndADrainedOneGivesItBack() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    let cordoned = rig.send(.worker(w, .cordon))
    #expect(cordoned.messages.isEmpty)
    #expect(cordoned.changes.workers.map(\.isCordoned) == [true])
    rig.submit(simple(prompts: 2))
    #expect(rig.given[w] == nil)
    #expect(rig.explain(0) == .closed(workers: ["w1"]))
    rig.send(.worker(w, .uncordon))
    #expect(rig.given[w]?.count == 1)
    let drained = rig.send(.worker(w, .drain))
    #expect(drained.messages == [Outgoing(worker: w, message: .plain(.drain(true)))])
    #expect(drained.changes.workers.map(\.isCordoned) == [true])
    rig.report(w)
    #expect(rig.given[w] == [])
}

@Test func anOperatorsLabelsCountOverTheWorkersOwn() {
    var rig = Rig()
    let own = [Registration.Label(key: "zone", value: "a")]
    let w = rig.attach(worker(1, labels: own))
    let rule = LabelRule(key: "zone", values: ["b"])
    rig.submit(simple(prompts: 3, generator(labels: [rule])))
    #expect(rig.given[w] == nil)
    let change = rig.send(.worker(w, .label(set: ["zone": "b"], remove: []))).changes.labels
    #expect(change.map(\.labels.added) == [["zone": "b"]])
    #expect(rig.given[w]?.count == 1)
    rig.send(.worker(w, .label(set: [:], remove: ["zone"])))
    rig.report(w)
    #expect(rig.given[w] == [])
    #expect(rig.machine.workerStatus(w, at: Instant(milliseconds: 0))?.labels == [:])
}

@Test func anOperatorsLabelsOutliveWorkerAndCoordinator() {
    var labels = OperatorLabels()
    labels.change(set: ["zone": "b"], remove: ["team"])
    let known = Snapshot.KnownWorker(
        id: 1, identity: "w1", wasAttached: false, isCordoned: false, labels: labels)
    var rig = Rig(Snapshot(epoch: 2, workers: [known]))
    let own = ["team": "x", "zone": "a"].map { Registration.Label(key: $0.key, value: $0.value) }
    let w = rig.attach(worker(1, labels: own))
    let now = Instant(milliseconds: 0)
    #expect(rig.machine.workerStatus(w, at: now)?.labels == ["zone": "b"])
    rig.send(.goodbye(w, session: 1))
    rig.attach(worker(1, labels: own))
    #expect(rig.machine.workerStatus(w, at: now)?.labels == ["zone": "b"])
}

@Test func aWorkerIsKnownByWhatItHasDone() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 3))
    rig.report(w, milliseconds: 30)
    rig.report(w, failure(), milliseconds: 12)
    let status = rig.machine.workerStatus(w, at: Instant(milliseconds: 500))
    #expect(status?.work == WorkDone(completed: 1, failed: 1, microseconds: 42_000))
    #expect(status?.attached == 500)
}

@Test func whyAnswersByRecipe() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    let plan = CampaignPlan(
        id: 1, slots: [PlanSlot(taskClass: generator(retry: RetryRule(backoff: 5000))), scorer(0)],
        prompts: 4)
    rig.submit(plan)
    rig.report(w, failure())
    let groups = rig.machine.why(1, at: Instant(milliseconds: 0))
    #expect(groups.map(\.slot) == [0, 0, 0, 1])
    #expect(groups.map(\.count) == [2, 1, 1, 4])
    #expect(groups[0].explanation == .waiting(workers: ["w1"], ahead: 0))
    guard case .backoff(_, failures: 1) = groups[1].explanation,
        case .leased(worker: "w1", attempt: 1, running: 0, loading: nil) = groups[2].explanation,
        case .blockedBy = groups[3].explanation
    else {
        Issue.record("\(groups)")
        return
    }
}

@Test func aModelThatIsBeingLoadedIsNamed() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1, generator(model: "big")))
    let held = (rig.given[w] ?? []).map {
        Held(task: $0.task, attempt: $0.attempt, phase: .running, running: 100)
    }
    rig.send(
        .heartbeat(
            w,
            Heartbeat(
                session: 1, received: .max, held: held, resident: [], loading: ["big"],
                draining: false)))
    #expect(rig.explain(0) == .leased(worker: "w1", attempt: 1, running: 100, loading: "big"))
    #expect(rig.machine.workerStatus(w, at: Instant(milliseconds: 0))?.loading == ["big"])
}

import Scheduling
import Testing

private let twoStages = CampaignPlan(
    id: 1, slots: [PlanSlot(taskClass: generator()), scorer(0)], prompts: 2)

@Test func aTaskOfNoCampaignIsNotOpen() {
    #expect(Rig().explain(0) == .notOpen)
}

@Test func aBlockedTaskNamesItsPredecessor() {
    var rig = Rig()
    rig.submit(twoStages)
    #expect(rig.explain(1, 1) == .blockedBy(task(1, 0)))
}

@Test func aTaskBehindTheWindowSaysSo() {
    var config = CoordinatorConfig.quick
    (config.windowLow, config.windowHigh) = (1, 1)
    var rig = Rig(Snapshot(epoch: 1), config)
    rig.submit(twoStages)
    #expect(rig.explain(1) == .beyondWindow)
}

@Test func aTaskOfTheWholeCampaignComesLast() {
    var rig = Rig()
    var plan = twoStages
    plan.slots.append(PlanSlot(taskClass: generator(), isWholeCampaign: true))
    rig.submit(plan)
    #expect(rig.explain(TaskID.wholeCampaign, 2) == .comesLast)
    #expect(rig.machine.why(1, at: Instant(milliseconds: rig.now)).last?.explanation == .comesLast)
}

@Test func aSkippedTaskSaysSo() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    var plan = twoStages
    plan.failureBudget = .count(5)
    rig.submit(plan)
    rig.report(w, failure(retryable: false))
    #expect(rig.explain(0, 1) == .skipped)
    #expect(rig.explain(0, 0) == .notOpen)
}

@Test func withoutWorkersThereAreNone() {
    var rig = Rig()
    rig.submit(twoStages)
    #expect(rig.explain(0) == .noWorkers)
}

@Test func everyWorkersObstacleIsNamed() {
    var rig = Rig()
    rig.attach(worker(1))
    var bare = worker(2)
    bare.provides = []
    rig.attach(bare)
    let rule = LabelRule(key: "zone", values: ["a"])
    rig.attach(worker(3, devices: 2))
    rig.submit(simple(prompts: 1, generator("m", Resources(gpus: 1000), labels: [rule])))
    guard case .noCapableWorker(_, let obstacles) = rig.explain(0) else {
        Issue.record("somebody is able")
        return
    }
    #expect(obstacles.map(\.worker) == ["w1", "w2", "w3"])
    #expect(obstacles.map(\.obstacle) == [.label(rule), .noEngine, .label(rule)])
    rig.submit(simple(2, prompts: 1, generator("m", Resources(gpus: 3000))))
    let big = rig.machine.explain(task(0, campaign: 2), at: Instant(milliseconds: 0))
    guard case .noCapableWorker(_, let short) = big else {
        Issue.record("somebody is able")
        return
    }
    #expect(short.map(\.obstacle) == [.short(.gpuMemory), .noEngine, .short(.gpus)])
}

@Test func aWaitingTaskSaysWhomItWaitsFor() {
    var rig = Rig()
    rig.attach(worker(1))
    rig.submit(simple(prompts: 4))
    #expect(rig.explain(3) == .waiting(workers: ["w1"], ahead: 2))
    #expect(rig.explain(0) == .leased(worker: "w1", attempt: 1, running: 0, loading: nil))
}

@Test func aPausedCampaignSaysSo() {
    var rig = Rig()
    rig.submit(simple(prompts: 4))
    rig.send(.campaign(1, .pause))
    #expect(rig.explain(3) == .campaign(.paused))
}

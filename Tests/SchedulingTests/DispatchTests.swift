@testable import Scheduling
import Testing

@Test func aTaskIsLeasedCompletedAndAcknowledged() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(prompts: 1))
    let given = rig.given[w]?.first
    #expect(given == TaskAttempt(task: task(0), attempt: Attempt(epoch: 1, number: 1)))
    let effects = rig.report(w)
    #expect(effects.changes.completed.map(\.report.task) == [task(0)])
    #expect(effects.changes.campaigns.map(\.state) == [.completed])
    #expect(effects.messages.contains(Outgoing(worker: w, message: .plain(.acknowledge([1])))))
    #expect(rig.machine.population.tasks == 0)
}

@Test func fewTasksSpreadOverAllWorkers() {
    var rig = Rig()
    let ids = (1...3).map { rig.attach(worker($0, slots: 4)) }
    rig.submit(simple(prompts: 3))
    #expect(ids.map { rig.given[$0]?.count } == [1, 1, 1])
}

@Test func higherPriorityGoesFirst() {
    var rig = Rig()
    rig.submit(simple(1, prompts: 5))
    rig.submit(simple(2, prompts: 2, priority: 1))
    let w = rig.attach(worker(1))
    var order: [CampaignID] = []
    while let next = rig.given[w]?.first {
        order.append(next.task.campaign)
        rig.report(w)
    }
    #expect(order == [2, 2, 1, 1, 1, 1, 1])
}

@Test(arguments: [1.0, 2, 5])
func campaignsShareByWeight(weight: Double) {
    var rig = Rig()
    rig.submit(simple(1, prompts: 1000, weight: weight))
    rig.submit(simple(2, prompts: 1000))
    let w = rig.attach(worker(1))
    var counts: [CampaignID: Double] = [:]
    for _ in 0..<600 {
        counts[rig.given[w]?.first?.task.campaign ?? 0, default: 0] += 1
        rig.report(w)
    }
    let ratio = (counts[1] ?? 0) / (counts[2] ?? 1)
    #expect(abs(ratio - weight) < 0.1 * weight)
}

@Test func aNewcomerDoesNotGetBackTheTimeItWasNotThere() {
    var rig = Rig()
    let w = rig.attach(worker(1))
    rig.submit(simple(1, prompts: 1000))
    for _ in 0..<300 { rig.report(w) }
    rig.submit(simple(2, prompts: 1000))
    var newcomer = 0
    for _ in 0..<100 {
        if rig.given[w]?.first?.task.campaign == 2 { newcomer += 1 }
        rig.report(w)
    }
    #expect((45...55).contains(newcomer))
}

@Test func noMoreAreLeasedThanTheCampaignAllows() {
    var rig = Rig()
    let w = rig.attach(worker(1, slots: 8))
    rig.submit(simple(prompts: 9, maxRunning: 2))
    #expect(rig.given[w]?.count == 2)
    #expect(rig.explain(8) == .campaignLimit(2))
    rig.report(w)
    #expect(rig.given[w]?.count == 2)
}

@Test func aWorkerKeepsItsModelWhileTheOtherClassIsNotStarved() {
    var config = CoordinatorConfig.quick
    config.starvationBound = 1000
    var rig = Rig(Snapshot(epoch: 1), config)
    let two = CampaignPlan(
        id: 1,
        slots: [
            PlanSlot(taskClass: generator("a", model: "a")),
            PlanSlot(taskClass: generator("b", model: "b")),
        ], prompts: 1000)
    let w = rig.attach(worker(1, resident: ["b"]))
    rig.submit(two)
    var slots: [Int] = []
    for _ in 0..<400 {
        slots.append(rig.given[w]?.first?.task.slot ?? -1)
        rig.now += 10
        rig.report(w)
        if rig.now % 500 == 0 { rig.beat(w) }
    }
    let switches = zip(slots, slots.dropFirst()).filter { $0 != $1 }.count
    #expect(slots.first == 1)
    #expect(Set(slots) == [0, 1])
    #expect(switches <= 8, "the model was switched \(switches) times in 4 s")
}

@Test func aStarvedBigTaskGetsAWorkerOfItsOwn() {
    var config = CoordinatorConfig.quick
    config.starvationBound = 2000
    var rig = Rig(Snapshot(epoch: 1), config)
    let w = rig.attach(worker(1, slots: 4))
    rig.submit(simple(1, prompts: 4000, generator("small", Resources(cpus: 2000))))
    rig.submit(simple(2, prompts: 1, generator("big", Resources(cpus: 8000))))
    var served: Int64?
    for _ in 0..<400 where served == nil {
        rig.now += 25
        if rig.now % 500 == 0 { rig.beat(w) }
        if rig.given[w]?.contains(where: { $0.task.campaign == 2 }) ?? false { served = rig.now }
        rig.report(w)
    }
    #expect(served.map { $0 <= 2000 + 1000 } ?? false, "served at \(served ?? -1) ms")
}

@Test func aReservationEndsWithItsReason() {
    var config = CoordinatorConfig.quick
    config.starvationBound = 1000
    var rig = Rig(Snapshot(epoch: 1), config)
    let w = rig.attach(worker(1, slots: 4))
    rig.submit(simple(1, prompts: 100, generator("small", Resources(cpus: 2000))))
    rig.submit(simple(2, prompts: 1, generator("big", Resources(cpus: 8000))))
    for _ in 0..<5 {
        rig.now += 500
        rig.beat(w)
    }
    // Both have waited long: the first is served, then the worker is kept free for the other.
    rig.report(w)
    rig.wait(500)
    rig.report(w)
    #expect(rig.given[w]?.count == 3)
    rig.send(.campaign(2, .pause))
    rig.wait(1000)
    #expect(rig.given[w]?.count == 4)
}

@Test func theTailGetsASecondAttemptOnAnIdleWorker() {
    var config = CoordinatorConfig.quick
    config.stragglerMinimum = 1000
    var rig = Rig(Snapshot(epoch: 1), config)
    let first = rig.attach(worker(1))
    rig.submit(simple(prompts: 2))
    rig.report(first)
    let second = rig.attach(worker(2))
    for _ in 0..<8 {
        rig.now += 500
        rig.beat(first)
        rig.beat(second)
    }
    #expect(
        rig.given[second] == [TaskAttempt(task: task(1), attempt: Attempt(epoch: 1, number: 2))])
    let effects = rig.report(second)
    #expect(effects.changes.completed.count == 1)
    #expect(
        effects.messages.contains(
            Outgoing(
                worker: first,
                message: .plain(
                    .cancel([TaskAttempt(task: task(1), attempt: Attempt(epoch: 1, number: 1))])))))
    #expect(rig.report(first).changes.completed.isEmpty)
}

@Test func shortTasksArePrefetchedAsFarAsTheirTimeGoes() {
    var config = CoordinatorConfig()
    config.prefetchHorizon = 100
    var rig = Rig(Snapshot(epoch: 1), config)
    let w = rig.attach(worker(1, slots: 2))
    rig.submit(simple(prompts: 1000))
    #expect(rig.given[w]?.count == 2, "nothing is known of their time yet")
    rig.report(w, milliseconds: 10)
    #expect((20...24).contains(rig.given[w]?.count ?? 0))
}

@Test func nothingIsPrefetchedBehindALongTask() {
    var config = CoordinatorConfig()
    config.prefetchHorizon = 100
    var rig = Rig(Snapshot(epoch: 1), config)
    let w = rig.attach(worker(1, slots: 4, devices: 1))
    let both = CampaignPlan(
        id: 1,
        slots: [
            PlanSlot(taskClass: generator("long", Resources(gpus: 1000))),
            PlanSlot(taskClass: generator("short", Resources(gpus: 500))),
        ], prompts: 10)
    rig.submit(both)
    let first = rig.given[w]?.first?.task
    #expect(first == task(0, 0))
    #expect(rig.given[w]?.count == 1)
}

@Test func aClassGoesOnlyWhereItsLabelsSay() {
    var rig = Rig()
    let rule = LabelRule(key: "zone", values: ["a", "b"])
    let plain = rig.attach(worker(1))
    let labelled = rig.attach(worker(2, labels: [.init(key: "zone", value: "b")]))
    rig.submit(simple(prompts: 2, generator(labels: [rule])))
    #expect(rig.given[plain] == nil)
    #expect(rig.given[labelled]?.count == 1)
}

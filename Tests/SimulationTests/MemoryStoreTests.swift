@testable import Scheduling
import Simulation
import Testing

private let plan = CampaignPlan(
    id: 1, slots: [PlanSlot(taskClass: TaskClass(need: Capability(kind: .generate, name: "m")))],
    prompts: 2)
private let task = TaskID(campaign: 1, prompt: 0, slot: 0)

private func stored() throws -> (MemoryStore, Int32) {
    var store = MemoryStore()
    let epoch = store.takeLead()
    _ = try store.submit(plan, epoch: epoch, at: 0)
    var changes = Changes()
    changes.emitted = [task]
    try store.apply(changes, epoch: epoch, at: 0)
    return (store, epoch)
}

@Test func aTaskIsInsertedOnce() throws {
    var (store, epoch) = try stored()
    var changes = Changes()
    changes.emitted = [task]
    #expect(throws: StoreRefusal.self) { try store.apply(changes, epoch: epoch, at: 1) }
}

@Test func aFinalTaskStaysFinal() throws {
    var (store, epoch) = try stored()
    var changes = Changes()
    changes.ended = [
        Ended(
            task: task, stage: .failed, attempt: nil, worker: 0, failures: 1, crashes: 0,
            message: "")
    ]
    try store.apply(changes, epoch: epoch, at: 1)
    #expect(store.stage(of: task) == .failed)
    #expect(throws: StoreRefusal.self) { try store.apply(changes, epoch: epoch, at: 2) }
}

@Test func anOldEpochCannotCommit() throws {
    var (store, epoch) = try stored()
    let newer = store.takeLead()
    #expect(throws: StoreRefusal.fenced(epoch: epoch, current: newer)) {
        try store.apply(Changes(), epoch: epoch, at: 1)
    }
}

@Test func aRefusedBatchChangesNothing() throws {
    var (store, epoch) = try stored()
    var changes = Changes()
    changes.emitted = [TaskID(campaign: 1, prompt: 1, slot: 0), task]
    #expect(throws: StoreRefusal.self) { try store.apply(changes, epoch: epoch, at: 1) }
    #expect(store.openTasks(of: 1) == [task])
}

@Test func aSnapshotKnowsHoldersAndWaits() throws {
    var (store, epoch) = try stored()
    var changes = Changes()
    let attempt = Attempt(epoch: epoch, number: 1)
    changes.recorded = [RecordedLease(task: task, attempt: attempt, worker: 7)]
    try store.apply(changes, epoch: epoch, at: 1)
    var open = store.snapshot(epoch: 2, at: 1).campaigns[0].open[0]
    #expect((open.holder, open.attempt) == (7, attempt))
    changes = Changes()
    changes.retried = [
        Retry(
            task: task, attempt: attempt, worker: 7, failures: 1, crashes: 0, delay: 50,
            message: "")
    ]
    try store.apply(changes, epoch: epoch, at: 10)
    open = store.snapshot(epoch: 2, at: 20).campaigns[0].open[0]
    #expect((open.holder, open.failures, open.delay) == (0, 1, 40))
}

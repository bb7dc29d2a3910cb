import Scheduling
import Testing

private let need = Capability(kind: .score, name: "s", batch: 100)

/// A worker whose engines take so many tasks at once.
private func worker(_ number: Int, slots: Int32, batch: Int32) -> Registration {
    var registration = SchedulingTests.worker(number, slots: slots)
    registration.provides = [Capability(kind: .score, name: "*", batch: batch)]
    return registration
}

private func campaign(prompts: Int, need: Capability = need) -> CampaignPlan {
    simple(prompts: prompts, TaskClass(need: need))
}

private func rig(_ workers: Registration...) -> Rig {
    var config = CoordinatorConfig.quick
    config.prefetchLimit = 1000
    var rig = Rig(Snapshot(epoch: 1), config)
    for worker in workers { rig.attach(worker) }
    return rig
}

@Test func aFreeSlotIsGivenWhatItsEngineTakesAtOnce() {
    var rig = rig(worker(1, slots: 2, batch: 4))
    rig.submit(campaign(prompts: 100))
    #expect(rig.given[1]?.count == 8)
}

@Test func aCampaignMayBoundItsBatches() {
    var rig = rig(worker(1, slots: 2, batch: 4))
    rig.submit(campaign(prompts: 100, need: Capability(kind: .score, name: "s", batch: 3)))
    #expect(rig.given[1]?.count == 6)
}

@Test func fewTasksAreSpreadBeforeTheyMakeBatches() {
    var rig = rig(worker(1, slots: 2, batch: 8), worker(2, slots: 2, batch: 8))
    rig.submit(campaign(prompts: 6))
    #expect(rig.given.mapValues(\.count) == [1: 3, 2: 3])
}

@Test func aBatchIsLeasedAnewOnlyWhenItIsOver() {
    var rig = rig(worker(1, slots: 1, batch: 4))
    rig.submit(campaign(prompts: 100))
    // So long that nothing is prefetched.
    for left in [3, 2, 1] {
        rig.report(1, milliseconds: 10_000)
        #expect(rig.given[1]?.count == left)
    }
    rig.report(1, milliseconds: 10_000)
    #expect(rig.given[1]?.count == 4)
}

@Test func everyTaskOfABatchWasLostWithItsWorker() {
    var rig = rig(worker(1, slots: 1, batch: 3))
    rig.submit(
        simple(prompts: 3, TaskClass(need: need, retry: RetryRule(retries: 0, crashLimit: 1))))
    rig.beat(1)
    let changes = rig.wait(30_000)
    #expect(Set(changes.ended.map(\.task)) == [task(0), task(1), task(2)])
    #expect(changes.ended.allSatisfy { $0.crashes == 1 })
}

/// A worker's machine with engines that take batches.
private struct Shell {
    var machine: WorkerMachine

    init(slots: Int32, batch: Int32) {
        machine = WorkerMachine(WorkerConfig(registration: worker(1, slots: slots, batch: batch)))
        _ = take(.connected)
        _ = take(.received(.welcome(epoch: 1, worker: 1, heartbeat: 1000, lease: 10_000)))
    }

    mutating func take(_ event: WorkerEvent) -> WorkerEffects {
        machine.handle(event, at: Instant(milliseconds: 0))
    }

    /// Assigns score tasks, each with its parameters; returns the prompts of what is started.
    mutating func assign(
        _ sequence: UInt64, _ tasks: [(prompt: Int, parameters: String)],
        _ resources: Resources = .none
    ) -> [[Int]] {
        let assignments = tasks.map { one in
            Assignment(
                task: task(one.prompt), attempt: Attempt(epoch: 1, number: 1),
                resources: resources, timeLimit: nil, model: "",
                input: TaskInput(need: need, parameters: one.parameters))
        }
        return started(take(.received(.assign(sequence: sequence, assignments))))
    }

    mutating func finish(_ prompt: Int) -> [[Int]] {
        started(
            take(
                .finished(
                    TaskAttempt(task: task(prompt), attempt: Attempt(epoch: 1, number: 1)),
                    .completed(.nothing), engine: "test", microseconds: 5)))
    }

    private func started(_ effects: WorkerEffects) -> [[Int]] {
        effects.start.map { $0.assignments.map(\.task.prompt) }
    }
}

private func alike(_ prompts: ClosedRange<Int>) -> [(prompt: Int, parameters: String)] {
    prompts.map { ($0, "{}") }
}

@Test func aSlotTakesABatchAndIsFreeAfterItsLast() {
    var shell = Shell(slots: 1, batch: 3)
    #expect(shell.assign(1, alike(0...4)) == [[0, 1, 2]])
    #expect((shell.machine.running, shell.machine.queued) == (3, 2))
    #expect(shell.machine.runningResources.count == 1)
    #expect(shell.finish(1) == [])
    #expect(shell.finish(2) == [])
    #expect(shell.finish(0) == [[3, 4]])
}

/// Twice in the queue it was twice in its batch, which then never came to its end.
@Test func aTaskThatWasTakenBackAndGivenAgainIsInItsBatchOnce() {
    var shell = Shell(slots: 1, batch: 4)
    #expect(shell.assign(1, alike(0...0)) == [[0]])
    #expect(shell.assign(2, alike(1...2)) == [])
    let waiting = TaskAttempt(task: task(1), attempt: Attempt(epoch: 1, number: 1))
    _ = shell.take(.received(.cancel([waiting])))
    #expect(shell.assign(3, alike(1...1)) == [])
    #expect(shell.finish(0) == [[2, 1]])
    #expect(shell.finish(1) == [])
    #expect(shell.finish(2) == [])
    #expect(shell.machine.runningResources.isEmpty)
    #expect(shell.assign(4, alike(3...3)) == [[3]])
}

@Test func slotsThatAreFreeShareWhatWaits() {
    var shell = Shell(slots: 2, batch: 8)
    #expect(shell.assign(1, alike(0...4)) == [[0, 1, 2], [3, 4]])
}

@Test func slotsAreSharedWithWhatElseWaits() {
    var shell = Shell(slots: 2, batch: 8)
    let tasks = (0...7).map { (prompt: $0, parameters: $0 < 4 ? "{}" : #"{"a":1}"#) }
    #expect(shell.assign(1, tasks) == [[0, 1, 2, 3], [4, 5, 6, 7]])
}

@Test func placesOnDevicesAreCountedNotSlots() {
    // Eight slots, and cores for one such task.
    var shell = Shell(slots: 8, batch: 8)
    #expect(shell.assign(1, alike(0...3), Resources(cpus: 5000)) == [[0, 1, 2, 3]])
}

@Test func onlyTasksThatAreAlikeMakeABatch() {
    var shell = Shell(slots: 1, batch: 8)
    let other = #"{"a":1}"#
    let tasks = [(0, "{}"), (1, other), (2, "{}"), (3, other)].map {
        (prompt: $0.0, parameters: $0.1)
    }
    #expect(shell.assign(1, tasks) == [[0, 2]])
    #expect(shell.finish(2) == [])
    #expect(shell.finish(0) == [[1, 3]])
}

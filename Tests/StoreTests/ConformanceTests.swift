@testable import Campaigns
@testable import Scheduling
import Preferences
import Simulation
@testable import Store
import Testing

/// Whatever a coordinator asks of it, the store reads back what the simulation's store, which
/// keeps the same promises in memory, reads back.
@Test(arguments: 1...12)
func theStoreAgreesWithTheOneOfTheSimulation(seed: UInt64) throws {
    var run = try ConformanceRun(seed: seed)
    try run.submit()
    for _ in 0..<250 { try run.step() }
    try run.finish()
}

/// A coordinator's machine with random workers and operators, whose changes go to both stores.
private struct ConformanceRun: ~Copyable {
    private var store: Store
    private var memory = MemoryStore()
    private var random: SplitMix64
    private var machine: CoordinatorMachine
    private var now = Instant(milliseconds: 0)
    private var pending = Changes()
    private var catalogs: [CampaignID: CampaignCatalog] = [:]
    private var workers: [FakeWorker] = []
    private var sequence: UInt64 = 0
    private var prompts = 6
    private var samples = 2

    private struct FakeWorker {
        var identity: String
        var session: UInt64
        var held: [TaskAttempt] = []

        func number(_ machine: CoordinatorMachine) -> WorkerID? { machine.worker(named: identity) }
    }

    init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        store = try leadingStore()
        machine = CoordinatorMachine(
            restoring: Snapshot(epoch: memory.takeLead()), config: Self.config, at: now)
        workers = (1...3).map { FakeWorker(identity: "w\($0)", session: UInt64($0)) }
    }

    private static var config: CoordinatorConfig {
        var config = CoordinatorConfig()
        config.recordAfter = 300
        config.lease = 3000
        return config
    }

    /// Submits the campaign as it is now to stores and machine.
    mutating func submit() throws {
        try commit()
        let campaign = sampleCampaign("run", samples: samples, seed: 1)
        let submission: Submission
        do {
            submission = try store.submit(campaign, prompts: samplePrompts(0..<prompts))
        } catch .conflict {
            return
        }
        let plan = submission.snapshot.plan
        _ = try memory.submit(plan, epoch: memory.epoch, at: now.milliseconds)
        if submission.snapshot.state == .running, memory.state(of: plan.id) == .completed {
            // The simulation's machine says so itself.
            let change = CampaignChange(campaign: plan.id, state: .running, reason: "")
            try memory.apply(
                Changes(campaigns: [change]), epoch: memory.epoch, at: now.milliseconds)
        }
        catalogs[plan.id] = submission.catalog
        handle(.submitted(submission.snapshot))
    }

    mutating func step() throws {
        let worker = random.int(0...workers.count - 1)
        switch random.int(0...99) {
        case 0..<30: tick(random.int(1...200))
        case 30..<70: report(from: worker)
        case 70..<78: handle(.registered(registration(of: worker)))
        case 78..<82:
            // Killed and started again.
            workers[worker].session += 10
            workers[worker].held = []
            handle(.registered(registration(of: worker)))
        case 82: leave(worker)
        case 83: tick(4000)
        case 84: handle(.worker(Int32(worker + 1), random.pick(Self.workerCommands)))
        case 85: try dropOrRetryATask()
        case 86: handle(.campaign(1, random.pick([.pause, .resume, .resume])))
        case 88: if random.chance(0.1) { handle(.campaign(1, random.pick([.cancel, .kill]))) }
        case 87:
            // A retry begins a transaction of its own.
            try commit()
            if memory.state(of: 1) == .completed {
                try revive()
            } else {
                handle(.campaign(1, .retry))
            }
        case 89:
            if random.chance(0.5) { prompts += 2 } else { samples = min(samples + 1, 4) }
            try submit()
        case 90..<92: try restart()
        default: try commit()
        }
    }

    private static var workerCommands: [WorkerCommand] {
        [
            .cordon, .uncordon, .uncordon, .drain, .label(set: ["zone": "b"], remove: []),
            .label(set: ["team": "x"], remove: ["zone"]), .label(set: ["zone": "a"], remove: []),
        ]
    }

    private mutating func dropOrRetryATask() throws {
        guard let plan = memory.plan(of: 1) else { return }
        let task = TaskID(
            campaign: 1, prompt: random.int(0...plan.prompts - 1),
            slot: random.int(0...plan.slots.count - 1))
        guard random.chance(0.7) else { return handle(.task(task, .cancel)) }
        try commit()
        handle(.task(task, .retry))
    }

    /// Takes a completed campaign up again.
    private mutating func revive() throws {
        let revival = try #require(try store.revive(1))
        let memorised = try #require(
            try memory.revive(1, epoch: memory.epoch, at: now.milliseconds))
        #expect(revival.snapshot.stages == memorised.stages)
        handle(.revived(revival.snapshot, nil))
        // Written with the first change that follows.
        try store.apply(Changes())
        try commit()
    }

    /// Lets everything end, and compares once more.
    mutating func finish() throws {
        try restart()
        for _ in 0..<2000 {
            guard machine.population.campaigns > 0 else { break }
            handle(.campaign(1, .resume))
            for worker in workers.indices {
                let id = Int32(worker + 1)
                handle(.worker(id, .uncordon))
                handle(.worker(id, .label(set: ["zone": "a"], remove: [])))
            }
            for worker in workers.indices {
                if random.chance(0.2) { handle(.registered(registration(of: worker))) }
                for held in workers[worker].held { send(.completed(output(held)), held, worker) }
                workers[worker].held = []
            }
            tick(500)
            if random.chance(0.2) { try commit() }
        }
        #expect(machine.population.campaigns == 0)
        try commit()
    }

    /// Applies what is pending to both stores and compares what they say.
    private mutating func commit() throws {
        let changes = pending
        pending = Changes()
        if !changes.isEmpty {
            try store.apply(changes)
            try memory.apply(changes, epoch: memory.epoch, at: now.milliseconds)
        }
        let mine = try store.snapshot().snapshot
        let theirs = memory.snapshot(epoch: memory.epoch, at: now.milliseconds)
        #expect(mine.workers == theirs.workers)
        #expect(mine.campaigns.count == theirs.campaigns.count)
        for (mine, theirs) in zip(mine.campaigns, theirs.campaigns) {
            #expect(mine.state == theirs.state)
            #expect(mine.plan == theirs.plan)
            #expect(mine.stages == theirs.stages)
            #expect(mine.whole == theirs.whole)
            // The clocks differ, so how long a task still waits is another test's.
            #expect(mine.open.map(withoutDelay) == theirs.open.map(withoutDelay))
        }
    }

    /// Loses the machine and what was not committed, and starts again under a new epoch.
    private mutating func restart() throws {
        pending = Changes()
        try store.resign()
        let epoch = try store.tryLead(name: "test", address: "")
        let mine = memory.takeLead()
        #expect(epoch == mine)
        machine = CoordinatorMachine(
            restoring: try store.snapshot().snapshot, config: Self.config, at: now)
        try commit()
    }

    private mutating func tick(_ milliseconds: Int) {
        now = now + Int64(milliseconds)
        handle(.ticked)
    }

    private mutating func handle(_ event: Event) {
        let effects = machine.handle(event, at: now)
        pending.append(effects.changes)
        for outgoing in effects.messages {
            guard let index = workers.firstIndex(where: { $0.number(machine) == outgoing.worker })
            else { continue }
            switch outgoing.message {
            case .assign(_, let attempts): workers[index].held += attempts
            case .plain(.cancel(let attempts)):
                workers[index].held.removeAll { held in
                    attempts.contains { $0.task == held.task }
                }
            case .plain: break
            }
        }
    }

    private mutating func report(from worker: Int) {
        guard !workers[worker].held.isEmpty else {
            return handle(.registered(registration(of: worker)))
        }
        for _ in 0..<random.int(1...8) where !workers[worker].held.isEmpty {
            let index = random.int(0...workers[worker].held.count - 1)
            let held = workers[worker].held.remove(at: index)
            switch random.int(0...9) {
            case 0:
                let failure = Failure(message: "seed says no", retryable: random.chance(0.7))
                send(.failed(failure), held, worker)
            case 1: send(.returned, held, worker)
            default: send(.completed(output(held)), held, worker)
            }
        }
    }

    private mutating func send(_ outcome: Outcome, _ held: TaskAttempt, _ worker: Int) {
        guard let number = workers[worker].number(machine) else { return }
        sequence += 1
        let report = Report(
            task: held.task, attempt: held.attempt, sequence: sequence, outcome: outcome,
            engine: "test 1", duration: 5)
        handle(.reports(number, session: workers[worker].session, [report]))
    }

    private func output(_ held: TaskAttempt) -> Output {
        switch catalogs[held.task.campaign]?.need(ofSlot: held.task.slot).kind {
        case .ingest, .generate:
            .candidate([Media(role: "joint", path: "/\(held.task.rawValue)", sha256: "")])
        case .score: .scores([Score(output: "motion", value: Double(held.task.prompt))])
        case .rank, .train, .evaluate, nil: .nothing
        }
    }

    private mutating func leave(_ worker: Int) {
        guard let number = workers[worker].number(machine) else { return }
        workers[worker].held = []
        handle(.goodbye(number, session: workers[worker].session))
    }

    private func registration(of worker: Int) -> Registration {
        let worker = workers[worker]
        return Registration(
            identity: worker.identity, session: worker.session, node: "n", pid: 1,
            capacity: Capacity(
                slots: 4, cpus: 16_000, memory: 1 << 40, devices: [.init(memory: 1 << 40)]),
            provides: [.ingest, .generate, .score, .rank].map { Capability(kind: $0, name: "*") },
            labels: [.init(key: "zone", value: "a")],
            held: worker.held.map {
                Held(task: $0.task, attempt: $0.attempt, phase: .running, running: 10)
            })
    }
}

private func withoutDelay(_ open: CampaignSnapshot.OpenTask) -> CampaignSnapshot.OpenTask {
    var open = open
    open.delay = 0
    return open
}

import Scheduling

/// A coordinator's machine under test, with a clock that the test turns.
struct Rig {
    var machine: CoordinatorMachine
    var now: Int64 = 0
    /// What each worker was given and has not reported.
    var given: [WorkerID: [TaskAttempt]] = [:]
    private var reports: UInt64 = 0

    init(_ snapshot: Snapshot = Snapshot(epoch: 1), _ config: CoordinatorConfig = .quick) {
        machine = CoordinatorMachine(
            restoring: snapshot, config: config, at: Instant(milliseconds: 0))
    }

    @discardableResult
    mutating func send(_ event: Event) -> Effects {
        let effects = machine.handle(event, at: Instant(milliseconds: now))
        for outgoing in effects.messages {
            if case .assign(_, let attempts) = outgoing.message {
                given[outgoing.worker, default: []] += attempts
            }
        }
        return effects
    }

    /// Lets time pass in steps as short as the machine asks for.
    @discardableResult
    mutating func wait(_ milliseconds: Int64) -> Changes {
        var changes = Changes()
        let end = now + milliseconds
        while now < end {
            now = min(now + 200, end)
            changes.append(send(.ticked).changes)
        }
        return changes
    }

    @discardableResult
    mutating func attach(_ registration: Registration) -> WorkerID {
        send(.registered(registration))
        return machine.worker(named: registration.identity) ?? 0
    }

    @discardableResult
    mutating func submit(_ plan: CampaignPlan) -> Effects {
        send(.submitted(CampaignSnapshot(plan: plan)))
    }

    /// The worker reports how the first thing it was given, or `task`, ended.
    @discardableResult
    mutating func report(
        _ worker: WorkerID, _ outcome: Outcome = .completed(.nothing), of task: TaskID? = nil,
        milliseconds: Int64 = 10
    ) -> Effects {
        let place = given[worker]?.firstIndex { task == nil || $0.task == task }
        guard let place, let attempt = given[worker]?.remove(at: place) else { return Effects() }
        return report(worker, attempt, outcome, milliseconds: milliseconds)
    }

    @discardableResult
    mutating func report(
        _ worker: WorkerID, _ attempt: TaskAttempt, _ outcome: Outcome, milliseconds: Int64 = 10
    ) -> Effects {
        reports += 1
        let report = Report(
            task: attempt.task, attempt: attempt.attempt, sequence: reports, outcome: outcome,
            engine: "test", duration: milliseconds * 1000)
        return send(.reports(worker, session: UInt64(worker), [report]))
    }

    /// A heartbeat in which the worker holds what it was given.
    @discardableResult
    mutating func beat(_ worker: WorkerID, running: Int64 = 0) -> Effects {
        let held = (given[worker] ?? []).map {
            Held(task: $0.task, attempt: $0.attempt, phase: .running, running: running)
        }
        return send(
            .heartbeat(
                worker,
                Heartbeat(
                    session: UInt64(worker), received: .max, held: held, resident: [],
                    draining: false)))
    }

    func explain(_ prompt: Int, _ slot: Int = 0) -> Explanation {
        machine.explain(task(prompt, slot), at: Instant(milliseconds: now))
    }
}

extension CoordinatorConfig {
    /// No prefetching and no second attempts, unless a test asks for them.
    static var quick: CoordinatorConfig {
        var config = CoordinatorConfig()
        config.prefetchLimit = 0
        config.stragglerMinimum = 1_000_000_000
        return config
    }
}

/// A worker `w1`, `w2`, … that runs everything; its session is its number.
func worker(
    _ number: Int, slots: Int32 = 1, devices: Int = 0, resident: [String] = [],
    labels: [Registration.Label] = [], held: [Held] = []
) -> Registration {
    Registration(
        identity: "w\(number)", session: UInt64(number), node: "n\(number)", pid: 1,
        capacity: Capacity(
            slots: slots, cpus: 8000, memory: 1 << 30,
            devices: (0..<devices).map { _ in Capacity.Device(memory: 1 << 30) }),
        provides: TaskKind.allCases.map { Capability(kind: $0, name: "*") }, labels: labels,
        resident: resident, held: held)
}

func generator(
    _ name: String = "m", _ resources: Resources = .none, model: String = "",
    labels: [LabelRule] = [], timeLimit: Int64? = nil, retry: RetryRule = RetryRule()
) -> TaskClass {
    TaskClass(
        need: Capability(kind: .generate, name: name), resources: resources, labels: labels,
        model: model, timeLimit: timeLimit, retry: retry)
}

func scorer(_ source: Int) -> PlanSlot {
    PlanSlot(
        taskClass: TaskClass(need: Capability(kind: .score, name: "s")), source: source)
}

let ranker = PlanSlot(
    taskClass: TaskClass(need: Capability(kind: .rank, name: "rank")), isWholeCampaign: true)

/// A campaign with one recipe.
func simple(
    _ id: CampaignID = 1, prompts: Int, priority: Int32 = 0, weight: Double = 1,
    maxRunning: Int? = nil, budget: FailureBudget = .share(1), _ taskClass: TaskClass = generator()
) -> CampaignPlan {
    CampaignPlan(
        id: id, priority: priority, weight: weight, maxRunning: maxRunning, failureBudget: budget,
        slots: [PlanSlot(taskClass: taskClass)], prompts: prompts)
}

func task(_ prompt: Int, _ slot: Int = 0, campaign: CampaignID = 1) -> TaskID {
    TaskID(campaign: campaign, prompt: prompt, slot: slot)
}

func failure(retryable: Bool = true) -> Outcome {
    .failed(Failure(message: "out of luck", retryable: retryable))
}

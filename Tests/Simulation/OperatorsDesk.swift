import Preferences
import Scheduling

/// What the operator still wants to be done: each wish is repeated until it is acknowledged.
struct OperatorsDesk {
    /// A wish that was sent and not yet acknowledged.
    struct Wish {
        enum What {
            case submit(campaign: Int, form: Int)
            case command(CampaignID, CampaignCommand)
            case task(TaskID, TaskCommand)
            case worker(Int, WorkerCommand)
        }

        var number: Int
        var what: What
        var sentAt: Int64?
    }

    /// Acts of each campaign that were not begun.
    private var acts: [[Scenario.Act]]
    private var workerCommands: [(at: Int64, worker: Int, command: WorkerCommand)]
    /// By campaign, and at the end one for workers; each queue is served in order.
    private(set) var current: [Wish?]
    private var count = 0
    private var isHealed = false
    /// Campaigns of which what failed is tried again once they have completed.
    private var lateRetries: Set<Int>

    init(_ scenario: Scenario) {
        acts = scenario.campaigns.map { $0.acts }
        lateRetries = Set(
            scenario.campaigns.indices.filter { scenario.campaigns[$0].retriesAtEnd })
        workerCommands = scenario.workerCommands.sorted { $0.at < $1.at }
        current = Array(repeating: nil, count: acts.count + 1)
    }

    var isDone: Bool {
        acts.allSatisfy(\.isEmpty) && workerCommands.isEmpty && lateRetries.isEmpty
            && current.allSatisfy { $0 == nil }
    }

    mutating func heal(at now: Int64) {
        isHealed = true
        for index in acts.indices { for act in acts[index].indices { acts[index][act].at = now } }
        for index in workerCommands.indices { workerCommands[index].at = now }
    }

    /// The wish is carried out; nil when it was known before.
    mutating func done(_ number: Int) -> Wish.What? {
        guard let index = current.firstIndex(where: { $0?.number == number }) else { return nil }
        defer { current[index] = nil }
        return current[index]?.what
    }

    /// Wishes to send now.
    mutating func due(
        at now: Int64, stateOf: (Int) -> CampaignState?, cordoned: [Int]
    ) -> [Wish] {
        for index in acts.indices where current[index] == nil {
            if let act = acts[index].first, act.at <= now {
                acts[index].removeFirst()
                switch act.what {
                case .submit(let form): want(.submit(campaign: index, form: form), index)
                case .command(let command):
                    want(.command(CampaignID(index + 1), command), index)
                case .task(let task, let command): want(.task(task, command), index)
                }
            } else if isHealed, acts[index].isEmpty, let state = stateOf(index),
                state == .paused || state == .halted
            {
                want(.command(CampaignID(index + 1), .resume), index)
            } else if isHealed, acts[index].isEmpty, stateOf(index)?.isFinal ?? false,
                lateRetries.remove(index) != nil
            {
                want(.command(CampaignID(index + 1), .retry), index)
            }
        }
        let last = current.count - 1
        if current[last] == nil {
            if let next = workerCommands.first, next.at <= now {
                workerCommands.removeFirst()
                want(.worker(next.worker, next.command), last)
            } else if isHealed, workerCommands.isEmpty, let worker = cordoned.first {
                want(.worker(worker, .uncordon), last)
            }
        }
        var due: [Wish] = []
        for index in current.indices {
            guard let wish = current[index], now - (wish.sentAt ?? .min / 2) > 3_000_000 else {
                continue
            }
            current[index]?.sentAt = now
            due.append(wish)
        }
        return due
    }

    private mutating func want(_ what: Wish.What, _ index: Int) {
        count += 1
        current[index] = Wish(number: count, what: what)
    }
}

/// The operator at work.
extension World {
    func operate() {
        let due = desk.due(
            at: now, stateOf: { [self] in store.state(of: scenario.campaigns[$0].forms[0].id) },
            cordoned: cordonedWorkers)
        for wish in due { send(wish) }
        timeline.add(.operatorActs, at: now + 200_000)
    }

    private var cordonedWorkers: [Int] {
        let known = store.knownWorkers
        return scenario.workers.indices.filter { index in
            known.contains {
                $0.identity == scenario.workers[index].registration.identity && $0.isCordoned
            }
        }
    }

    func done(_ operation: Int) {
        guard let what = desk.done(operation) else { return }
        say("operator < done \(what)")
        observeDone(what)
    }

    private func send(_ wish: OperatorsDesk.Wish) {
        let leading = coordinators.indices.filter { coordinators[$0].role == .leading }
        guard !leading.isEmpty else { return }
        let node = random.pick(leading)
        say("operator > c\(node) \(wish.what)")
        switch wish.what {
        case .submit(let campaign, let form):
            coordinators[node].inbox.append(
                .submission(operation: wish.number, campaign: campaign, form: form))
        case .command(let id, let command):
            if command == .resume { oracles.leases.mayLease(id) }
            coordinators[node].inbox.append(
                .command(operation: wish.number, .campaign(id, command)))
        case .task(let task, let command):
            coordinators[node].inbox.append(.command(operation: wish.number, .task(task, command)))
        case .worker(let index, let command):
            let identity = scenario.workers[index].registration.identity
            guard let id = coordinators[node].machine?.worker(named: identity) else {
                return done(wish.number)
            }
            coordinators[node].inbox.append(.command(operation: wish.number, .worker(id, command)))
        }
        scheduleDrain(node)
    }
}

import DequeModule
import HeapModule

/// What the machine knows of a campaign, for listings.
public struct CampaignStatus: Hashable, Sendable {
    /// Its number.
    public var id: CampaignID
    /// Its state.
    public var state: CampaignState
    /// Tasks by stage, for each slot.
    public var counts: [StageCounts]
    /// Tasks that could be leased now.
    public var ready: Int
    /// Tasks with a lease.
    public var leased: Int
    /// Tasks that wait after a failure.
    public var waiting: Int
    /// Prompts that its file asks for.
    public var prompts: Int
    /// Most tasks that may be leased at once; nil for no limit.
    public var maxRunning: Int?
    /// Tasks that may fail before it is halted; nil for any number.
    public var failureLimit: Int?
    /// Failed tasks that count against that.
    public var failuresCounted: Int
}

/// What the machine knows of a worker, for listings.
public struct WorkerStatus: Hashable, Sendable {
    /// Its number.
    public var id: WorkerID
    /// Its stable identity.
    public var identity: String
    /// Its state.
    public var state: WorkerState
    /// Whether it has come back after the last restart of the coordinator.
    public var isAttached: Bool
    /// Whether an operator keeps new tasks from it.
    public var isCordoned: Bool
    /// How it introduced itself; nil while it is only awaited.
    public var registration: Registration?
    /// Its labels, with those that an operator has set.
    public var labels: [String: String]
    /// The labels that an operator has set.
    public var operatorLabels: OperatorLabels
    /// Tasks that run, as far as is known.
    public var running: Int
    /// Tasks it holds beyond those.
    public var prefetched: Int
    /// Weights it holds or will load for what it was given, sorted.
    public var resident: [String]
    /// Weights it is loading.
    public var loading: [String]
    /// What it has brought since it attached.
    public var work: WorkDone
    /// Milliseconds since it attached.
    public var attached: Int64
    /// Milliseconds since its last sign of life.
    public var silence: Int64
}

/// How much a coordinator's machine keeps in memory.
public struct Footprint: Hashable, Sendable {
    /// Tasks that are emitted and not ended.
    public var tasks: Int
    /// Workers attached or awaited.
    public var workers: Int
    /// Campaigns that have not ended.
    public var campaigns: Int
    /// Classes of tasks, in use or free for use.
    public var classes: Int
    /// Entries in the queues of ready tasks.
    public var queued: Int
    /// Entries that wait for their time.
    public var waiting: Int
    /// Entries in the queues of prefetched tasks.
    public var prefetched: Int
}

extension CoordinatorMachine {
    /// Every campaign that has not ended, by number.
    public func campaignStatuses() -> [CampaignStatus] {
        campaigns.keys.compactMap { campaignStatus($0) }
    }

    /// One campaign; nil when it is unknown or has ended.
    public func campaignStatus(_ id: CampaignID) -> CampaignStatus? {
        guard let place = campaigns.place(of: id) else { return nil }
        let planner = campaigns.records[place].planner
        let limit = planner.failureLimit
        return CampaignStatus(
            id: id, state: campaigns.records[place].state, counts: planner.counts,
            ready: campaigns.records[place].ready, leased: campaigns.records[place].leased,
            waiting: campaigns.records[place].waiting,
            prompts: planner.plan.prompts - planner.plan.retired.count,
            maxRunning: planner.plan.maxRunning, failureLimit: limit == .max ? nil : limit,
            failuresCounted: max(
                planner.totals[.failed] - campaigns.records[place].forgiven, 0))
    }

    /// How far a task of a campaign that has not ended has come; nil for other tasks.
    public func stage(of task: TaskID) -> Stage? {
        guard let place = campaigns.place(of: task.campaign),
            campaigns.records[place].planner.has(task)
        else { return nil }
        return campaigns.records[place].planner.stage(of: task)
    }

    /// How many tasks would be skipped or are, because they wait for this one.
    public func followers(of task: TaskID) -> Int {
        guard let place = campaigns.place(of: task.campaign) else { return 0 }
        return campaigns.records[place].planner.followers(of: task)
    }

    /// The identity of a worker that ever registered; nil for other numbers.
    public func identity(of worker: WorkerID) -> String? {
        workers[worker]?.identity ?? identities.first { $0.value == worker }?.key
    }

    /// Every worker that is attached or awaited, by number.
    public func workerStatuses(at now: Instant) -> [WorkerStatus] {
        workers.keys.compactMap { workerStatus($0, at: now) }
    }

    /// One worker; nil when it is neither attached nor awaited.
    public func workerStatus(_ id: WorkerID, at now: Instant) -> WorkerStatus? {
        workers[id].map { worker in
            // A slot is taken for each lease that is not prefetched.
            let running = Int(worker.capacity.slots - worker.free.slots)
            return WorkerStatus(
                id: id, identity: worker.identity,
                state: worker.draining ? .draining : .ready,
                isAttached: worker.session != nil, isCordoned: cordoned.contains(id),
                registration: worker.registration, labels: worker.labels,
                operatorLabels: labels[id] ?? OperatorLabels(), running: running,
                prefetched: worker.leases.count - running, resident: worker.resident.sorted(),
                loading: worker.loading, work: worker.work, attached: now - worker.attachedSince,
                silence: now - worker.lastSeen)
        }
    }

    /// Whether it waits for the workers of the last coordinator to come back.
    public var isInRollCall: Bool { rollCallEnds != nil }

    /// The numbers of all workers that ever registered, by identity.
    public var workerNumbers: [String: WorkerID] { identities }

    /// The labels that an operator has set for a worker, attached or not.
    public func operatorLabels(of worker: WorkerID) -> OperatorLabels {
        labels[worker] ?? OperatorLabels()
    }

    /// The machine's own size: open tasks, workers, campaigns; for limits and tests.
    public var population: (tasks: Int, workers: Int, campaigns: Int) {
        (tasks.count, workers.count, campaigns.count)
    }

    /// How much it keeps, by kind; all of it is bounded by what is open.
    public var footprint: Footprint {
        Footprint(
            tasks: tasks.count, workers: workers.count, campaigns: campaigns.count,
            classes: classes.count, queued: classes.reduce(0) { $0 + $1.entries.count },
            waiting: backoffs.count,
            prefetched: workers.keys.reduce(0) { $0 + (workers[$1]?.queue.count ?? 0) })
    }
}

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
    /// The node it runs on.
    public var node: String
    /// Tasks that may run at once.
    public var slots: Int32
    /// Tasks that run, as far as is known.
    public var running: Int
    /// Tasks it holds beyond those.
    public var prefetched: Int
    /// Weights it holds, sorted.
    public var resident: [String]
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
        campaigns[id].map { record in
            CampaignStatus(
                id: id, state: record.state, counts: record.planner.counts, ready: record.ready,
                leased: record.leased, waiting: record.waiting)
        }
    }

    /// The identity of a worker that ever registered; nil for other numbers.
    public func identity(of worker: WorkerID) -> String? {
        workers[worker]?.identity ?? identities.first { $0.value == worker }?.key
    }

    /// Every worker that is attached or awaited, by number.
    public func workerStatuses(at now: Instant) -> [WorkerStatus] {
        workers.keys.compactMap { id in
            workers[id].map { worker in
                let running = worker.leases.values.count { $0.allocation != nil }
                return WorkerStatus(
                    id: id, identity: worker.identity,
                    state: worker.draining ? .draining : .ready,
                    isAttached: worker.session != nil, isCordoned: cordoned.contains(id),
                    node: worker.registration?.node ?? "", slots: worker.capacity.slots,
                    running: running, prefetched: worker.leases.count - running,
                    resident: worker.resident.sorted(), silence: now - worker.lastSeen)
            }
        }
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

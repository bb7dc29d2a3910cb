import Postgres
public import Scheduling

/// A worker's row; times are microseconds since 1970.
public struct WorkerListing: Hashable, Sendable {
    /// Its number.
    public var id: WorkerID
    /// Its stable identity.
    public var identity: String
    /// Its state.
    public var state: WorkerState
    /// Whether an operator keeps new tasks from it.
    public var isCordoned: Bool
    /// The node it runs, or ran last, on.
    public var node: String
    /// Process id on that node.
    public var pid: Int32
    /// Tasks that may run at once.
    public var slots: Int32
    /// Thousandths of a core.
    public var cpus: Int32
    /// Bytes.
    public var memory: Int64
    /// Bytes of memory of each GPU.
    public var devices: [Int64]
    /// What its engines run.
    public var provides: [Capability]
    /// Labels, sorted by key.
    public var labels: [Registration.Label]
    /// When it first registered.
    public var firstSeenAt: Int64
    /// When this row last changed.
    public var changedAt: Int64
}

/// Something that happened; times are microseconds since 1970.
public struct EventListing: Hashable, Sendable {
    /// Its number; they grow and may have gaps.
    public var id: Int64
    /// When it was committed, about.
    public var at: Int64
    /// campaign_submitted, campaign_changed, task_failed or worker_changed.
    public var kind: String
    /// The campaign it concerns.
    public var campaign: CampaignID?
    /// The task it concerns.
    public var task: TaskID?
    /// The worker it concerns.
    public var worker: WorkerID?
    /// The new state.
    public var state: String
    /// What there is to say beside it.
    public var message: String
}

extension Store {
    /// Lists workers by number; the next page begins after the last one's.
    public mutating func workers(
        after: WorkerID = 0, limit: Int = 1000
    ) throws(StoreError) -> [WorkerListing] {
        let rows = try run { (connection) throws(PostgresError) in
            try connection.query(
                """
                select id, identity, state, is_cordoned, node, pid, slots, cpus, memory, details,
                        first_seen_at, changed_at
                    from workers where id > \(after) order by id limit \(Int64(limit))
                """)
        }
        var workers: [WorkerListing] = []
        for row in rows { workers.append(try workerListing(row)) }
        return workers
    }

    /// Lists events by number; the next page begins after the last one's.
    public mutating func events(
        after: Int64 = 0, limit: Int = 1000
    ) throws(StoreError) -> [EventListing] {
        try run { (connection) throws(PostgresError) in
            let rows = try connection.query(
                """
                select id, at, kind, campaign_id, task_id, worker_id, state, message
                    from events where id > \(after) order by id limit \(Int64(limit))
                """)
            var events: [EventListing] = []
            for row in rows {
                events.append(
                    EventListing(
                        id: try row.value(0), at: try row.value(1, as: Timestamp.self).microseconds,
                        kind: try row.value(2), campaign: try row.value(3),
                        task: try row.value(4, as: Int64?.self).map { TaskID(rawValue: $0) },
                        worker: try row.value(5), state: try row.value(6),
                        message: try row.value(7)))
            }
            return events
        }
    }

    private mutating func workerListing(_ row: Row) throws(StoreError) -> WorkerListing {
        let (listing, text) = try run { (_) throws(PostgresError) -> (WorkerListing, String) in
            let state = try row.value(2, as: String.self)
            let listing = WorkerListing(
                id: try row.value(0), identity: try row.value(1),
                state: WorkerState(name: state) ?? .stopped, isCordoned: try row.value(3),
                node: try row.value(4), pid: try row.value(5), slots: try row.value(6),
                cpus: try row.value(7), memory: try row.value(8), devices: [], provides: [],
                labels: [], firstSeenAt: try row.value(10, as: Timestamp.self).microseconds,
                changedAt: try row.value(11, as: Timestamp.self).microseconds)
            return (listing, try row.value(9))
        }
        let details = try JSONText.decode(
            WorkerDetails.self, text, of: "worker '\(listing.identity)'")
        var worker = listing
        worker.devices = details.devices
        worker.provides = details.provides.compactMap { provided in
            TaskKind(name: provided.kind).map { Capability(kind: $0, name: provided.name) }
        }
        worker.labels = details.labels.keys.sorted().map {
            Registration.Label(key: $0, value: details.labels[$0] ?? "")
        }
        return worker
    }
}

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
    /// Its labels, with those that an operator has set.
    public var labels: [String: String]
    /// Its program's version.
    public var build: String
    /// When it first registered.
    public var firstSeenAt: Int64
    /// When this row last changed.
    public var changedAt: Int64
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
                        first_seen_at, changed_at, operator_labels, build
                    from workers where id > \(after) order by id limit \(Int64(limit))
                """)
        }
        var workers: [WorkerListing] = []
        for row in rows { workers.append(try workerListing(row)) }
        return workers
    }

    private mutating func workerListing(_ row: Row) throws(StoreError) -> WorkerListing {
        let (listing, text, set) = try run {
            (_) throws(PostgresError) -> (WorkerListing, String, String) in
            let state = try row.value(2, as: String.self)
            let listing = WorkerListing(
                id: try row.value(0), identity: try row.value(1),
                state: WorkerState(name: state) ?? .stopped, isCordoned: try row.value(3),
                node: try row.value(4), pid: try row.value(5), slots: try row.value(6),
                cpus: try row.value(7), memory: try row.value(8), devices: [], provides: [],
                labels: [:], build: try row.value(13),
                firstSeenAt: try row.value(10, as: Timestamp.self).microseconds,
                changedAt: try row.value(11, as: Timestamp.self).microseconds)
            return (listing, try row.value(9), try row.value(12))
        }
        let details = try JSONText.decode(
            WorkerDetails.self, text, of: "worker '\(listing.identity)'")
        var worker = listing
        worker.devices = details.devices
        worker.provides = details.provides.compactMap { provided in
            TaskKind(name: provided.kind).map { Capability(kind: $0, name: provided.name) }
        }
        let operatorLabels = try OperatorLabels(stored: set, of: listing.identity)
        worker.labels = operatorLabels.applied(
            to: details.labels.map { Registration.Label(key: $0.key, value: $0.value) })
        return worker
    }
}

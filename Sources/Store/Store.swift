public import Postgres

/// The durable truth: every SQL statement of the scheduler's tables is here.
///
/// It owns one connection and belongs to one thread. A coordinator first leads, then reads a
/// snapshot, then applies changes; every transaction that writes verifies that it still leads.
public struct Store: ~Copyable {
    var connection: Connection
    /// The epoch it writes under; nil while it only reads.
    public internal(set) var epoch: Int32?
    /// What is known of campaigns whose tasks are being applied.
    var campaigns: [Int32: RecipeTable] = [:]
    /// The names that campaigns have, once a submission has asked.
    var names = CampaignNames()
    /// What a submission writes, until the next `apply` commits it.
    var submitted = WriteBatch()

    /// Connects as a libpq connection string says.
    ///
    /// The planner is kept from reading whole tables: a writer's statements each touch few rows
    /// of large tables, also while statistics are missing or old.
    public init(_ conninfo: String) throws(StoreError) {
        connection = try Self.connect(conninfo)
    }

    private static func connect(_ conninfo: String) throws(StoreError) -> Connection {
        do {
            var connection = try Connection(conninfo)
            try connection.executeScript(
                """
                set synchronous_commit = on;
                set enable_seqscan = off;
                set enable_hashjoin = off;
                set enable_mergejoin = off;
                set plan_cache_mode = force_generic_plan;
                set random_page_cost = 1.1;
                set jit = off;
                set timezone = 'UTC'
                """)
            return connection
        } catch {
            throw .postgres(error)
        }
    }

    /// The descriptor by which a poll notices that the connection is gone.
    public var socketDescriptor: Int32 { connection.socketDescriptor }

    /// Whether the connection is gone; every further call would fail.
    public var isBroken: Bool { connection.isBroken }

    /// Makes a handle with which another thread can end what this store is doing.
    public func cancelHandle() throws(StoreError) -> CancelHandle {
        do { return try connection.cancelHandle() } catch { throw .postgres(error) }
    }

    /// Runs statements that need no transaction of their own.
    @discardableResult
    mutating func run<R>(
        _ body: (inout Connection) throws(PostgresError) -> R
    ) throws(StoreError) -> R {
        do { return try body(&connection) } catch { throw .postgres(error) }
    }

    /// Runs `body` in a transaction under this store's epoch.
    mutating func write<R>(
        _ body: (inout Connection) throws(StoreError) -> R
    ) throws(StoreError) -> R {
        guard let epoch else { throw .notLeading }
        return try connection.transaction(wrappingErrors: StoreError.postgres) {
            (connection: inout Connection) throws(StoreError) -> R in
            try connection.holdEpoch(epoch)
            return try body(&connection)
        }
    }

    /// Runs `body` in a transaction that sees one state of the tables and may read much of them.
    mutating func read<R>(
        _ body: (inout Connection) throws(StoreError) -> R
    ) throws(StoreError) -> R {
        try connection.transaction(wrappingErrors: StoreError.postgres) {
            (connection: inout Connection) throws(StoreError) -> R in
            try connection.storing { (connection) throws(PostgresError) in
                try connection.executeScript(
                    "set transaction isolation level repeatable read, read only;" + readingMuch)
            }
            return try body(&connection)
        }
    }
}

/// Lets the planner read whole tables until the transaction ends.
let readingMuch = """
    set local enable_seqscan = on;
    set local enable_hashjoin = on;
    set local enable_mergejoin = on;
    set local plan_cache_mode = auto
    """

extension Connection {
    /// Runs `body` with Postgres' errors turned into the store's.
    @discardableResult
    mutating func storing<R>(
        _ body: (inout Connection) throws(PostgresError) -> R
    ) throws(StoreError) -> R {
        do { return try body(&self) } catch { throw .postgres(error) }
    }
}

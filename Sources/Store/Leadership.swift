import Glibc
import Postgres

/// Who may write: one coordinator at a time, by a lock that lives as long as its connection, and
/// by an epoch that outlives it.
extension Store {
    /// Tries to become the leader and returns the new epoch; nil when another one leads.
    ///
    /// It waits for the last transaction of the former leader, whose later ones all fail.
    public mutating func tryLead(name: String, address: String) throws(StoreError) -> Int32? {
        let won = try run { (connection) throws(PostgresError) -> Int32? in
            let rows = try connection.query(
                "select pg_try_advisory_lock(\(AdvisoryLock.space), \(AdvisoryLock.leader))")
            guard let row = rows.first, try row.value(0, as: Bool.self) else { return nil }
            let raised = try connection.query(
                """
                update leadership set epoch = epoch + 1, name = \(name), address = \(address),
                    backend = pg_backend_pid(), acquired_at = clock_timestamp(),
                    renewed_at = clock_timestamp()
                    returning epoch
                """)
            return try raised.first?.value(0, as: Int32.self)
        }
        if let won { epoch = won }
        return won
    }

    /// Waits until this coordinator leads and returns its epoch; nil once `wanted` says no.
    ///
    /// A leader that has not renewed for `staleAfter` milliseconds while it holds the lock is
    /// paused or cut off: its connection is ended by the server. It blocks the thread, and asks
    /// five times a second.
    public mutating func waitToLead(
        name: String, address: String, staleAfter: Int64, while wanted: () -> Bool = { true }
    ) throws(StoreError) -> Int32? {
        var watch = LeaderWatch(staleAfter: staleAfter)
        while wanted() {
            if let epoch = try tryLead(name: name, address: address) { return epoch }
            if let seen = try leader(), watch.isStale(seen) { try depose(seen.backend) }
            _ = poll(nil, 0, 200)
        }
        return nil
    }

    /// Says that the leader is well; call it a few times in the time a standby waits.
    public mutating func renew() throws(StoreError) {
        guard let epoch else { throw .notLeading }
        let renewed = try run { (connection) throws(PostgresError) in
            try connection.execute(
                "update leadership set renewed_at = clock_timestamp() where epoch = \(epoch)")
        }
        if renewed != 1 {
            let current = try connection.currentEpoch()
            throw .fenced(epoch: epoch, current: current)
        }
    }

    /// Ends leading in good order, so that a standby need not wait.
    public mutating func resign() throws(StoreError) {
        try run { (connection) throws(PostgresError) in
            _ = try connection.query(
                "select pg_advisory_unlock(\(AdvisoryLock.space), \(AdvisoryLock.leader))")
        }
        epoch = nil
    }

    /// Lets a further store of the leading process write under the epoch that it has won.
    public mutating func write(under epoch: Int32) { self.epoch = epoch }

    /// Who leads, or led last; nil when nobody ever has.
    public mutating func leadership() throws(StoreError) -> Leadership? {
        try run { (connection) throws(PostgresError) -> Leadership? in
            let rows = try connection.query(
                "select epoch, name, address, acquired_at, renewed_at from leadership")
            guard let row = rows.first else { return nil }
            let acquired = try row.value(3, as: Timestamp?.self)
            let renewed = try row.value(4, as: Timestamp?.self)
            guard let acquired, let renewed else { return nil }
            return Leadership(
                epoch: try row.value(0), name: try row.value(1), address: try row.value(2),
                acquiredAt: acquired.microseconds, renewedAt: renewed.microseconds)
        }
    }

    /// The holder of the lock as the server sees it now.
    private mutating func leader() throws(StoreError) -> LeaderWatch.Sight? {
        try run { (connection) throws(PostgresError) -> LeaderWatch.Sight? in
            let rows = try connection.query(
                """
                select l.pid, coalesce(h.renewed_at, '-infinity'), clock_timestamp()
                    from pg_locks l, leadership h
                    where l.locktype = 'advisory' and l.granted and l.objsubid = 2
                    and l.classid = \(Int64(AdvisoryLock.space))::oid
                    and l.objid = \(Int64(AdvisoryLock.leader))::oid
                    and l.database =
                        (select oid from pg_database where datname = current_database())
                """)
            guard let row = rows.first else { return nil }
            return LeaderWatch.Sight(
                backend: try row.value(0), renewed: try row.value(1), now: try row.value(2))
        }
    }

    private mutating func depose(_ backend: Int32) throws(StoreError) {
        try run { (connection) throws(PostgresError) in
            _ = try connection.query("select pg_terminate_backend(\(backend))")
        }
    }
}

/// Who leads, since when, and when it last said that it is well.
public struct Leadership: Hashable, Sendable {
    /// The epoch it writes under.
    public var epoch: Int32
    /// Its name.
    public var name: String
    /// Where workers reach it.
    public var address: String
    /// Microseconds since 1970.
    public var acquiredAt: Int64
    /// Microseconds since 1970.
    public var renewedAt: Int64
}

/// Decides when a leader that does not renew has been silent for too long.
///
/// Only what this standby itself has watched counts: a leader that has just taken the lock has
/// an old renewal beside it for a moment.
private struct LeaderWatch {
    struct Sight: Equatable {
        var backend: Int32
        var renewed: Timestamp
        var now: Timestamp
    }

    let staleAfter: Int64
    private var first: Sight?

    init(staleAfter: Int64) { self.staleAfter = staleAfter }

    mutating func isStale(_ sight: Sight) -> Bool {
        guard let first, first.backend == sight.backend, first.renewed == sight.renewed else {
            first = sight
            return false
        }
        return sight.now.microseconds - first.now.microseconds > staleAfter * 1000
    }
}

/// The advisory locks of a database that Duet uses.
enum AdvisoryLock {
    /// "Duet" in ASCII.
    static let space: Int32 = 0x4475_6574
    static let leader: Int32 = 1
    static let migration: Int32 = 2
}

extension Connection {
    /// Keeps a new leader waiting until this transaction ends; throws when there is one already.
    mutating func holdEpoch(_ epoch: Int32) throws(StoreError) {
        let found = try storing { (connection) throws(PostgresError) in
            try connection.query(Self.holdingEpoch).first?.value(0, as: Int32.self)
        }
        guard found == epoch else { throw .fenced(epoch: epoch, current: found ?? 0) }
    }

    /// Returns the epoch of the newest leader and locks it against a newer one.
    static var holdingEpoch: Query { "select epoch from leadership for share" }

    mutating func currentEpoch() throws(StoreError) -> Int32 {
        try storing { (connection) throws(PostgresError) in
            try connection.query("select epoch from leadership").first?.value(0) ?? 0
        }
    }
}

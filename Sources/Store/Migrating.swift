import Postgres
public import Schema

/// Which migrations a database has.
public struct MigrationStatus: Hashable, Sendable {
    /// Those it has, in order.
    public var applied: [Applied]
    /// Those it lacks, in order.
    public var pending: [Migration]

    /// A migration that has been applied.
    public struct Applied: Hashable, Sendable {
        /// Its place in the order.
        public var number: Int32
        /// What it brought.
        public var name: String
        /// Microseconds since 1970.
        public var appliedAt: Int64
    }
}

extension Store {
    /// Applies what is missing, forward only, each migration in a transaction of its own.
    ///
    /// Returns what it applied. Several programs may do so at once; one of them does the work.
    @discardableResult
    public mutating func migrate() throws(StoreError) -> [Migration] {
        try migrate(Migrations.all)
    }

    mutating func migrate(_ known: [Migration]) throws(StoreError) -> [Migration] {
        let (space, number) = (AdvisoryLock.space, AdvisoryLock.migration)
        try run { (connection) throws(PostgresError) in
            _ = try connection.query("select pg_advisory_lock(\(space), \(number))")
        }
        defer {
            _ = try? connection.query("select pg_advisory_unlock(\(space), \(number))")
        }
        let pending = try status(known).pending
        for migration in pending {
            try connection.transaction(wrappingErrors: StoreError.postgres) {
                (connection: inout Connection) throws(StoreError) in
                try connection.storing { (connection) throws(PostgresError) in
                    try connection.executeScript(migration.sql)
                    try connection.execute(
                        """
                        insert into migrations (number, name, checksum) values
                            (\(migration.number), \(migration.name), \(migration.checksum))
                        """)
                }
            }
        }
        return pending
    }

    /// Compares the database with what this program knows.
    ///
    /// Throws when the database is newer, or when an applied migration has been edited since.
    public mutating func migrationStatus() throws(StoreError) -> MigrationStatus {
        try status(Migrations.all)
    }

    /// Throws unless the database has exactly the migrations that this program knows.
    public mutating func requireMigrated() throws(StoreError) {
        let status = try migrationStatus()
        guard status.pending.isEmpty else {
            throw .oldDatabase(
                number: status.applied.last?.number ?? 0,
                known: status.pending.last?.number ?? 0)
        }
    }

    private mutating func status(_ known: [Migration]) throws(StoreError) -> MigrationStatus {
        let found = try run {
            (connection) throws(PostgresError) -> [(MigrationStatus.Applied, checksum: String)] in
            let table = try connection.query("select to_regclass('migrations') is not null")
            guard try table.first?.value(0, as: Bool.self) == true else { return [] }
            let rows = try connection.query(
                "select number, name, applied_at, checksum from migrations order by number")
            var found: [(MigrationStatus.Applied, checksum: String)] = []
            for row in rows {
                let applied = MigrationStatus.Applied(
                    number: try row.value(0), name: try row.value(1),
                    appliedAt: try row.value(2, as: Timestamp.self).microseconds)
                found.append((applied, checksum: try row.value(3)))
            }
            return found
        }
        let newest = known.last?.number ?? 0
        for (applied, checksum) in found {
            guard let mine = known.first(where: { $0.number == applied.number }) else {
                throw .newerDatabase(number: found.last?.0.number ?? 0, known: newest)
            }
            guard mine.checksum == checksum else {
                throw .changedMigration(number: applied.number, name: applied.name)
            }
        }
        let have = Set(found.map(\.0.number))
        return MigrationStatus(
            applied: found.map(\.0), pending: known.filter { !have.contains($0.number) })
    }
}

public import Postgres

/// Why the store did not do what it was asked; nothing of it has happened.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Postgres refused, or is not there.
    case postgres(PostgresError)
    /// Another coordinator leads: this one must stop writing and exit.
    case fenced(epoch: Int32, current: Int32)
    /// A write was asked for before `tryLead` or `write(under:)`.
    case notLeading
    /// The database has migrations that this program does not know.
    case newerDatabase(number: Int32, known: Int32)
    /// A migration was edited after it had been applied.
    case changedMigration(number: Int32, name: String)
    /// The database lacks migrations.
    case oldDatabase(number: Int32, known: Int32)
    /// The request cannot be met; the text says what to do instead.
    case conflict(String)
    /// No such row.
    case notFound(String)
    /// A change does not fit the rows: a bug, or somebody else wrote them.
    case invariant(String)
    /// A row cannot be read by this version.
    case unreadable(String)
    /// The scores cannot be ranked by the campaign's rule.
    case rank(String)

    /// Whether the connection to Postgres is gone, so that only a new store can go on.
    public var isConnectionLost: Bool {
        if case .postgres(let error) = self { error.isConnectionLost } else { false }
    }

    /// Whether the database does not answer now and may do so later.
    public var isUnavailable: Bool {
        guard case .postgres(let error) = self else { return false }
        return error.isConnectionLost || error.isStartingUp || error.kind == .connect
    }

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .postgres(let error): error.description
        case .fenced(let epoch, let current):
            "this coordinator led under epoch \(epoch), and another one leads now under epoch "
                + "\(current); this one must exit, and may be started again as a standby"
        case .notLeading: "this coordinator does not lead, so it may not write"
        case .newerDatabase(let number, let known):
            "the database is at migration \(number) and this program knows only \(known); "
                + "use the newer program that migrated it"
        case .changedMigration(let number, let name):
            "migration \(number) (\(name)) of this program differs from the one that was applied; "
                + "use the program that applied it, and put changes into a new migration"
        case .oldDatabase(let number, let known):
            "the database is at migration \(number) and this program needs \(known); "
                + "run 'duet db migrate'"
        case .conflict(let text), .notFound(let text), .invariant(let text),
            .unreadable(let text), .rank(let text):
            text
        }
    }
}

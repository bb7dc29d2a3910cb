/// What went wrong between this program and Postgres, with what a person needs to mend it.
public struct PostgresError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Who has to act on the error.
    public enum Kind: Hashable, Sendable {
        /// No connection could be made.
        case connect
        /// The connection is gone; whether an open transaction was committed is unknown.
        case connectionLost
        /// The server refused a statement; the connection is good.
        case statement
        /// A value does not have the type it was asked as.
        case decoding
        /// The library was used in a way that cannot work.
        case usage
    }

    /// Who has to act on it.
    public var kind: Kind
    /// One sentence, the server's own where it spoke.
    public var message: String
    /// The five characters of the SQLSTATE when the server gave one.
    public var sqlState: String?
    /// The server's detail, such as which key is there already.
    public var detail: String?
    /// The server's hint.
    public var hint: String?
    /// The constraint that was violated.
    public var constraint: String?
    /// The beginning of the statement, at most 200 characters.
    public var statement: String?

    /// Makes an error that no server reported.
    public init(_ kind: Kind, _ message: String, statement: String? = nil) {
        self.kind = kind
        self.message = message
        self.statement = statement.map { String($0.prefix(200)) }
    }

    /// Whether the connection is gone, so that only a new one can go on.
    public var isConnectionLost: Bool { kind == .connectionLost }

    /// Whether a unique constraint was violated; `constraint` names it.
    public var isUniqueViolation: Bool { sqlState == "23505" }

    /// Whether the server ended the statement because it was asked to cancel it.
    public var isCancelled: Bool { sqlState == "57014" }

    /// Whether the server is there but does not take connections yet.
    public var isStartingUp: Bool { sqlState == "57P03" }

    /// All there is to say, on one line per part.
    public var description: String {
        var text = "Postgres: \(message)"
        if let sqlState { text += " (SQLSTATE \(sqlState))" }
        if let detail { text += "\n  detail: \(detail)" }
        if let hint { text += "\n  hint: \(hint)" }
        if let constraint { text += "\n  constraint: \(constraint)" }
        if let statement { text += "\n  statement: \(statement)" }
        return text
    }
}

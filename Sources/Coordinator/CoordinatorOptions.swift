public import Scheduling

/// What a coordinator is started with.
public struct CoordinatorOptions: Sendable {
    /// libpq's connection string of the database.
    public var database: String
    /// ZeroMQ endpoint where workers and the command line connect.
    public var endpoint: String
    /// ZeroMQ endpoint where events are published.
    public var events: String
    /// This coordinator's name among those standing by.
    public var name: String
    /// The shared artifact folder, to say where logs lie; empty when it is not known.
    public var artifacts = ""
    /// Bounds and intervals of its machine.
    public var scheduling = CoordinatorConfig()
    /// Milliseconds without renewal after which a standby takes over from a leader that still
    /// holds its lock.
    public var staleAfter: Int64 = 15_000

    /// Makes options with the defaults above.
    public init(database: String, endpoint: String, events: String, name: String) {
        self.database = database
        self.endpoint = endpoint
        self.events = events
        self.name = name
    }
}

/// Why a coordinator ended.
public enum CoordinatorEnd: Sendable {
    /// It was asked to.
    case stopped
    /// Another coordinator leads now.
    case fenced
    /// The database cannot be used, and trying again will not help; what to do about it.
    case failed(String)
}

public import Scheduling

/// What a worker is started with.
public struct WorkerOptions: Sendable {
    /// The coordinator's ZeroMQ endpoints, the active one's and those of coordinators standing by.
    public var endpoints: [String]
    /// Its stable identity: the same after a restart.
    public var identity: String
    /// What it has.
    public var capacity: Capacity
    /// Labels for campaigns that ask for them.
    public var labels: [Registration.Label] = []
    /// Commands of external engines, each with its arguments.
    public var engines: [[String]] = []
    /// Whether it runs the instant engine, which only serves to measure the rest.
    public var instant = false
    /// Its own folder: spool, lock, engine logs, engines' output before it is stored.
    public var folder: String
    /// The shared folder of artifacts.
    public var artifacts: String
    /// Milliseconds an engine's task may take when its recipe has no time limit.
    public var longestTask: Int64 = 24 * 3_600_000

    /// Makes options with the defaults above.
    public init(
        endpoints: [String], identity: String, capacity: Capacity, folder: String,
        artifacts: String
    ) {
        self.endpoints = endpoints
        self.identity = identity
        self.capacity = capacity
        self.folder = folder
        self.artifacts = artifacts
    }
}

/// Why a worker could not start or go on.
public enum WorkerError: Error, Sendable, CustomStringConvertible {
    /// Another process uses its folder.
    case folderInUse(String)
    /// A folder or file of its own cannot be used.
    case file(String)
    /// An engine did not introduce itself.
    case engine(command: String, reason: String)
    /// The coordinator refused it.
    case refused(String)
    /// The socket failed.
    case socket(String)

    /// For a person.
    public var description: String {
        switch self {
        case .folderInUse(let words): words
        case .file(let words): words
        case .engine(let command, let reason):
            "the engine `\(command)` cannot be used: \(reason)"
        case .refused(let reason): "the coordinator refused this worker: \(reason)"
        case .socket(let words): words
        }
    }
}

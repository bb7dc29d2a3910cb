public import Linux

/// What happened in an engine child, in the order in which it did.
public enum EngineEvent: Equatable, Sendable {
    /// The engine is there and idle; nothing may be started before.
    case hello(EngineHello)
    /// A model is loaded; the attempts it was loaded for run now.
    case loaded(model: String)
    /// A sign of progress.
    case progress(EngineProgress)
    /// An attempt is completed; after the last of its batch the engine is idle.
    case finished(EngineResult)
    /// An attempt failed, or without one the engine did. After a kind other than `reported` the
    /// child has ended: each attempt that was not answered is told so, and `exited` follows.
    case failed(EngineFailure)
    /// A log file could not be written; the attempt is not harmed.
    case logLost(SystemError)
    /// The child has ended; this is the last event.
    case exited(Ending)
}

/// An engine's introduction.
public struct EngineHello: Codable, Equatable, Sendable {
    /// A kind of task that the engine runs, under a name.
    public struct Entry: Codable, Equatable, Sendable {
        /// The kind: `ingest`, `generate`, `score`, `train` or `evaluate`.
        public var kind: String
        /// The model or scorer; ends in `*` when it stands for all names that begin so.
        public var name: String
        /// The names of a scorer's scores.
        public var outputs: [String]?
        /// The version of the model or scorer itself, which is recorded with what it makes.
        public var version: String?
        /// Most tasks that the engine takes at once under this entry; nil = one.
        public var batch: Int?

        /// Creates an entry.
        public init(
            kind: String, name: String, outputs: [String]? = nil, version: String? = nil,
            batch: Int? = nil
        ) {
            self.kind = kind
            self.name = name
            self.outputs = outputs
            self.version = version
            self.batch = batch
        }

        /// Tells whether this entry covers a kind and name.
        public func covers(kind: String, name: String) -> Bool {
            guard self.kind == kind else { return false }
            guard self.name.hasSuffix("*") else { return self.name == name }
            return name.hasPrefix(self.name.dropLast())
        }
    }

    /// The engine's name.
    public var name: String
    /// Its version.
    public var version: String
    /// What it can do.
    public var provides: [Entry]

    /// Creates an introduction.
    public init(name: String, version: String, provides: [Entry]) {
        self.name = name
        self.version = version
        self.provides = provides
    }
}

/// How far an attempt has come.
public struct EngineProgress: Codable, Equatable, Sendable {
    /// The task.
    public var task: String
    /// The share that is done, 0…1.
    public var fraction: Double
    /// What the engine says it does.
    public var note: String?
}

/// What a completed attempt gave.
public struct EngineResult: Codable, Equatable, Sendable {
    /// The task.
    public var task: String
    /// The files made; nil for a task that makes none.
    public var media: [EngineMedia]?
    /// The scores by output, nil where one has no value; nil for a task that scores nothing.
    public var scores: [String: Double?]?
    /// Why a score has no value: a reason for each such score.
    public var reasons: [String: String]?
}

/// Why an attempt, or without one the engine, failed.
public struct EngineFailure: Error, Equatable, Sendable {
    /// What kind of failure it was.
    public enum Kind: Equatable, Sendable {
        /// The engine said so and goes on living.
        case reported
        /// The child ended in the middle.
        case crashed(Ending)
        /// The attempt outlived its time limit.
        case timedOut
        /// A line that is no message of the protocol; its beginning.
        case garbage(line: String)
        /// The engine did not introduce itself in time.
        case helloTimeout
        /// The engine speaks another version of the protocol.
        case protocolMismatch(offered: Int)
        /// The owner stopped the engine.
        case stopped
    }

    /// The task that ran; nil = none did.
    public var task: String?
    /// What kind of failure it was.
    public var kind: Kind
    /// What happened, for the person who reads the task list.
    public var message: String
    /// Whether another attempt may help.
    public var retryable: Bool
    /// The end of the log, at most 2 KiB.
    public var logTail = ""
}

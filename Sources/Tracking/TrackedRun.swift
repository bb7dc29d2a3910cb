/// What a tracking server is told of one round.
public struct TrackedRun: Sendable, Equatable {
    /// The experiment that the run belongs to; made where it does not exist.
    public var experiment: String
    /// The round's full name, such as `bounce/3`, by which the run is found again.
    public var round: String
    /// The run's name on the server.
    public var name: String
    /// When the round began, in milliseconds since 1970.
    public var startedAt: Int64
    /// When it ended; nil while it goes on.
    public var endedAt: Int64?
    /// How far it is.
    public var state: State
    /// Settings, which never change once they are told.
    public var parameters: [Text]
    /// Facts that may change.
    public var tags: [Text]
    /// Numbers over the steps of the training.
    public var metrics: [Metric]
    /// What came of it; the step is the round's number, so that its parent shows all rounds.
    public var results: [Metric] = []
    /// What it was trained on and measured on.
    public var datasets: [Dataset]
    /// The run of all rounds of its name; nil for one that stands alone.
    public var parent: Parent?

    /// The run that the rounds of a name share.
    public struct Parent: Sendable, Equatable {
        /// Its name, and that of the rounds.
        public var name: String
        /// What it is known by beside its name, which others may have used before.
        public var loop: String
        /// Whether no round follows.
        public var isOver: Bool

        /// Names the rounds' run.
        public init(name: String, loop: String, isOver: Bool) {
            (self.name, self.loop, self.isOver) = (name, loop, isOver)
        }
    }

    /// How far a run is.
    public enum State: String, Sendable, Equatable {
        /// It goes on.
        case running = "RUNNING"
        /// It ended, whatever its gates said.
        case finished = "FINISHED"
        /// It failed.
        case failed = "FAILED"
        /// A person ended it.
        case cancelled = "KILLED"
    }

    /// A name and a text.
    public struct Text: Sendable, Equatable, Encodable {
        /// The name.
        public var key: String
        /// The text.
        public var value: String

        /// Names a text.
        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// A number at a step.
    public struct Metric: Sendable, Equatable, Encodable {
        /// Its name, such as `train/loss`.
        public var key: String
        /// The number; one that is not finite is not told.
        public var value: Double
        /// When it was measured, in milliseconds since 1970.
        public var timestamp: Int64
        /// The step it belongs to.
        public var step: Int

        /// Names a number.
        public init(_ key: String, _ value: Double, timestamp: Int64, step: Int = 0) {
            self.key = key
            self.value = value
            self.timestamp = timestamp
            self.step = step
        }
    }

    /// Data that went into a round.
    public struct Dataset: Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its hash; the first 36 characters tell it apart.
        public var digest: String
        /// Where it comes from, such as a campaign and a ranking.
        public var source: String
        /// What it was for, such as `training` or `evaluation`.
        public var context: String

        /// Names data.
        public init(name: String, digest: String, source: String, context: String) {
            self.name = name
            self.digest = digest
            self.source = source
            self.context = context
        }
    }

    /// Describes a round that began.
    public init(
        experiment: String, round: String, name: String, startedAt: Int64, endedAt: Int64? = nil,
        state: State = .running, parameters: [Text] = [], tags: [Text] = [],
        metrics: [Metric] = [], datasets: [Dataset] = []
    ) {
        self.experiment = experiment
        self.round = round
        self.name = name
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.state = state
        self.parameters = parameters
        self.tags = tags
        self.metrics = metrics
        self.datasets = datasets
    }
}

/// What came of telling a server of a round.
///
/// A failure is for a log; the round goes on.
public struct TrackingOutcome: Sendable, Equatable {
    /// Where people see the run; nil where none was made.
    public var page: String?
    /// What the server was not told, and why; nil when it knows all.
    public var problem: TrackingError?
}

/// Why a tracking server was not told of something.
public struct TrackingError: Error, Equatable, CustomStringConvertible {
    /// A sentence for a person.
    public var description: String
    /// Whether telling it again may help: the server was away, busy or broken.
    public var isRetryable: Bool { code == nil }
    /// The server's own word for it, such as `RESOURCE_DOES_NOT_EXIST`; nil when it did not say
    /// that the request is wrong.
    var code: String?

    init(_ description: String, code: String? = nil) {
        self.description = description
        self.code = code
    }
}

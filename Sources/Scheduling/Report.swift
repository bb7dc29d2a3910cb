/// One file of a candidate.
public struct Media: Hashable, Sendable {
    /// What it holds: `video`, `audio`, or `joint` for both in one file.
    public var role: String
    /// Where it lies: a path every worker can read.
    public var path: String
    /// SHA-256 of the file, lower-case hex; empty when the engine made no file.
    public var sha256: String

    /// Makes a media reference.
    public init(role: String, path: String, sha256: String) {
        self.role = role
        self.path = path
        self.sha256 = sha256
    }
}

/// One number a scorer gave, or the reason why it gave none.
public struct Score: Hashable, Sendable {
    /// The scorer's output, such as `VQ`.
    public var output: String
    /// The raw number; nil when it was missing or not finite.
    public var value: Double?
    /// Why there is no number.
    public var reason: String?

    /// Makes a score.
    public init(output: String, value: Double?, reason: String? = nil) {
        self.output = output
        self.value = value
        self.reason = reason
    }
}

/// What a completed task made.
///
/// The scheduler carries it and never looks inside.
public enum Output: Hashable, Sendable {
    /// Nothing that needs a row of its own.
    case nothing
    /// A candidate's files.
    case candidate([Media])
    /// A candidate's scores.
    case scores([Score])
}

/// Why an attempt failed.
public struct Failure: Hashable, Sendable {
    /// The engine's words, for a person.
    public var message: String
    /// Whether another attempt may help.
    public var retryable: Bool

    /// Makes a failure.
    public init(message: String, retryable: Bool) {
        self.message = message
        self.retryable = retryable
    }
}

/// How an attempt ended.
public enum Outcome: Hashable, Sendable {
    /// It made its output.
    case completed(Output)
    /// It failed.
    case failed(Failure)
    /// It was given back without a result and without blame: drained, or cancelled on request.
    case returned
}

/// A worker's word on one attempt, kept until acknowledged.
public struct Report: Hashable, Sendable {
    /// The task.
    public var task: TaskID
    /// The attempt it speaks of.
    public var attempt: Attempt
    /// Its number in the worker's spool: only growing, and not used by another session.
    public var sequence: UInt64
    /// How it ended.
    public var outcome: Outcome
    /// Name and version of the engine that ran it.
    public var engine: String
    /// Microseconds from start to end.
    public var duration: Int64

    /// Makes a report.
    public init(
        task: TaskID, attempt: Attempt, sequence: UInt64, outcome: Outcome, engine: String,
        duration: Int64
    ) {
        self.task = task
        self.attempt = attempt
        self.sequence = sequence
        self.outcome = outcome
        self.engine = engine
        self.duration = duration
    }
}

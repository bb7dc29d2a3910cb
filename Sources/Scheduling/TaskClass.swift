/// Something a worker's engines can run: a kind of task under a name.
///
/// A name that ends in `*` matches every name with that beginning.
public struct Capability: Hashable, Sendable {
    /// The kind of task.
    public var kind: TaskKind
    /// A model or scorer name, or the beginning of one and `*`.
    public var name: String
    /// Most tasks that an engine takes at once, or of a need that it may be given at once.
    public var batch: Int32

    /// No batch is larger.
    public static let largestBatch: Int32 = 1024

    /// Makes a capability; what is beyond a batch's bounds is cut.
    public init(kind: TaskKind, name: String, batch: Int32 = 1) {
        self.kind = kind
        self.name = name
        self.batch = min(max(batch, 1), Self.largestBatch)
    }

    /// Whether an engine with this capability can run `need`.
    public func covers(_ need: Capability) -> Bool {
        guard kind == need.kind else { return false }
        if name.hasSuffix("*") { return need.name.hasPrefix(name.dropLast()) }
        return name == need.name
    }
}

/// A label that a worker must have, with any of the values.
public struct LabelRule: Hashable, Sendable {
    /// The label's key.
    public var key: String
    /// The accepted values.
    public var values: [String]

    /// Makes a rule.
    public init(key: String, values: [String]) {
        self.key = key
        self.values = values
    }
}

/// How often a task may fail, and how long it waits between.
public struct RetryRule: Hashable, Sendable {
    /// Further attempts after the first that failed.
    public var retries: Int32
    /// Milliseconds before the first retry; doubles with each, to at most an hour.
    public var backoff: Int64
    /// Attempts that may be lost with their worker before the task fails.
    public var crashLimit: Int32

    /// Makes a rule; the defaults are two retries, 30 s, and five lost workers (HyperQueue's).
    public init(retries: Int32 = 2, backoff: Int64 = 30_000, crashLimit: Int32 = 5) {
        self.retries = retries
        self.backoff = backoff
        self.crashLimit = crashLimit
    }

    /// Milliseconds to wait after the `failures`-th failure of `task`.
    ///
    /// Spread by up to a tenth so that tasks that failed together do not return together.
    func wait(afterFailure failures: Int32, of task: TaskID) -> Int64 {
        let doublings = min(max(failures - 1, 0), 20)
        let wait = min(backoff << Int64(doublings), 3_600_000)
        let mixed = UInt64(bitPattern: task.rawValue) &* 0x9E37_79B9_7F4A_7C15
        return wait + Int64(mixed >> 32) % (wait / 10 + 1)
    }
}

/// Everything the scheduler needs to know of tasks made by the same recipe.
public struct TaskClass: Hashable, Sendable {
    /// What an engine must provide.
    public var need: Capability
    /// What one task takes while it runs.
    public var resources: Resources
    /// What the worker's labels must say.
    public var labels: [LabelRule]
    /// The weights it needs loaded (model and adapter); empty when it needs none.
    public var model: String
    /// Milliseconds after which the worker ends an attempt; nil for none.
    public var timeLimit: Int64?
    /// How failures are repeated.
    public var retry: RetryRule

    /// Makes a class.
    public init(
        need: Capability, resources: Resources = .none, labels: [LabelRule] = [],
        model: String = "", timeLimit: Int64? = nil, retry: RetryRule = RetryRule()
    ) {
        self.need = need
        self.resources = resources
        self.labels = labels
        self.model = model
        self.timeLimit = timeLimit
        self.retry = retry
    }
}

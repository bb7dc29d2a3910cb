/// What a task works on; made by the coordinator's shell, used by an engine.
public struct TaskInput: Hashable, Sendable {
    /// The kind and the model or scorer to use.
    public var need: Capability
    /// The prompt's key in its file; empty for tasks of the whole campaign.
    public var prompt: String
    /// The prompt's text.
    public var text: String
    /// Files of the prompt's own clip (ingest only).
    public var groundTruth: [Media]
    /// The candidate to score (score only): its id and files.
    public var candidate: Candidate?
    /// The number that fixes a candidate's noise (generate only).
    public var seed: UInt64
    /// The candidate's ordinal within its prompt (generate only).
    public var ordinal: Int32
    /// The recipe's parameters as a JSON object.
    public var parameters: String
    /// The outputs a scorer is asked for.
    public var outputs: [String]

    /// A candidate to be scored.
    public struct Candidate: Hashable, Sendable {
        /// The task that made it.
        public var id: TaskID
        /// Its files.
        public var media: [Media]

        /// Makes a candidate reference.
        public init(id: TaskID, media: [Media]) {
            self.id = id
            self.media = media
        }
    }

    /// Makes an input.
    public init(
        need: Capability, prompt: String = "", text: String = "", groundTruth: [Media] = [],
        candidate: Candidate? = nil, seed: UInt64 = 0, ordinal: Int32 = 0,
        parameters: String = "{}", outputs: [String] = []
    ) {
        self.need = need
        self.prompt = prompt
        self.text = text
        self.groundTruth = groundTruth
        self.candidate = candidate
        self.seed = seed
        self.ordinal = ordinal
        self.parameters = parameters
        self.outputs = outputs
    }
}

/// A task handed to a worker.
public struct Assignment: Hashable, Sendable {
    /// The task.
    public var task: TaskID
    /// The lease's fencing token.
    public var attempt: Attempt
    /// What it takes while it runs.
    public var resources: Resources
    /// Milliseconds it may run; nil for no limit.
    public var timeLimit: Int64?
    /// The weights it needs loaded; empty for none.
    public var model: String
    /// What it works on.
    public var input: TaskInput

    /// Makes an assignment.
    public init(
        task: TaskID, attempt: Attempt, resources: Resources, timeLimit: Int64?, model: String,
        input: TaskInput
    ) {
        self.task = task
        self.attempt = attempt
        self.resources = resources
        self.timeLimit = timeLimit
        self.model = model
        self.input = input
    }
}

/// How a worker introduces itself, at start and after every reconnect.
public struct Registration: Hashable, Sendable {
    /// Its stable identity: the same after a restart of the same worker.
    public var identity: String
    /// A number of this process: a new one means that whatever ran before is gone.
    public var session: UInt64
    /// The node it runs on.
    public var node: String
    /// Process id on that node.
    public var pid: Int32
    /// What it has.
    public var capacity: Capacity
    /// What its engines run.
    public var provides: [Capability]
    /// Labels, sorted by key.
    public var labels: [Label]
    /// Weights that are loaded now.
    public var resident: [String]
    /// The tasks it holds.
    public var held: [Held]
    /// Whether it takes no new tasks.
    public var draining: Bool
    /// The program's version, for people.
    public var build: String

    /// A label of a worker.
    public struct Label: Hashable, Sendable {
        /// The key.
        public var key: String
        /// The value.
        public var value: String

        /// Makes a label.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// Makes a registration.
    public init(
        identity: String, session: UInt64, node: String, pid: Int32, capacity: Capacity,
        provides: [Capability], labels: [Label] = [], resident: [String] = [],
        held: [Held] = [], draining: Bool = false, build: String = ""
    ) {
        self.identity = identity
        self.session = session
        self.node = node
        self.pid = pid
        self.capacity = capacity
        self.provides = provides
        self.labels = labels
        self.resident = resident
        self.held = held
        self.draining = draining
        self.build = build
    }
}

/// A task that a worker holds.
public struct Held: Hashable, Sendable {
    /// Where it is in the worker.
    public enum Phase: UInt8, Hashable, Sendable {
        /// Waits for a slot. Can become: running, finished.
        case queued
        /// Runs. Can become: finished.
        case running
        /// Has a report that is not acknowledged yet.
        case finished
    }

    /// The task.
    public var task: TaskID
    /// The lease's fencing token.
    public var attempt: Attempt
    /// Where it is.
    public var phase: Phase
    /// Milliseconds it has been running.
    public var running: Int64

    /// Makes an entry.
    public init(task: TaskID, attempt: Attempt, phase: Phase, running: Int64) {
        self.task = task
        self.attempt = attempt
        self.phase = phase
        self.running = running
    }
}

/// A worker's sign of life: it renews the leases of what it holds.
public struct Heartbeat: Hashable, Sendable {
    /// The process it comes from.
    public var session: UInt64
    /// The last assignment message it received; later ones are on their way or lost.
    public var received: UInt64
    /// Everything it holds.
    public var held: [Held]
    /// Weights that are loaded now.
    public var resident: [String]
    /// Weights that are being loaded now.
    public var loading: [String]
    /// Whether it takes no new tasks.
    public var draining: Bool

    /// Makes a heartbeat.
    public init(
        session: UInt64, received: UInt64, held: [Held], resident: [String],
        loading: [String] = [], draining: Bool
    ) {
        self.session = session
        self.received = received
        self.held = held
        self.resident = resident
        self.loading = loading
        self.draining = draining
    }
}

/// Messages of a worker to the coordinator.
public enum FromWorker: Hashable, Sendable {
    /// It introduces itself.
    case register(Registration)
    /// It is alive.
    case heartbeat(Heartbeat)
    /// Attempts ended; repeated until acknowledged.
    case reports(session: UInt64, [Report])
    /// It leaves and holds nothing any more.
    case goodbye(session: UInt64)
}

/// Messages of the coordinator to a worker.
public enum ToWorker: Hashable, Sendable {
    /// It is registered: whom it talks to, and how often it must give a sign of life.
    case welcome(epoch: Int32, worker: WorkerID, heartbeat: Int64, lease: Int64)
    /// It is not accepted, and why.
    case refused(reason: String)
    /// Its heartbeat arrived.
    case alive(epoch: Int32)
    /// The coordinator does not know it (any more): register again.
    case unknown
    /// Tasks to run; `sequence` grows with each such message under one epoch.
    case assign(sequence: UInt64, [Assignment])
    /// Stop these attempts; no blame.
    case cancel([TaskAttempt])
    /// These reports are committed (or of no use): forget them.
    case acknowledge([UInt64])
    /// Take no new tasks; give back what has not started. `false` takes it back.
    case drain(Bool)
    /// Finish what runs, then exit.
    case stop
}

/// A task and one of its attempts.
public struct TaskAttempt: Hashable, Sendable {
    /// The task.
    public var task: TaskID
    /// The attempt.
    public var attempt: Attempt

    /// Makes the pair.
    public init(task: TaskID, attempt: Attempt) {
        self.task = task
        self.attempt = attempt
    }
}

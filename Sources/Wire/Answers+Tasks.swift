extension Answers {
    /// A task in a listing.
    public struct Task: Codable, Hashable, Sendable {
        /// Its number.
        public var id: Int64
        /// Its campaign's name.
        public var campaign: String
        /// What it does.
        public var kind: String
        /// The model or scorer.
        public var name: String
        /// Its prompt's key; empty for tasks of the whole campaign.
        public var prompt: String
        /// The candidate's place within its prompt; -1 for the ground truth.
        public var ordinal: Int32 = 0
        /// Its state.
        public var state: String
        /// Its last attempt's number; 0 for none.
        public var attempt: Int32 = 0
        /// The worker that holds it or held it last.
        public var worker: String?
        /// Failures so far.
        public var failures: Int32 = 0
        /// Lost workers so far.
        public var crashes: Int32 = 0
        /// The engine that made its result.
        public var engine: String?
        /// Milliseconds its result took.
        public var durationMs: Double?
        /// What went wrong last.
        public var error: String?
        /// When it was emitted.
        public var createdAt = ""
        /// When it may be leased again after a failure.
        public var availableAt: String?
        /// When it ended.
        public var finishedAt: String?

        /// Makes one; the rest is set afterwards.
        public init(
            id: Int64, campaign: String, kind: String, name: String, prompt: String, state: String
        ) {
            self.id = id
            self.campaign = campaign
            self.kind = kind
            self.name = name
            self.prompt = prompt
            self.state = state
        }
    }

    /// A task with its attempts and why it is where it is.
    public struct TaskDetail: Codable, Hashable, Sendable {
        /// The task.
        public var task: Task
        /// Why it is where it is.
        public var explanation: [String]
        /// Attempts worth remembering, oldest first.
        public var attempts: [Attempt]
        /// What it takes while it runs.
        public var resources: Resources
        /// The last lines that the last attempt's engine wrote; empty when there are none.
        public var logTail: String
        /// Where the logs of its attempts lie, for those who can read the artifact folder.
        public var logFolder: String

        /// Makes one.
        public init(
            task: Task, explanation: [String], attempts: [Attempt], resources: Resources,
            logTail: String, logFolder: String
        ) {
            self.task = task
            self.explanation = explanation
            self.attempts = attempts
            self.resources = resources
            self.logTail = logTail
            self.logFolder = logFolder
        }
    }

    /// What a task takes while it runs.
    public struct Resources: Codable, Hashable, Sendable {
        /// Cores.
        public var cpus = 0.0
        /// Bytes of main memory.
        public var memory: Int64 = 0
        /// GPUs, or a part of one.
        public var gpus = 0.0
        /// Bytes of memory on each GPU.
        public var gpuMemory: Int64 = 0
        /// Amounts of resources that the cluster names itself.
        public var named: [String: Double] = [:]
        /// The weights that must be loaded; empty for none.
        public var model = ""
        /// Labels that a worker must have: for each, any of the values.
        public var labels: [String: [String]] = [:]
        /// Seconds an attempt may take; nil for no limit.
        public var timeLimitSeconds: Double?

        /// Needs nothing.
        public init() {}
    }

    /// An attempt worth remembering.
    public struct Attempt: Codable, Hashable, Sendable {
        /// The coordinator's epoch.
        public var epoch: Int32
        /// The n-th lease.
        public var number: Int32
        /// Who had it.
        public var worker: String
        /// How it ended; nil while it has not.
        public var outcome: String?
        /// When it was leased; nil when it ended before that was worth remembering.
        public var startedAt: String?
        /// When it ended.
        public var endedAt: String?
        /// What went wrong.
        public var message: String

        /// Makes one.
        public init(
            epoch: Int32, number: Int32, worker: String, outcome: String?, startedAt: String?,
            endedAt: String?, message: String
        ) {
            self.epoch = epoch
            self.number = number
            self.worker = worker
            self.outcome = outcome
            self.startedAt = startedAt
            self.endedAt = endedAt
            self.message = message
        }
    }

    /// A part of what an attempt's engine wrote to stderr.
    public struct LogPage: Codable, Hashable, Sendable {
        /// The task.
        public var task: Int64
        /// The attempt's number.
        public var attempt: Int32
        /// The epoch of the attempt.
        public var epoch: Int32
        /// What was written; bytes that are not UTF-8 are replaced.
        public var text: String
        /// The byte to ask for next.
        public var next: Int64
        /// Whether nothing follows now and nothing will.
        public var ended: Bool

        /// Makes one.
        public init(
            task: Int64, attempt: Int32, epoch: Int32, text: String, next: Int64, ended: Bool
        ) {
            self.task = task
            self.attempt = attempt
            self.epoch = epoch
            self.text = text
            self.next = next
            self.ended = ended
        }
    }
}

/// The answers to listings, as they travel in JSON and as `-o json` prints them.
public enum Answers {
    /// A campaign in a listing.
    public struct Campaign: Codable, Hashable, Sendable {
        /// Its number.
        public var id: Int32
        /// Its name.
        public var name: String
        /// Its state.
        public var state: String
        /// Why it is in that state; empty when that is plain.
        public var reason: String
        /// Higher goes first.
        public var priority: Int32
        /// When it was first submitted (ISO 8601).
        public var createdAt: String
        /// When it ended; nil while it has not.
        public var finishedAt: String?
        /// Prompts that its file asks for.
        public var prompts: Int
        /// All its tasks.
        public var tasks: Counts
        /// Its tasks by kind.
        public var kinds: [String: Counts]
        /// Pairs of its latest ranking; nil before there is one.
        public var pairs: Int?

        /// Makes one.
        public init(
            id: Int32, name: String, state: String, reason: String, priority: Int32,
            createdAt: String, finishedAt: String?, prompts: Int, tasks: Counts,
            kinds: [String: Counts], pairs: Int?
        ) {
            self.id = id
            self.name = name
            self.state = state
            self.reason = reason
            self.priority = priority
            self.createdAt = createdAt
            self.finishedAt = finishedAt
            self.prompts = prompts
            self.tasks = tasks
            self.kinds = kinds
            self.pairs = pairs
        }
    }

    /// Tasks by what has become of them.
    public struct Counts: Codable, Hashable, Sendable {
        /// All of them.
        public var total = 0
        /// Not emitted yet, or never to be.
        public var blocked = 0
        /// Emitted and not ended.
        public var open = 0
        /// With a result.
        public var completed = 0
        /// Attempts used up.
        public var failed = 0
        /// Of a cancelled campaign.
        public var cancelled = 0

        /// None.
        public init() {}
    }

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
        /// Its state.
        public var state: String
        /// Its last attempt's number; 0 for none.
        public var attempt: Int32
        /// The worker that holds it or held it last.
        public var worker: String?
        /// Failures so far.
        public var failures: Int32
        /// Lost workers so far.
        public var crashes: Int32
        /// The engine that made its result.
        public var engine: String?
        /// Milliseconds its result took.
        public var durationMs: Double?
        /// What went wrong last.
        public var error: String?

        /// Makes one.
        public init(
            id: Int64, campaign: String, kind: String, name: String, prompt: String,
            state: String, attempt: Int32, worker: String?, failures: Int32, crashes: Int32,
            engine: String?, durationMs: Double?, error: String?
        ) {
            self.id = id
            self.campaign = campaign
            self.kind = kind
            self.name = name
            self.prompt = prompt
            self.state = state
            self.attempt = attempt
            self.worker = worker
            self.failures = failures
            self.crashes = crashes
            self.engine = engine
            self.durationMs = durationMs
            self.error = error
        }
    }

    /// A task with its attempts and why it is where it is.
    public struct TaskDetail: Codable, Hashable, Sendable {
        /// The task.
        public var task: Task
        /// Attempts worth remembering, oldest first.
        public var attempts: [Attempt]
        /// Why it is where it is, in a sentence.
        public var explanation: String
        /// Where the logs of its attempts lie.
        public var logFolder: String

        /// Makes one.
        public init(task: Task, attempts: [Attempt], explanation: String, logFolder: String) {
            self.task = task
            self.attempts = attempts
            self.explanation = explanation
            self.logFolder = logFolder
        }
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
        /// When it ended (ISO 8601).
        public var endedAt: String?
        /// What went wrong.
        public var message: String

        /// Makes one.
        public init(
            epoch: Int32, number: Int32, worker: String, outcome: String?, endedAt: String?,
            message: String
        ) {
            self.epoch = epoch
            self.number = number
            self.worker = worker
            self.outcome = outcome
            self.endedAt = endedAt
            self.message = message
        }
    }

    /// A worker in a listing.
    public struct Worker: Codable, Hashable, Sendable {
        /// Its number.
        public var id: Int32
        /// Its identity.
        public var name: String
        /// Its state.
        public var state: String
        /// The node it runs on.
        public var node: String
        /// Tasks it runs at once.
        public var slots: Int32
        /// Tasks that run.
        public var running: Int
        /// Tasks it holds beyond those.
        public var prefetched: Int
        /// Weights it holds.
        public var resident: [String]
        /// Milliseconds since its last sign of life; nil when it is not attached.
        public var silenceMs: Int64?
        /// Whether an operator keeps new tasks from it.
        public var cordoned: Bool

        /// Makes one.
        public init(
            id: Int32, name: String, state: String, node: String, slots: Int32, running: Int,
            prefetched: Int, resident: [String], silenceMs: Int64?, cordoned: Bool
        ) {
            self.id = id
            self.name = name
            self.state = state
            self.node = node
            self.slots = slots
            self.running = running
            self.prefetched = prefetched
            self.resident = resident
            self.silenceMs = silenceMs
            self.cordoned = cordoned
        }
    }

    /// A pair in a listing.
    public struct Pair: Codable, Hashable, Sendable {
        /// The prompt's key.
        public var prompt: String
        /// The winner's task.
        public var winner: Int64
        /// The loser's task.
        public var loser: Int64
        /// The sum of the margins.
        public var margin: Double
        /// Margin by modality.
        public var margins: [String: Double]
        /// The winner's first file; nil when its engine made none.
        public var winnerPath: String?
        /// The loser's first file.
        public var loserPath: String?

        /// Makes one.
        public init(
            prompt: String, winner: Int64, loser: Int64, margin: Double,
            margins: [String: Double], winnerPath: String?, loserPath: String?
        ) {
            self.prompt = prompt
            self.winner = winner
            self.loser = loser
            self.margin = margin
            self.margins = margins
            self.winnerPath = winnerPath
            self.loserPath = loserPath
        }
    }

    /// The coordinator itself.
    public struct Status: Codable, Hashable, Sendable {
        /// Its epoch.
        public var epoch: Int32
        /// Its process.
        public var pid: Int32
        /// Results committed since it started.
        public var completed: Int
        /// Transactions since it started.
        public var batches: Int
        /// Frames dropped because they made no sense.
        public var malformed: Int
        /// Milliseconds from its start to its first lease; nil before.
        public var firstLeaseMs: Int64?
        /// Tasks in its memory.
        public var openTasks: Int
        /// Its largest size in memory, MiB.
        public var peakMb: Int
        /// Microseconds of processor time it has used.
        public var cpuUs: Int64

        /// Makes one.
        public init(
            epoch: Int32, pid: Int32, completed: Int, batches: Int, malformed: Int,
            firstLeaseMs: Int64?, openTasks: Int, peakMb: Int, cpuUs: Int64
        ) {
            self.epoch = epoch
            self.pid = pid
            self.completed = completed
            self.batches = batches
            self.malformed = malformed
            self.firstLeaseMs = firstLeaseMs
            self.openTasks = openTasks
            self.peakMb = peakMb
            self.cpuUs = cpuUs
        }
    }
}

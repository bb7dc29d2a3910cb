extension Answers {
    /// A worker in a listing.
    public struct Worker: Codable, Hashable, Sendable {
        /// Its number.
        public var id: Int32
        /// Its identity.
        public var name: String
        /// ready, draining, awaited, lost or stopped.
        public var state: String
        /// The node it runs on.
        public var node = ""
        /// Its process on that node.
        public var pid: Int32 = 0
        /// Its program's version.
        public var build = ""
        /// Tasks it runs at once.
        public var slots: Int32 = 0
        /// Tasks that run.
        public var running = 0
        /// Tasks it holds beyond those.
        public var prefetched = 0
        /// Weights it holds.
        public var resident: [String] = []
        /// Weights it is loading.
        public var loading: [String] = []
        /// What its engines run, as `score/q-align`.
        public var provides: [String] = []
        /// Its labels, with those that an operator has set.
        public var labels: [String: String] = [:]
        /// Cores.
        public var cpus = 0.0
        /// Bytes of main memory.
        public var memory: Int64 = 0
        /// Bytes of memory of each GPU.
        public var gpus: [Int64] = []
        /// Milliseconds since its last sign of life; nil when it is not attached.
        public var silenceMs: Int64?
        /// Whether an operator keeps new tasks from it.
        public var cordoned = false
        /// Results it has brought since it attached to this coordinator.
        public var completed = 0
        /// Attempts of it that failed since then.
        public var failed = 0
        /// Seconds of its slots that these results took.
        public var busySeconds = 0.0
        /// Seconds since it attached to this coordinator; nil when it is not attached.
        public var attachedSeconds: Double?

        /// Makes one; the rest is set afterwards.
        public init(id: Int32, name: String, state: String) {
            self.id = id
            self.name = name
            self.state = state
        }
    }

    /// A worker and what it does.
    public struct WorkerDetail: Codable, Hashable, Sendable {
        /// The worker.
        public var worker: Worker
        /// What it holds, what runs first; of very many only the first ones.
        public var tasks: [HeldTask]
        /// What there is to say of it, such as why it is idle.
        public var sentences: [String]
        /// Labels that an operator has set over its own.
        public var operatorLabels: [String: String]

        /// A task that a worker holds.
        public struct HeldTask: Codable, Hashable, Sendable {
            /// Its number.
            public var id: Int64
            /// Its campaign's name.
            public var campaign: String
            /// What it does.
            public var kind: String
            /// The model or scorer.
            public var name: String
            /// Its prompt's key.
            public var prompt: String
            /// The attempt's number.
            public var attempt: Int32
            /// Whether it runs; otherwise it waits for a slot.
            public var isRunning: Bool
            /// Milliseconds since it began, or since it was leased.
            public var elapsedMs: Int64

            /// Makes one.
            public init(
                id: Int64, campaign: String, kind: String, name: String, prompt: String,
                attempt: Int32, isRunning: Bool, elapsedMs: Int64
            ) {
                self.id = id
                self.campaign = campaign
                self.kind = kind
                self.name = name
                self.prompt = prompt
                self.attempt = attempt
                self.isRunning = isRunning
                self.elapsedMs = elapsedMs
            }
        }

        /// Makes one.
        public init(
            worker: Worker, tasks: [HeldTask], sentences: [String],
            operatorLabels: [String: String]
        ) {
            self.worker = worker
            self.tasks = tasks
            self.sentences = sentences
            self.operatorLabels = operatorLabels
        }
    }
}

extension Answers {
    /// A campaign in a listing.
    public struct Campaign: Codable, Hashable, Sendable {
        /// Its number.
        public var id: Int32
        /// Its name.
        public var name: String
        /// running, paused, halted, cancelling, cancelled, completed or deleting.
        public var state: String
        /// Why it is in that state; empty when that is plain.
        public var reason = ""
        /// Higher goes first.
        public var priority: Int32 = 0
        /// Its share among campaigns of the same priority.
        public var weight = 1.0
        /// The labels of its file.
        public var labels: [String: String] = [:]
        /// When it was first submitted.
        public var createdAt = ""
        /// When it ended; nil while it has not.
        public var finishedAt: String?
        /// Prompts that its file asks for.
        public var prompts = 0
        /// All its tasks.
        public var tasks = Counts()
        /// Its tasks by kind.
        public var kinds: [String: Counts] = [:]
        /// Tasks that run, or wait in a worker to run next.
        public var running = 0
        /// Tasks that could run now.
        public var ready = 0
        /// Tasks that wait after a failure.
        public var waiting = 0
        /// Most tasks that run at once; nil for no limit.
        public var maxRunning: Int?
        /// Tasks that may fail before it is halted; nil for any number.
        public var maxFailed: Int?
        /// Failed tasks that count against it: those since it was last resumed or retried.
        public var budgetUsed = 0
        /// Pairs of its latest ranking; nil before there is one.
        public var pairs: Int?

        /// Makes one; the rest is set afterwards.
        public init(id: Int32, name: String, state: String) {
            self.id = id
            self.name = name
            self.state = state
        }
    }

    /// Why a campaign does not run or end.
    public struct Why: Codable, Hashable, Sendable {
        /// Its name.
        public var campaign: String
        /// Its state.
        public var state: String
        /// What there is to say of the whole campaign, most important first.
        public var sentences: [String]
        /// Its tasks by what keeps them, or by why they failed.
        public var groups: [Group]

        /// Tasks that the same thing is to be said of.
        public struct Group: Codable, Hashable, Sendable {
            /// What keeps them, or why they failed.
            public var sentence: String
            /// How many; of a large campaign only a part was looked at.
            public var count: Int
            /// What they do.
            public var kind: String
            /// The model or scorer.
            public var name: String
            /// One of them.
            public var example: Int64
            /// A command to type next; empty for none.
            public var next: String
            /// The last lines of the example's log; empty when there are none.
            public var logTail: String

            /// Makes one.
            public init(
                sentence: String, count: Int, kind: String, name: String, example: Int64,
                next: String, logTail: String = ""
            ) {
                self.sentence = sentence
                self.count = count
                self.kind = kind
                self.name = name
                self.example = example
                self.next = next
                self.logTail = logTail
            }
        }

        /// Makes one.
        public init(campaign: String, state: String, sentences: [String], groups: [Group]) {
            self.campaign = campaign
            self.state = state
            self.sentences = sentences
            self.groups = groups
        }
    }

    /// What a campaign has used.
    public struct Cost: Codable, Hashable, Sendable {
        /// Its name.
        public var campaign: String
        /// By kind and by model or scorer, in the order of the stages.
        public var rows: [Row]
        /// All of it.
        public var total: Row
        /// Candidates that exist.
        public var candidates: Int
        /// Seconds of a slot for each candidate: all of the campaign over its candidates.
        public var secondsPerCandidate: Double?
        /// Seconds of a GPU for each candidate.
        public var gpuSecondsPerCandidate: Double?

        /// What the tasks of one model or scorer have used.
        public struct Row: Codable, Hashable, Sendable {
            /// What they do; `all` in the total.
            public var kind: String
            /// The model or scorer; empty in the total.
            public var name: String
            /// Tasks that have had an attempt that ended.
            public var tasks = 0
            /// Attempts that ended.
            public var attempts = 0
            /// Seconds of all attempts, as far as they are known.
            public var seconds = 0.0
            /// Those of attempts that brought no result.
            public var failedSeconds = 0.0
            /// Hours of a slot.
            public var slotHours = 0.0
            /// Hours of a GPU: what its recipe asks for, times the time.
            public var gpuHours = 0.0

            /// Makes one without use.
            public init(kind: String, name: String) {
                self.kind = kind
                self.name = name
            }
        }

        /// Makes one.
        public init(
            campaign: String, rows: [Row], total: Row, candidates: Int,
            secondsPerCandidate: Double?, gpuSecondsPerCandidate: Double?
        ) {
            self.campaign = campaign
            self.rows = rows
            self.total = total
            self.candidates = candidates
            self.secondsPerCandidate = secondsPerCandidate
            self.gpuSecondsPerCandidate = gpuSecondsPerCandidate
        }
    }
}

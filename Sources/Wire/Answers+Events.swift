import Scheduling

extension Answers {
    /// Something that happened.
    public struct Event: Codable, Hashable, Sendable {
        /// Its number; nil when it was published a moment ago.
        public var id: Int64?
        /// When.
        public var at: String
        /// campaign_submitted, campaign_changed, campaign_deleted, task_failed or worker_changed;
        /// task_retried only where it is published.
        public var kind: String
        /// The campaign it concerns.
        public var campaign: String?
        /// The worker it concerns.
        public var worker: String?
        /// The task it concerns.
        public var task: Int64?
        /// The new state.
        public var state: String
        /// What there is to say beside it.
        public var message: String

        /// Makes one.
        public init(
            id: Int64?, at: String, kind: String, campaign: String?, worker: String?,
            task: Int64?, state: String, message: String
        ) {
            self.id = id
            self.at = at
            self.kind = kind
            self.campaign = campaign
            self.worker = worker
            self.task = task
            self.state = state
            self.message = message
        }

        /// The same of an event as it was published; `at` is given as the caller writes times.
        public init(_ event: PublishedEvent, at: String) {
            switch event.body {
            case .campaign(_, let name, let state, let reason):
                self.init(
                    id: nil, at: at, kind: "campaign_changed", campaign: name, worker: nil,
                    task: nil, state: state, message: reason)
            case .worker(_, let name, let state):
                self.init(
                    id: nil, at: at, kind: "worker_changed", campaign: nil, worker: name,
                    task: nil, state: state, message: "")
            case .task(let task, let campaign, let worker, let state, let message):
                self.init(
                    id: nil, at: at, kind: state == "failed" ? "task_failed" : "task_retried",
                    campaign: campaign, worker: worker.isEmpty ? nil : worker,
                    task: task.rawValue, state: state, message: message)
            }
        }
    }

    /// The coordinator itself.
    public struct Status: Codable, Hashable, Sendable {
        /// Its epoch.
        public var epoch: Int32 = 0
        /// Its process.
        public var pid: Int32 = 0
        /// Its program's version.
        public var build = ""
        /// What its clock says.
        public var wallClock = ""
        /// Seconds since its process started.
        public var uptimeSeconds = 0.0
        /// Milliseconds the database took to answer.
        public var databaseMs: Double?
        /// Workers that are attached, itself not counted.
        public var workers = 0
        /// Campaigns that have not ended.
        public var campaigns = 0
        /// Results committed since it started.
        public var completed = 0
        /// Transactions since it started.
        public var batches = 0
        /// Frames dropped because they made no sense.
        public var malformed = 0
        /// Milliseconds from its start to its first lease; nil before.
        public var firstLeaseMs: Int64?
        /// Tasks in its memory.
        public var openTasks = 0
        /// Its largest size in memory, MiB.
        public var peakMb = 0
        /// Microseconds of processor time it has used.
        public var cpuUs: Int64 = 0
        /// The artifact folder as it knows it; empty when it does not.
        public var artifacts = ""

        /// Knows nothing.
        public init() {}
    }
}

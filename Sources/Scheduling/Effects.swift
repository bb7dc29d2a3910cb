/// Row-level edits that one step of the coordinator's machine asks the store for.
///
/// They are applied in the order of the fields, in one transaction. So a retry must be the first
/// step of its batch: a task may not end and be reopened in the same one.
public struct Changes: Hashable, Sendable {
    /// Tasks that had ended without a result and are available again, as if new.
    public var reopened: [Reopened] = []
    /// Tasks of the whole campaign that are as if they had never been emitted.
    public var withdrawn: [Withdrawn] = []
    /// Tasks that become available.
    public var emitted: [TaskID] = []
    /// First valid results.
    public var completed: [Completion] = []
    /// Attempts that ended without a result while their task lives on.
    public var retried: [Retry] = []
    /// Tasks that ended without a result.
    public var ended: [Ended] = []
    /// Leases worth remembering across a restart; written lazily, never awaited.
    public var recorded: [RecordedLease] = []
    /// Campaigns that changed state.
    public var campaigns: [CampaignChange] = []
    /// Workers that came, left or changed.
    public var workers: [WorkerChange] = []
    /// Workers whose labels an operator changed.
    public var labels: [LabelChange] = []

    /// No changes.
    public init() {}

    /// Whether there is nothing to write.
    public var isEmpty: Bool {
        emitted.isEmpty && completed.isEmpty && retried.isEmpty && ended.isEmpty
            && recorded.isEmpty && campaigns.isEmpty && workers.isEmpty && labels.isEmpty
            && reopened.isEmpty && withdrawn.isEmpty
    }

    /// Adds the changes of a later step.
    public mutating func append(_ later: Changes) {
        emitted += later.emitted
        completed += later.completed
        retried += later.retried
        ended += later.ended
        recorded += later.recorded
        campaigns += later.campaigns
        workers += later.workers
        labels += later.labels
        reopened += later.reopened
        withdrawn += later.withdrawn
    }
}

/// A task that had ended without a result and may be leased again.
public struct Reopened: Hashable, Sendable {
    /// The task.
    public var task: TaskID
    /// Neither this attempt nor an older one is of interest any more.
    public var fence: Attempt
}

/// A task of the whole campaign that is emitted anew once what it is made of is there.
public struct Withdrawn: Hashable, Sendable {
    /// The task.
    public var task: TaskID
    /// What this attempt or an older one found is of what there was before.
    public var last: Attempt
}

/// The labels that an operator has set for a worker, after a change.
public struct LabelChange: Hashable, Sendable {
    /// Its number.
    public var worker: WorkerID
    /// All of them.
    public var labels: OperatorLabels
}

/// A task's first valid result.
public struct Completion: Hashable, Sendable {
    /// What the worker reported.
    public var report: Report
    /// Who reported it.
    public var worker: WorkerID
    /// Whether the lease has a row that must be closed.
    public var isRecorded: Bool
}

/// How an attempt ended that made no result.
public enum AttemptEnd: UInt8, Sendable {
    /// Its engine says that it failed.
    case failed
    /// Its worker was lost while it ran.
    case lost
    /// Its worker gave it back, or was lost before it began.
    case returned
    /// It was cancelled.
    case cancelled
}

/// An attempt that ended without a result; its task will be leased again.
public struct Retry: Hashable, Sendable {
    /// The task.
    public var task: TaskID
    /// The attempt that ended.
    public var attempt: Attempt
    /// Whose attempt it was.
    public var worker: WorkerID
    /// Failures so far.
    public var failures: Int32
    /// Lost workers so far.
    public var crashes: Int32
    /// Milliseconds until it is available.
    public var delay: Int64
    /// What happened.
    public var message: String
    /// Microseconds that the attempt took, as its worker said; 0 where it said nothing.
    public var duration: Int64 = 0
    /// How the attempt ended.
    public var outcome = AttemptEnd.failed
}

/// A task that ended without a result.
public struct Ended: Hashable, Sendable {
    /// The task.
    public var task: TaskID
    /// `failed` or `cancelled`.
    public var stage: Stage
    /// Its last attempt; nil when it never had one.
    public var attempt: Attempt?
    /// Whose attempt it was; 0 for nobody's.
    public var worker: WorkerID
    /// Failures in all.
    public var failures: Int32
    /// Lost workers in all.
    public var crashes: Int32
    /// Why.
    public var message: String
    /// Microseconds that its last attempt took, as its worker said; 0 where it said nothing.
    public var duration: Int64 = 0
    /// How its last attempt ended.
    public var outcome = AttemptEnd.failed
}

/// A lease that a restarted coordinator should know of.
public struct RecordedLease: Hashable, Sendable {
    /// The task.
    public var task: TaskID
    /// The lease's fencing token.
    public var attempt: Attempt
    /// Who holds it.
    public var worker: WorkerID
}

/// The state of a campaign.
public enum CampaignState: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    /// Its tasks are leased. Can become: paused, halted, cancelling, completed.
    case running
    /// Nothing new is leased until it is resumed. Can become: running, cancelling.
    case paused
    /// Too much failed; nothing new is leased. Can become: running (resumed), cancelling.
    case halted
    /// What runs may end; nothing else will. Can become: cancelled.
    case cancelling
    /// Ended on request. Can become: deleting.
    case cancelled
    /// Every task ended. Can become: running (something failed is tried again), deleting.
    case completed
    /// It had ended, and its rows are being removed.
    case deleting

    /// The word used in tables and on the wire.
    public var description: String {
        switch self {
        case .running: "running"
        case .paused: "paused"
        case .halted: "halted"
        case .cancelling: "cancelling"
        case .cancelled: "cancelled"
        case .completed: "completed"
        case .deleting: "deleting"
        }
    }

    /// Reads the word; nil when it is none of them.
    public init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = state
    }

    /// Whether nothing of it runs or will, unless somebody asks for it.
    public var isFinal: Bool { self == .cancelled || self == .completed || self == .deleting }
}

/// A campaign's new state.
public struct CampaignChange: Hashable, Sendable {
    /// Which campaign.
    public var campaign: CampaignID
    /// Its new state.
    public var state: CampaignState
    /// Why, for a person; empty when it is plain.
    public var reason: String
    /// Whether its running tasks are to be stopped, also by the next coordinator.
    public var isKilled = false
    /// What became of its tasks, when it ended.
    public var tally: CampaignTally?
}

/// What became of a campaign's tasks.
public struct CampaignTally: Hashable, Sendable {
    /// Prompts that its file asked for.
    public var prompts: Int
    /// Tasks by kind and stage.
    public var kinds: [TaskKind: StageCounts]

    /// Makes a tally.
    public init(prompts: Int, kinds: [TaskKind: StageCounts]) {
        self.prompts = prompts
        self.kinds = kinds
    }
}

/// The state of a worker.
public enum WorkerState: UInt8, Sendable, CaseIterable, CustomStringConvertible {
    /// Takes tasks. Can become: draining, lost, stopped.
    case ready
    /// Takes no new tasks, by its own or an operator's wish. Can become: ready, lost, stopped.
    case draining
    /// Silent past its deadline; its leases returned. Can become: ready.
    case lost
    /// Left in good order. Can become: ready.
    case stopped

    /// The word used in tables and on the wire.
    public var description: String {
        switch self {
        case .ready: "ready"
        case .draining: "draining"
        case .lost: "lost"
        case .stopped: "stopped"
        }
    }

    /// Reads the word; nil when it is none of them.
    public init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = state
    }
}

/// A worker's row.
public struct WorkerChange: Hashable, Sendable {
    /// Its number.
    public var worker: WorkerID
    /// Its state.
    public var state: WorkerState
    /// Whether an operator keeps new tasks from it.
    public var isCordoned: Bool
    /// How it introduced itself; nil when that is unchanged.
    public var registration: Registration?
}

/// What one step asks for: first the changes are committed, then the messages are sent.
public struct Effects: Sendable {
    /// For the store.
    public var changes = Changes()
    /// For workers, in order.
    public var messages: [Outgoing] = []
    /// When the machine wants a tick even if nothing happens; nil for never.
    public var wakeAt: Instant?

    /// Nothing.
    public init() {}
}

/// A message and the worker it is for; the shell adds inputs to assignments.
public struct Outgoing: Hashable, Sendable {
    /// Whom it is for; 0 for the sender of the event that was handled, whoever that is.
    public var worker: WorkerID
    /// The message.
    public var message: Message

    /// What is sent.
    public enum Message: Hashable, Sendable {
        /// Leases granted.
        case assign(sequence: UInt64, [TaskAttempt])
        /// Everything that needs no input from the shell.
        case plain(ToWorker)
    }
}

/// A fact given to the coordinator's machine.
public enum Event: Sendable {
    /// A campaign was submitted, changed, or read back from the store.
    case submitted(CampaignSnapshot)
    /// A campaign that had ended is to try again what failed, or one task of it.
    case revived(CampaignSnapshot, TaskID?)
    /// An operator's wish about a campaign.
    case campaign(CampaignID, CampaignCommand)
    /// An operator's wish about a task.
    case task(TaskID, TaskCommand)
    /// A worker introduced itself.
    case registered(Registration)
    /// A worker gave a sign of life.
    case heartbeat(WorkerID, Heartbeat)
    /// Attempts ended.
    case reports(WorkerID, session: UInt64, [Report])
    /// A worker left and holds nothing.
    case goodbye(WorkerID, session: UInt64)
    /// An operator's wish about a worker.
    case worker(WorkerID, WorkerCommand)
    /// Time passed.
    case ticked
}

/// A campaign as the store knows it: what is given to the machine at submission and at restart.
public struct CampaignSnapshot: Sendable {
    /// Recipes, prompts, priority.
    public var plan: CampaignPlan
    /// Its state.
    public var state: CampaignState
    /// Raw `Stage` of each task, prompt-major.
    public var stages: [UInt8]
    /// Raw `Stage` of each slot's whole-campaign task.
    public var whole: [UInt8]
    /// The tasks that are emitted and not ended.
    public var open: [OpenTask]
    /// Whether it is cancelled and its running tasks are to be stopped.
    public var isKilled = false

    /// A task that is emitted and not ended.
    public struct OpenTask: Hashable, Sendable {
        /// The task.
        public var task: TaskID
        /// Its highest recorded attempt; epoch 0 and number 0 for none.
        public var attempt: Attempt
        /// Failures so far.
        public var failures: Int32
        /// Lost workers so far.
        public var crashes: Int32
        /// Milliseconds until it is available.
        public var delay: Int64
        /// Who holds its recorded lease; 0 for nobody.
        public var holder: WorkerID
        /// The newest attempt that failed, or that a retry has left behind.
        public var fence: Attempt
        /// The last attempt before the task was taken back; results up to it are of what it was.
        public var withdrawn: Attempt

        /// Makes an entry.
        public init(
            task: TaskID, attempt: Attempt = Attempt(epoch: 0, number: 0), failures: Int32 = 0,
            crashes: Int32 = 0, delay: Int64 = 0, holder: WorkerID = 0,
            fence: Attempt = Attempt(epoch: 0, number: 0),
            withdrawn: Attempt = Attempt(epoch: 0, number: 0)
        ) {
            self.task = task
            self.attempt = attempt
            self.failures = failures
            self.crashes = crashes
            self.delay = delay
            self.holder = holder
            self.fence = fence
            self.withdrawn = withdrawn
        }
    }

    /// Makes a snapshot; without stages, of a campaign of which nothing has been emitted.
    public init(
        plan: CampaignPlan, state: CampaignState = .running, stages: [UInt8]? = nil,
        whole: [UInt8]? = nil, open: [OpenTask] = []
    ) {
        self.plan = plan
        self.state = state
        self.stages = stages ?? [UInt8](repeating: 0, count: plan.prompts * plan.slots.count)
        self.whole = whole ?? [UInt8](repeating: 0, count: plan.slots.count)
        self.open = open
    }
}

/// Everything a coordinator starts from.
public struct Snapshot: Sendable {
    /// The epoch this coordinator won.
    public var epoch: Int32
    /// Campaigns that have not ended.
    public var campaigns: [CampaignSnapshot]
    /// Workers ever seen.
    public var workers: [KnownWorker]

    /// A worker of the store.
    public struct KnownWorker: Hashable, Sendable {
        /// Its number.
        public var id: WorkerID
        /// Its stable identity.
        public var identity: String
        /// Whether it was attached when the last coordinator stopped.
        public var wasAttached: Bool
        /// Whether an operator keeps new tasks from it.
        public var isCordoned: Bool
        /// The labels that an operator has set.
        public var labels: OperatorLabels

        /// Makes an entry.
        public init(
            id: WorkerID, identity: String, wasAttached: Bool, isCordoned: Bool,
            labels: OperatorLabels = OperatorLabels()
        ) {
            self.id = id
            self.identity = identity
            self.wasAttached = wasAttached
            self.isCordoned = isCordoned
            self.labels = labels
        }
    }

    /// Makes a snapshot.
    public init(epoch: Int32, campaigns: [CampaignSnapshot] = [], workers: [KnownWorker] = []) {
        self.epoch = epoch
        self.campaigns = campaigns
        self.workers = workers
    }
}

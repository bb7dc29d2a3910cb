/// A fault planted in a run to show that an oracle sees it.
public enum Fault: String, CaseIterable, Sendable {
    /// Messages leave before their batch is committed.
    case speaksBeforeCommit
    /// The store takes commits of a coordinator that has lost the lead.
    case ignoresEpoch
    /// A failure report is taken for the newest attempt, whichever it speaks of.
    case takesStaleFailures
    /// Workers start everything they are given at once.
    case startsEverything
    /// An engine loses a task and never says so.
    case losesTask
    /// All campaigns weigh the same.
    case ignoresWeights
    /// All campaigns have the same priority.
    case ignoresPriority
    /// A class that has waited past its bound gets nothing for it.
    case starves
    /// Nothing that a worker reports is ever acknowledged.
    case neverAcknowledges
    /// A pause is acknowledged and not carried out.
    case ignoresPause
    /// A restarted coordinator leases at once what others may be running.
    case skipsRollCall
    /// A worker that restarts has lost its spool.
    case losesSpool
    /// A changed ranking makes every recipe a new one.
    case repeatsWork

    /// The oracle that must see it.
    public var oracle: Oracle {
        switch self {
        case .speaksBeforeCommit: .acknowledged
        case .ignoresEpoch: .oneResult
        case .takesStaleFailures: .fencing
        case .startsEverything: .capacity
        case .losesTask: .ends
        case .ignoresWeights: .fairness
        case .ignoresPriority: .priority
        case .starves: .starvation
        case .neverAcknowledges: .memory
        case .ignoresPause: .halted
        case .skipsRollCall, .losesSpool: .reruns
        case .repeatsWork: .rankOnly
        }
    }
}

/// A promise that a run checks from outside the machines.
public enum Oracle: String, CaseIterable, Sendable {
    /// Every submitted task ends, and so does its campaign.
    case ends
    /// A task has exactly one committed result, and an engine really made it.
    case oneResult
    /// What was acknowledged is in the store for ever.
    case acknowledged
    /// What runs on a worker fits the worker, at every moment.
    case capacity
    /// Campaigns that all have work waiting use their shares, within a bound.
    case fairness
    /// No class of tasks waits longer than the stated bound.
    case starvation
    /// Memory is bounded by what is open, not by what has been.
    case memory
    /// Only what really failed is counted, and once.
    case fencing
    /// A changed ranking alone generates and scores nothing.
    case rankOnly
    /// Nothing runs twice because a coordinator or a worker was restarted.
    case reruns
    /// Higher priority goes first.
    case priority
    /// A campaign that is paused, halted or ended gets no leases.
    case halted
}

/// How a run ended.
public struct Verdict: Sendable {
    /// A broken promise.
    public struct Breach: Sendable {
        /// Which promise.
        public var oracle: Oracle
        /// Simulated milliseconds.
        public var time: Int64
        /// What was seen.
        public var account: String
    }

    /// The run's seed.
    public var seed: UInt64
    /// The first broken promise; nil for a good run.
    public var breach: Breach?
    /// What went on.
    public var counts = Counts()
}

/// What went on in a run, or in many.
public struct Counts: Sendable {
    /// Things that happened.
    public var events = 0
    /// Tasks asked for.
    public var tasks = 0
    /// Attempts that engines started.
    public var attempts = 0
    /// Starts of more than one attempt in one engine.
    public var batches = 0
    /// Coordinators that died.
    public var coordinatorCrashes = 0
    /// Times the lead was taken.
    public var takeovers = 0
    /// Commits refused because another coordinator leads.
    public var fenced = 0
    /// Workers that died.
    public var workerCrashes = 0
    /// Messages that never arrived.
    public var lost = 0
    /// Messages that arrived twice.
    public var repeated = 0
    /// Tasks that had ended without a result and were tried again because an operator asked.
    public var reopened = 0
    /// Campaigns that had completed and were taken up again for it.
    public var revived = 0
    /// Simulated milliseconds.
    public var milliseconds: Int64 = 0

    /// Nothing yet.
    public init() {}

    /// Adds another run's.
    public mutating func add(_ other: Counts) {
        events += other.events
        tasks += other.tasks
        attempts += other.attempts
        batches += other.batches
        coordinatorCrashes += other.coordinatorCrashes
        takeovers += other.takeovers
        fenced += other.fenced
        workerCrashes += other.workerCrashes
        lost += other.lost
        repeated += other.repeated
        reopened += other.reopened
        revived += other.revived
        milliseconds += other.milliseconds
    }
}

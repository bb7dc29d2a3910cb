import DequeModule
import HeapModule

/// Bounds and intervals of the coordinator's machine; times in milliseconds.
public struct CoordinatorConfig: Hashable, Sendable {
    /// Silence after which a worker is lost.
    public var lease: Int64 = 10_000
    /// How often a worker must give a sign of life.
    public var heartbeat: Int64 = 1000
    /// A campaign's planner is asked for more below this many ready tasks.
    public var windowLow = 4096
    /// The planner then fills up to this many.
    public var windowHigh = 8192
    /// Work a worker may hold beyond its slots: so many milliseconds of each slot's time.
    public var prefetchHorizon = 250.0
    /// Most tasks a worker may hold beyond its slots.
    public var prefetchLimit = 2048
    /// A class that a free worker could run is served at the latest after this time, times the
    /// number of models that compete for the worker, plus one task.
    public var starvationBound: Int64 = 60_000
    /// How long a restarted coordinator waits for the workers it knew before it leases anything.
    public var rollCall: Int64 = 1500
    /// Leases older than this are recorded for a restart; shorter ones are not worth a write.
    public var recordAfter: Int64 = 1000
    /// A task of the tail gets a second attempt after this many times its class's mean duration.
    public var stragglerFactor = 3.0
    /// No task gets a second attempt before it has run this long.
    public var stragglerMinimum: Int64 = 5000
    /// A worker ends attempts at their time limit; the coordinator does so this much later.
    public var timeLimitGrace: Int64 = 30_000
    /// An assignment that no heartbeat confirms within this time was lost on its way.
    public var transit: Int64 = 20_000

    /// The defaults above.
    public init() {}
}

/// The coordinator's decisions: events in, changes and messages out.
///
/// No socket, clock, database, random source or log is inside. The shell commits the changes of
/// a batch of steps in one transaction and only then sends the batch's messages; if the commit
/// fails it throws the machine away and starts again from a snapshot.
public struct CoordinatorMachine: Sendable {
    /// Bounds and intervals.
    public let config: CoordinatorConfig
    /// The epoch it writes under.
    public let epoch: Int32

    var campaigns = Numbered<CampaignRecord>()
    var classes: [ClassQueue] = []
    var freeClasses: [Int32] = []
    var tasks: [TaskID: TaskRecord] = [:]
    var workers = Numbered<WorkerRecord>()
    /// What the classes need, each once; leases and classes hold indices.
    var needs: [Resources] = []
    var identities: [String: WorkerID] = [:]
    var cordoned: Set<WorkerID> = []
    /// What operators have set, for workers that may be away.
    var labels: [WorkerID: OperatorLabels] = [:]
    /// The highest number of any attempt: one above it is new for every task.
    var highestNumber: Int32 = 0
    var nextWorker: WorkerID = 1
    var backoffs = Heap<Backoff>()
    /// Until then nothing is leased: workers of the last coordinator may still come back.
    var rollCallEnds: Instant?
    var nextUpkeep: Instant
    /// When the last event was taken.
    var lastStep: Instant
    /// Number of the last assignment message; no two have the same under one epoch.
    var sequence: UInt64 = 0
    var out = Effects()
    /// Leases granted in this step, by worker.
    var granted: [WorkerID: Grants] = [:]

    /// Starts from what the store knows; an empty snapshot for a new one.
    public init(
        restoring snapshot: Snapshot, config: CoordinatorConfig = CoordinatorConfig(),
        at now: Instant
    ) {
        self.config = config
        epoch = snapshot.epoch
        nextUpkeep = now
        lastStep = now
        for worker in snapshot.workers {
            identities[worker.identity] = worker.id
            nextWorker = max(nextWorker, worker.id + 1)
            if worker.isCordoned { cordoned.insert(worker.id) }
            if !worker.labels.isEmpty { labels[worker.id] = worker.labels }
            guard worker.wasAttached else { continue }
            workers[worker.id] = WorkerRecord(awaited: worker, at: now)
        }
        if !workers.isEmpty { rollCallEnds = now + config.rollCall }
        for campaign in snapshot.campaigns { admit(campaign, at: now) }
        // Effects of restoring (a campaign that turns out complete) leave with the first step.
    }

    /// Takes one event and says what follows from it.
    public mutating func handle(_ event: Event, at now: Instant) -> Effects {
        excuseAbsence(until: now)
        switch event {
        case .submitted(let snapshot): submit(snapshot, at: now)
        case .revived(let snapshot, let task): revive(snapshot, task, at: now)
        case .campaign(let id, let command): apply(command, to: id, at: now)
        case .task(let task, let command): apply(command, to: task, at: now)
        case .registered(let registration): register(registration, at: now)
        case .heartbeat(let worker, let heartbeat): renew(worker, heartbeat, at: now)
        case .reports(let worker, let session, let reports):
            take(reports, from: worker, session: session, at: now)
        case .goodbye(let worker, let session): leave(worker, session: session, at: now)
        case .worker(let worker, let command): apply(command, to: worker, at: now)
        case .ticked: break
        }
        wakeBackoffs(at: now)
        if now >= nextUpkeep { upkeep(at: now) }
        refillWindows(at: now)
        dispatch(at: now)
        defer { out = Effects() }
        out.wakeAt = nextWake()
        return out
    }

    /// A time in which this process stood still says nothing about the workers: what they sent
    /// meanwhile still waits to be handled.
    private mutating func excuseAbsence(until now: Instant) {
        let absence = now - lastStep
        lastStep = max(lastStep, now)
        guard absence > config.lease / 2 else { return }
        for id in workers.keys { workers[id]?.lastSeen = now }
        nextUpkeep = now + config.heartbeat
    }

    private func nextWake() -> Instant? {
        if campaigns.isEmpty && workers.isEmpty { return nil }
        var wake = nextUpkeep
        if let due = backoffs.min?.due { wake = min(wake, due) }
        if let ends = rollCallEnds { wake = min(wake, ends) }
        return wake
    }
}

/// A campaign in the machine.
struct CampaignRecord: Blank {
    static let blank = CampaignRecord(
        planner: CampaignPlanner(CampaignPlan(id: 0, slots: [], prompts: 0)), state: .completed,
        classes: [])

    var planner: CampaignPlanner
    var state: CampaignState
    /// Class of each slot, as an index of the machine's queues.
    var classes: [Int32]
    /// Tasks that could be leased now.
    var ready = 0
    /// Tasks with a lease.
    var leased = 0
    /// Tasks that wait after a failure.
    var waiting = 0
    /// Milliseconds of a whole worker it has used, over its weight.
    var virtualTime = 0.0
    /// The part of it that is only expected, because its attempts have not ended.
    var expectedTime = 0.0
    /// Failures that a resume after a halt has forgiven.
    var forgiven = 0
    /// Whether it is cancelled and its running tasks are to be stopped.
    var isKilled = false

    /// Whether it has tasks that could run or that run.
    var isBusy: Bool { ready + leased > 0 }

    /// Tasks that are leased, could be, or wait.
    var open: Int { ready + leased + waiting }

    /// Whether its file once asked for more than it does now.
    var isNarrowed: Bool {
        !planner.plan.retired.isEmpty || planner.plan.slots.contains { !$0.isActive }
    }

    var mayLease: Bool {
        state == .running && leased < planner.plan.maxRunning ?? .max
    }
}

/// The ready tasks of one recipe.
struct ClassQueue: Sendable {
    var campaign: CampaignID
    /// Place of its campaign's record.
    var place: Int
    var slot: Int
    var spec: TaskClass
    /// Index of what its tasks need.
    var need: Int32
    /// Entries of tasks that were leased otherwise meanwhile are skipped when they come up.
    var entries = Deque<TaskID>()
    var ready = 0
    /// Since when it has had ready tasks and none was leased.
    var waitingSince: Instant
    /// Mean duration in milliseconds of its tasks; nil before the first has ended.
    var mean: Double?
    /// The worker kept free for it because it has starved.
    var reserved: WorkerID = 0

    mutating func observe(microseconds: Int64) {
        let sample = Double(max(microseconds, 0)) / 1000
        mean = mean.map { $0 + (sample - $0) * 0.1 } ?? sample
    }
}

/// A task that is emitted and not ended.
struct TaskRecord: Sendable {
    enum State: UInt8 {
        /// In its class's queue.
        case ready
        /// Waits after a failure.
        case waiting
        /// Some worker has a lease.
        case leased
        /// The campaign's file no longer asks for it; it waits in case it does again.
        case parked
    }

    var classIndex: Int32
    var state: State = .ready
    /// Highest attempt number given under this epoch or recorded before.
    var number: Int32 = 0
    var failures: Int32 = 0
    var crashes: Int32 = 0
    /// Who holds its lease; 0 for nobody.
    var holder: WorkerID = 0
    /// Who holds its speculative second lease; 0 for nobody.
    var second: WorkerID = 0
    /// The last attempt that failed; neither it nor an older one is taken up again.
    var failed = Attempt(epoch: 0, number: 0)
    /// The last attempt before it was taken back; results up to it are of what it was then.
    var withdrawn = Attempt(epoch: 0, number: 0)
    /// When it is available again, while it waits.
    var due = Instant(milliseconds: 0)
}

/// Leases that go out to one worker in one message.
struct Grants: Sendable {
    var sequence: UInt64
    var attempts: [TaskAttempt] = []
}

/// A lease, kept with the worker that holds it.
struct Lease: Sendable {
    var attempt: Attempt
    /// The assignment message it went out with.
    var sequence: UInt64
    /// Index of what it takes, which a changed campaign file does not change.
    var need: Int32
    /// The devices it takes; nil while it is prefetched and waits in the worker.
    var allocation: Allocation?
    var assigned: Instant
    /// When it began to run, as far as the worker's heartbeats tell.
    var started: Instant?
    /// Charged to the campaign's virtual time before its weight.
    var charge: Double
    /// Expected milliseconds.
    var estimate: Double
    /// Whether it is expected to make room soon enough for something prefetched.
    var isShort = false
    var isRecorded = false
    var isCancelled = false

    /// Whether it runs, as far as is known: in a slot of its own, or in a batch with others.
    var isRunning: Bool { allocation != nil || started != nil }
}

/// What a worker has brought since it attached.
public struct WorkDone: Hashable, Sendable {
    /// First valid results.
    public var completed = 0
    /// Attempts that failed.
    public var failed = 0
    /// Microseconds of these attempts.
    public var microseconds: Int64 = 0
}

/// A worker that is attached, or awaited after a restart.
struct WorkerRecord: Blank {
    static let blank = WorkerRecord(
        awaited: Snapshot.KnownWorker(
            id: 0, identity: "", wasAttached: false, isCordoned: false),
        at: Instant(milliseconds: 0))

    var identity: String
    /// Number of its process; nil while it is only awaited.
    var session: UInt64?
    var registration: Registration?
    var capacity: Capacity
    var free: Capacity
    /// Its labels, with those that an operator has set.
    var labels: [String: String] = [:]
    var resident: Set<String> = []
    /// Weights that it says it is loading.
    var loading: [String] = []
    var draining = false
    /// What it has done since it attached.
    var work = WorkDone()
    var attachedSince: Instant
    var lastSeen: Instant
    var leases: [TaskID: Lease] = [:]
    /// Prefetched tasks in the order the worker will run them.
    var queue = Deque<TaskID>()
    /// Expected milliseconds of what is prefetched.
    var queuedTime = 0.0
    /// Leases that are expected to make room soon, by index of what they take.
    var short: [Int32] = []
    /// Whether it can run a class: 0 unknown, 1 yes, 2 no.
    var eligible: [UInt8] = []
    var lastSwitch: Instant
    /// The starved class it is kept free for; -1 for none.
    var reservedFor: Int32 = -1

    init(awaited worker: Snapshot.KnownWorker, at now: Instant) {
        identity = worker.identity
        capacity = Capacity(slots: 0)
        free = capacity
        lastSeen = now
        lastSwitch = now
        attachedSince = now
    }

    /// Counts a lease that makes room soon, or counts it off.
    mutating func count(_ need: Int32, _ by: Int32) {
        while short.count <= Int(need) { short.append(0) }
        short[Int(need)] += by
    }

    init(_ registration: Registration, _ labels: OperatorLabels, at now: Instant) {
        attachedSince = now
        self.labels = labels.applied(to: registration.labels)
        identity = registration.identity
        session = registration.session
        self.registration = registration
        capacity = registration.capacity
        free = registration.capacity
        resident = Set(registration.resident)
        draining = registration.draining
        lastSeen = now
        lastSwitch = Instant(milliseconds: .min / 2)
    }
}

/// A task that waits after a failure.
struct Backoff: Comparable, Sendable {
    var due: Instant
    var task: TaskID

    static func < (a: Self, b: Self) -> Bool { (a.due, a.task) < (b.due, b.task) }
}

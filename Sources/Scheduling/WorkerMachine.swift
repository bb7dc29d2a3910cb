import DequeModule

/// What a worker is, and how patient it is; times in milliseconds.
public struct WorkerConfig: Hashable, Sendable {
    /// How it introduces itself; `held`, `resident` and `draining` are filled in by the machine.
    public var registration: Registration
    /// Between two tries to register.
    public var registerEvery: Int64 = 1000
    /// Reports that are not acknowledged are sent again after this time.
    public var resendAfter: Int64 = 5000
    /// Most reports in one message.
    public var reportsPerMessage = 1024

    /// Makes a configuration with the defaults above.
    public init(registration: Registration) { self.registration = registration }
}

/// A fact given to the worker's machine.
public enum WorkerEvent: Sendable {
    /// The connection was opened, or opened again.
    case connected
    /// The coordinator said something.
    case received(ToWorker)
    /// An attempt ended in the worker's own engines.
    case finished(TaskAttempt, Outcome, engine: String, microseconds: Int64)
    /// The engines hold these weights now.
    case resident([String])
    /// The engines are loading these weights now.
    case loading([String])
    /// Reports can or cannot be written to the spool.
    case spool(isWritable: Bool)
    /// Asked to finish what runs and leave.
    case drain
    /// Asked to leave at once.
    case stopNow
    /// Time passed.
    case ticked
}

/// What one step of the worker's machine asks for, in the order of the fields.
public struct WorkerEffects: Sendable {
    /// Reports to append to the spool before anything is sent.
    public var spool: [Report] = []
    /// Messages for the coordinator.
    public var send: [FromWorker] = []
    /// Attempts to stop.
    public var stop: [TaskAttempt] = []
    /// What to start, with the devices it gets.
    public var start: [Start] = []
    /// Whether to try another of the coordinator's addresses.
    public var reconnect = false
    /// Whether nothing is left to be acknowledged, so that the spool may be emptied.
    public var spoolIsIdle = false
    /// Why the worker is to end; nil while it is not.
    public var exit: WorkerExit?
    /// When the machine wants a tick even if nothing happens.
    public var wakeAt = Instant(milliseconds: .max)

    /// What one engine is to run: an attempt, or a batch of attempts that are alike.
    public struct Start: Sendable {
        /// The attempts, in the order in which they came.
        public var assignments: [Assignment]
        /// The devices that they get together.
        public var allocation: Allocation

        /// Names at least one attempt.
        public init(assignments: [Assignment], allocation: Allocation) {
            self.assignments = assignments
            self.allocation = allocation
        }
    }
}

/// Why a worker ends.
public enum WorkerExit: Hashable, Sendable {
    /// It drained and everything is acknowledged.
    case drained
    /// It was told to stop at once.
    case stopped
    /// The coordinator does not accept it.
    case refused(reason: String)
}

/// The worker's decisions: what runs, what waits, what must still be acknowledged.
///
/// It keeps the promise that the sum of what runs never exceeds the worker's capacity, and that a
/// report is kept until the coordinator has committed it.
public struct WorkerMachine: Sendable {
    /// What the worker is.
    public let config: WorkerConfig

    private var link: Link = .detached
    private var free: Capacity
    private var held: [TaskID: HeldTask] = [:]
    /// What runs together, by the number of its start.
    private var groups: [Int: Group] = [:]
    private var starts = 0
    /// What is held and waits for room, each task once, in the order in which it came.
    private var queue = Deque<TaskID>()
    private var reports: ReportLog
    /// The newest epoch it was welcomed under; whoever speaks under an older one is not heard.
    private var epoch: Int32 = 0
    /// The last assignment of that epoch.
    private var received: UInt64 = 0
    private var resident: [String] = []
    private var loading: [String] = []
    private var isDraining: Bool
    private var spoolIsWritable = true
    private var out = WorkerEffects()

    private enum Link {
        case detached
        case registering(since: Instant, lastTry: Instant)
        case attached(heartbeat: Int64, lease: Int64, lastSent: Instant, lastHeard: Instant)
    }

    private struct HeldTask {
        var assignment: Assignment
        /// Number of its group; nil while it waits.
        var group: Int?
        var started: Instant?
        var isStopping = false
    }

    /// Attempts that one engine runs at once: they take what one of them needs.
    private struct Group {
        var resources: Resources
        var allocation: Allocation
        var left: Int
    }

    /// Starts with the reports that an earlier process of this worker left in the spool.
    public init(_ config: WorkerConfig, spooled: [Report] = []) {
        self.config = config
        free = config.registration.capacity
        isDraining = config.registration.draining
        reports = ReportLog(session: config.registration.session)
        for report in spooled { reports.restore(report) }
    }

    /// Takes one event and says what follows from it.
    public mutating func handle(_ event: WorkerEvent, at now: Instant) -> WorkerEffects {
        switch event {
        case .connected: register(at: now, since: now)
        case .received(let message): take(message, at: now)
        case .finished(let attempt, let outcome, let engine, let microseconds):
            finish(attempt, outcome, engine: engine, microseconds: microseconds, at: now)
        case .resident(let models): resident = models
        case .loading(let models): loading = models
        case .spool(let isWritable):
            spoolIsWritable = isWritable
            // Before anything is given back, so that it is not assigned again at once.
            sendHeartbeat(at: now)
        case .drain: drain(at: now)
        case .stopNow: stopNow(at: now)
        case .ticked: break
        }
        startWhatFits(at: now)
        keepInTouch(at: now)
        sendReports(at: now)
        if out.exit == .stopped {
            out.send.append(.goodbye(session: config.registration.session))
        } else if isDraining, held.isEmpty, reports.isEmpty, out.exit == nil {
            out.send.append(.goodbye(session: config.registration.session))
            out.exit = .drained
        }
        out.spoolIsIdle = reports.isEmpty
        out.wakeAt = nextWake()
        defer { out = WorkerEffects() }
        return out
    }

    /// Tasks that run now.
    public var running: Int { held.values.count { $0.group != nil } }

    /// Tasks that wait for room.
    public var queued: Int { held.count - running }

    /// The sequence of the oldest report that is not acknowledged; nil when all are.
    public var oldestUnacknowledged: UInt64? { reports.oldest }

    /// Whether the coordinator has accepted it.
    public var isAttached: Bool {
        if case .attached = link { true } else { false }
    }

    /// Reports that are kept because they are not acknowledged.
    public var unacknowledged: Int { reports.count }

    /// What is taken of its capacity; for invariants.
    public var runningResources: [Resources] { groups.values.map(\.resources) }

    /// Whether it can take tasks.
    private var isOpen: Bool { !isDraining && spoolIsWritable }

    private mutating func take(_ message: ToWorker, at now: Instant) {
        switch message {
        case .welcome(let epoch, _, _, _), .alive(let epoch):
            // A coordinator that was superseded does not know yet.
            if epoch < self.epoch { return }
        default: break
        }
        heard(at: now)
        switch message {
        case .welcome(let epoch, _, let heartbeat, let lease):
            if epoch > self.epoch { received = 0 }
            self.epoch = epoch
            link = .attached(
                heartbeat: heartbeat, lease: lease, lastSent: now, lastHeard: now)
            reports.resendAll()
        case .refused(let reason):
            out.exit = .refused(reason: reason)
        case .alive: break
        case .unknown: introduce(at: now)
        case .assign(let sequence, let assignments):
            // One that is older than the last was sent twice or came too late.
            guard let first = assignments.first, first.attempt.epoch == epoch,
                sequence > received
            else { return }
            received = sequence
            for assignment in assignments { accept(assignment, at: now) }
        case .cancel(let attempts):
            for attempt in attempts { cancel(attempt, at: now) }
        case .acknowledge(let sequences):
            for sequence in sequences { reports.forget(sequence) }
        case .drain(let isOn): if isOn { giveBackWaiting() }
        case .stop: drain(at: now)
        }
    }

    private mutating func accept(_ assignment: Assignment, at now: Instant) {
        let task = assignment.task
        if let known = held[task] {
            // The same work under a newer lease: go on with it.
            if known.assignment.attempt < assignment.attempt, !known.isStopping {
                held[task]?.assignment.attempt = assignment.attempt
            }
            return
        }
        if !isOpen {
            report(assignment, .returned, engine: "", microseconds: 0)
            return
        }
        held[task] = HeldTask(assignment: assignment)
        queue.append(task)
    }

    private mutating func cancel(_ attempt: TaskAttempt, at now: Instant) {
        guard let known = held[attempt.task], known.assignment.attempt <= attempt.attempt else {
            return
        }
        if known.group == nil {
            held[attempt.task] = nil
            queue.removeAll { $0 == attempt.task }
            report(known.assignment, .returned, engine: "", microseconds: 0)
        } else if !known.isStopping {
            held[attempt.task]?.isStopping = true
            out.stop.append(
                TaskAttempt(task: attempt.task, attempt: known.assignment.attempt))
        }
    }

    private mutating func finish(
        _ attempt: TaskAttempt, _ outcome: Outcome, engine: String, microseconds: Int64,
        at now: Instant
    ) {
        guard let known = held.removeValue(forKey: attempt.task) else { return }
        if let group = known.group { leave(group) }
        // The lease may have been renewed under a newer attempt while it ran.
        report(known.assignment, outcome, engine: engine, microseconds: microseconds)
    }

    private mutating func report(
        _ assignment: Assignment, _ outcome: Outcome, engine: String, microseconds: Int64
    ) {
        out.spool.append(
            reports.add(
                Report(
                    task: assignment.task, attempt: assignment.attempt, sequence: 0,
                    outcome: outcome, engine: engine, duration: microseconds)))
    }

    /// One of a group has ended; the last gives back what the group took.
    private mutating func leave(_ number: Int) {
        groups[number]?.left -= 1
        guard let group = groups[number], group.left == 0 else { return }
        groups[number] = nil
        free.release(group.resources, group.allocation)
    }

    private mutating func startWhatFits(at now: Instant) {
        while let task = queue.first, let waiting = held[task] {
            let resources = waiting.assignment.resources
            guard free.shortage(of: resources) == nil else { return }
            let assignments = group(of: waiting.assignment)
            guard let allocation = free.allocate(resources) else { return }
            if assignments.count == 1 {
                queue.removeFirst()
            } else {
                let begun = Set(assignments.map(\.task))
                queue.removeAll { begun.contains($0) }
            }
            starts += 1
            groups[starts] = Group(
                resources: resources, allocation: allocation, left: assignments.count)
            for assignment in assignments {
                held[assignment.task]?.group = starts
                held[assignment.task]?.started = now
            }
            out.start.append(.init(assignments: assignments, allocation: allocation))
        }
    }

    /// What starts together with the first that waits: as many as are alike and the engine takes,
    /// but no more than leaves as many for their share of the slots that could run them.
    private func group(of first: Assignment) -> [Assignment] {
        let need = first.input.need
        let offer = config.registration.provides.first { $0.covers(need) }
        let most = Int(min(need.batch, offer?.batch ?? 1))
        if most <= 1 { return [first] }
        var alike: [Assignment] = []
        var count = 0
        for task in queue {
            guard let waiting = held[task] else { continue }
            count += 1
            if waiting.assignment.isAlike(first) { alike.append(waiting.assignment) }
        }
        var (left, places) = (free, 0)
        while places < alike.count, left.allocate(first.resources) != nil { places += 1 }
        let share = max(places * alike.count / count, 1)
        return Array(alike.prefix(min(most, (alike.count + share - 1) / share)))
    }

    private mutating func drain(at now: Instant) {
        guard !isDraining else { return }
        isDraining = true
        sendHeartbeat(at: now)
        giveBackWaiting()
    }

    private mutating func giveBackWaiting() {
        for (task, waiting) in held.sorted(by: { $0.key < $1.key })
        where waiting.group == nil {
            held[task] = nil
            report(waiting.assignment, .returned, engine: "", microseconds: 0)
        }
        queue = []
    }

    private mutating func stopNow(at now: Instant) {
        isDraining = true
        for (_, known) in held.sorted(by: { $0.key < $1.key }) {
            if known.group != nil {
                out.stop.append(
                    TaskAttempt(
                        task: known.assignment.task, attempt: known.assignment.attempt))
            }
            report(known.assignment, .returned, engine: "", microseconds: 0)
        }
        held = [:]
        groups = [:]
        queue = []
        out.exit = .stopped
    }
}

/// Keeping in touch with the coordinator.
extension WorkerMachine {
    private mutating func register(at now: Instant, since: Instant) {
        var registration = config.registration
        registration.held = heldList(at: now)
        registration.resident = resident
        registration.draining = !isOpen
        out.send.append(.register(registration))
        link = .registering(since: since, lastTry: now)
    }

    /// A coordinator that sees the connection before the registration on it asks for what is
    /// on its way.
    private mutating func introduce(at now: Instant) {
        if case .registering(_, let lastTry) = link, now - lastTry < config.registerEvery { return }
        register(at: now, since: now)
    }

    private mutating func heard(at now: Instant) {
        guard case .attached(let heartbeat, let lease, let lastSent, _) = link else { return }
        link = .attached(heartbeat: heartbeat, lease: lease, lastSent: lastSent, lastHeard: now)
    }

    private mutating func keepInTouch(at now: Instant) {
        switch link {
        case .detached: break
        case .registering(let since, let lastTry):
            guard now - lastTry >= config.registerEvery else { return }
            let patience = 3 * config.registerEvery
            out.reconnect = now - since >= patience
            register(at: now, since: out.reconnect ? now : since)
        case .attached(let heartbeat, let lease, let lastSent, let lastHeard):
            if now - lastHeard >= lease {
                // Work goes on; whoever is the coordinator next will be told of it.
                out.reconnect = true
                register(at: now, since: now)
            } else if now - lastSent >= heartbeat {
                sendHeartbeat(at: now)
            }
        }
    }

    private mutating func sendHeartbeat(at now: Instant) {
        guard case .attached(let heartbeat, let lease, _, let lastHeard) = link else { return }
        link = .attached(heartbeat: heartbeat, lease: lease, lastSent: now, lastHeard: lastHeard)
        out.send.append(
            .heartbeat(
                Heartbeat(
                    session: config.registration.session, received: received,
                    held: heldList(at: now), resident: resident, loading: loading,
                    draining: !isOpen)))
    }

    private mutating func sendReports(at now: Instant) {
        guard case .attached = link else { return }
        while true {
            let due = reports.due(
                limit: config.reportsPerMessage, resendAfter: config.resendAfter, at: now)
            if due.isEmpty { return }
            out.send.append(.reports(session: config.registration.session, due))
        }
    }

    private func heldList(at now: Instant) -> [Held] {
        var list: [Held] = []
        list.reserveCapacity(held.count)
        for (task, known) in held.sorted(by: { $0.key < $1.key }) {
            list.append(
                Held(
                    task: task, attempt: known.assignment.attempt,
                    phase: known.group == nil ? .queued : .running,
                    running: known.started.map { now - $0 } ?? 0))
        }
        return list + reports.held
    }

    private func nextWake() -> Instant {
        switch link {
        case .detached: Instant(milliseconds: .max)
        case .registering(_, let lastTry): lastTry + config.registerEvery
        case .attached(let heartbeat, let lease, let lastSent, let lastHeard):
            min(
                lastSent + heartbeat, lastHeard + lease,
                reports.nextResend(after: config.resendAfter))
        }
    }
}

extension Assignment {
    /// Whether an engine may be given both at once.
    fileprivate func isAlike(_ other: Assignment) -> Bool {
        task.campaign == other.task.campaign && input.need == other.input.need
            && model == other.model && resources == other.resources
            && timeLimit == other.timeLimit && input.parameters == other.input.parameters
            && input.outputs == other.input.outputs
    }
}

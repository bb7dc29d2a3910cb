import Artifacts
import Linux
import Logging
import Scheduling
import Wire
import ZeroMQ

/// The worker's one thread: the socket, the engines' pipes and the clock; it decides nothing.
///
/// Engines run in processes of their own, so nothing here takes long and a heartbeat never waits
/// for a computation.
struct WorkerLoop: ~Copyable {
    let options: WorkerOptions
    let log: Logger
    let context: Context
    /// Keeps other workers out of the folder.
    let lock: FileLock
    let finisher: Finisher
    var pool: EnginePool
    var machine: WorkerMachine
    var spool: Spool
    var link: Link
    var endpoint = 0
    var outbox: [FromWorker] = []
    var wakeAt = Instant(milliseconds: 0)
    var exit: WorkerExit?
    var stopRequests = 0
    /// Set while reports cannot be spooled; when to try again.
    var spoolRetry: Instant?
    var wasAttached = false
    /// Weights that the engines were loading when they were last looked after.
    var loading: [String] = []

    /// Frames taken before the engines are looked after.
    private static let frameLimit = 64

    /// Runs until it has drained, is stopped, or is refused.
    mutating func run(until signals: borrowing Signals) throws(ZeroMQError) -> WorkerExit {
        perform(machine.handle(.resident(pool.resident), at: now))
        perform(machine.handle(.connected, at: now))
        var poll = PollSet()
        while true {
            flush()
            if let exit { return try leave(exit) }
            poll.removeAll()
            poll.add(link.socket.pollItem(.readable))
            poll.add(.descriptor(signals.descriptor, .readable))
            poll.add(.descriptor(finisher.ended.descriptor, .readable))
            if let item = link.lossItem { poll.add(item) }
            for interest in pool.interests {
                poll.add(
                    .descriptor(
                        interest.descriptor,
                        interest.direction == .reading ? .readable : .writable))
            }
            _ = try poll.wait(timeoutMilliseconds: timeout())
            try drainSocket()
            try noticeLoss()
            while let signal = signals.next() { take(signal) }
            look()
        }
    }

    var now: Instant { Instant(milliseconds: Clock.monotonic / 1_000_000) }

    private func timeout() -> Int {
        var due = wakeAt
        if let deadline = pool.deadline {
            due = min(due, Instant(milliseconds: deadline / 1_000_000 + 1))
        }
        return Int(min(max(due - now, 0), 1000))
    }

    private mutating func drainSocket() throws(ZeroMQError) {
        for _ in 0..<Self.frameLimit {
            guard let bytes = try link.socket.receive(dontWait: true) else { return }
            do throws(WireError) {
                guard let message = try WorkerCodec.decode(bytes) else { continue }
                perform(machine.handle(.received(message), at: now))
            } catch {
                if case .version(let version) = error {
                    exit = .refused(reason: WireProtocol.refusal(of: version))
                }
                log.warning("dropped a frame of the coordinator: \(error)")
            }
        }
    }

    private mutating func take(_ signal: Int32) {
        guard signal == Signals.terminate || signal == Signals.interrupt else { return }
        stopRequests += 1
        if stopRequests == 1 {
            log.info(
                """
                draining: \(machine.running) running tasks will finish; \
                a second signal stops them
                """)
            perform(machine.handle(.drain, at: now))
        } else {
            log.info("stopping now")
            perform(machine.handle(.stopNow, at: now))
        }
    }

    /// Looks after engines, stored files and the clock.
    private mutating func look() {
        let (before, wasLoading) = (pool.resident, loading)
        loading = pool.loading
        if loading != wasLoading { perform(machine.handle(.loading(loading), at: now)) }
        let ended = pool.pump() + finisher.ended.take()
        if pool.resident != before {
            perform(machine.handle(.resident(pool.resident), at: now))
        }
        for end in ended {
            perform(
                machine.handle(
                    .finished(
                        end.attempt, end.outcome, engine: end.engine,
                        microseconds: end.microseconds), at: now))
        }
        if let retry = spoolRetry, now >= retry { trySpool() }
        if now >= wakeAt { perform(machine.handle(.ticked, at: now)) }
    }

    /// Does what the machine asks, engines included; instant tasks end in here.
    private mutating func perform(_ first: WorkerEffects) {
        var waiting = [first]
        var next = 0
        while next < waiting.count {
            let effects = waiting[next]
            next += 1
            spool(effects.spool)
            outbox.merge(effects.send)
            wakeAt = effects.wakeAt
            for attempt in effects.stop { pool.stop(attempt) }
            if effects.reconnect { reconnect() }
            if let exit = effects.exit { self.exit = exit }
            for start in effects.start {
                if options.instant, InstantEngine.covers(start.assignments[0].input.need) {
                    for assignment in start.assignments {
                        let attempt = TaskAttempt(
                            task: assignment.task, attempt: assignment.attempt)
                        let event = WorkerEvent.finished(
                            attempt, InstantEngine.run(assignment),
                            engine: InstantEngine.name, microseconds: 1)
                        waiting.append(machine.handle(event, at: now))
                    }
                } else {
                    pool.start(start.assignments, devices: start.allocation.devices)
                }
            }
        }
        if machine.isAttached != wasAttached {
            wasAttached = machine.isAttached
            log.info(wasAttached ? "attached to the coordinator" : "looking for the coordinator")
        }
    }

    /// Reports that must be on disk before they are sent.
    var unspooled: [Report] = []

    private mutating func spool(_ reports: [Report]) { unspooled += reports }

    /// Writes what must be on disk before it is sent, then sends.
    private mutating func flush() {
        if !unspooled.isEmpty, spoolRetry == nil { trySpool() }
        spool.forget(before: machine.oldestUnacknowledged)
        for message in outbox {
            // A socket that takes no more has lost its coordinator; everything is said again
            // when one answers.
            _ = try? link.socket.send(WorkerCodec.encode(message), .dontWait)
        }
        outbox.removeAll(keepingCapacity: true)
    }

    /// Without a spool a result is kept in memory until it is acknowledged, and no task is taken.
    private mutating func trySpool() {
        let pending = unspooled.filter { $0.sequence >= machine.oldestUnacknowledged ?? .max }
        do throws(SystemError) {
            if pending.isEmpty, spoolRetry != nil { try spool.probe() }
            try spool.append(pending)
            unspooled = []
            if spoolRetry != nil {
                log.info("the spool can be written again; taking tasks")
                spoolRetry = nil
                perform(machine.handle(.spool(isWritable: true), at: now))
            }
        } catch {
            if spoolRetry == nil {
                log.error(
                    """
                    cannot write to the spool: \(error). Results are kept in memory and no new \
                    tasks are taken until there is room in \(options.folder)
                    """)
                perform(machine.handle(.spool(isWritable: false), at: now))
            }
            unspooled = pending
            spoolRetry = now + 1000
        }
    }

    /// The coordinator that is gone may be followed by one elsewhere, long before its lease ends.
    private mutating func noticeLoss() throws(ZeroMQError) {
        guard try link.isLost(), exit == nil else { return }
        log.warning("the coordinator at \(options.endpoints[endpoint]) is gone; trying the next")
        reconnect()
        perform(machine.handle(.connected, at: now))
    }

    private mutating func reconnect() {
        let next = (endpoint + 1) % options.endpoints.count
        guard let fresh = try? Link(context, options.endpoints, next, machine.config.registration)
        else { return }
        endpoint = next
        link = fresh
    }

    /// Sends what is left and ends the engines.
    private mutating func leave(_ exit: WorkerExit) throws(ZeroMQError) -> WorkerExit {
        pool.stopAll()
        while !pool.isEmpty {
            _ = try? Interest.wait(for: pool.interests, until: pool.deadline)
            _ = pool.pump()
        }
        return exit
    }
}

extension [FromWorker] {
    /// Adds messages; reports join the reports before them, so that many become one frame.
    fileprivate mutating func merge(_ messages: [FromWorker]) {
        for message in messages {
            if case .reports(let session, let later) = message,
                case .reports(session, let earlier)? = last, earlier.count < 4096
            {
                removeLast()
                append(.reports(session: session, earlier + later))
            } else {
                append(message)
            }
        }
    }
}

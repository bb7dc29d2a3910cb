import Campaigns
import Linux
import Logging
import Scheduling
import Store
import Wire
import ZeroMQ

/// The coordinator's one thread: poll, drain what waits, handle each, commit all changes of the
/// batch in one transaction, only then send the batch's messages, repeat.
///
/// The transaction runs on the writer's thread; meanwhile the next batch is collected here, and
/// its messages wait for its own commit.
struct CoordinatorLoop: ~Copyable {
    let options: CoordinatorOptions
    let log: Logger
    let router: Socket
    let publisher: Socket
    let writerJobs: Mailbox<WriterJob>
    let writerResults: Mailbox<WriterResult>
    let reader: StoreReader
    let started: Int64

    var machine: CoordinatorMachine
    var inputs: TaskInputs
    var ranker: Ranker
    var rankerID: WorkerID = 0
    /// The names of all campaigns, ended ones too.
    var campaignNames: [CampaignID: String]
    var peers = Peers()
    var uploads = Uploads()
    var pending = Batch()
    var inFlight: Batch?
    var wakeAt: Instant?
    var renewAt: Instant
    var counters = Counters()
    /// Campaigns that ended since the oldest submission that is being written.
    var endedMeanwhile: Set<CampaignID> = []
    var submissionsInFlight = 0
    /// Turns in a row that left frames unread.
    var turnsBehind = 0
    /// Submissions that are complete, and wishes about ended campaigns; they are written after
    /// everything collected before them.
    var waitingWrites: [WriterJob] = []
    /// Retries wait for a batch of their own: what has ended in one is not tried again in it.
    var waitingRetries: [Retrial] = []
    let eraser: Eraser
    let keeper: RoundKeeper
    let tracker: RoundTracker
    var end: CoordinatorEnd?

    /// What has been done since the start, for listings and measurements.
    struct Counters {
        var completed = 0
        var batches = 0
        /// Milliseconds from the start of the process to the first lease of this coordinator.
        var firstLease: Int64?
    }

    /// Frames handled before the loop looks at its other duties.
    private static let frameLimit = 256
    /// Turns that may leave frames unread before time is kept nonetheless.
    private static let turnLimit = 100
    /// Rows collected before the loop lets its peers wait.
    private static let batchLimit = 20_000

    /// Runs until it is asked to stop, is fenced, or loses the database.
    mutating func run(until signals: borrowing Signals) throws(ZeroMQError) -> CoordinatorEnd {
        takeFromRanker(ranker.handle(.connected, at: now))
        var poll = PollSet()
        poll.add(router.pollItem(.readable))
        poll.add(.descriptor(writerResults.descriptor, .readable))
        poll.add(.descriptor(reader.answers.descriptor, .readable))
        poll.add(.descriptor(ranker.ended.descriptor, .readable))
        poll.add(.descriptor(keeper.said.descriptor, .readable))
        poll.add(.descriptor(signals.descriptor, .readable))
        while end == nil {
            poll.setEvents(pending.weight < Self.batchLimit ? .readable : [], at: 0)
            _ = try poll.wait(timeoutMilliseconds: timeout())
            try drainRouter()
            for result in writerResults.take() { take(result) }
            for answer in reader.answers.take() {
                send(ClientCodec.encode(answer.reply, id: answer.request), to: answer.route)
            }
            for ended in ranker.ended.take() { take(ended) }
            for said in keeper.said.take() { take(said) }
            while let signal = signals.next() {
                if signal == Signals.terminate || signal == Signals.interrupt { end = .stopped }
            }
            keepTime()
            commit()
        }
        writerJobs.post(.stop)
        reader.stop()
        ranker.stop()
        eraser.stop()
        keeper.stop()
        tracker.stop()
        return end ?? .stopped
    }

    var now: Instant { Instant(milliseconds: Clock.monotonic / 1_000_000) }

    private func timeout() -> Int {
        let due = min(wakeAt ?? renewAt, renewAt)
        return Int(min(max(due - now, 0), 1000))
    }

    private mutating func drainRouter() throws(ZeroMQError) {
        turnsBehind += 1
        for _ in 0..<Self.frameLimit {
            guard pending.weight < Self.batchLimit,
                let frames = try router.receiveMultipart(dontWait: true, frameLimit: 3)
            else {
                turnsBehind = 0
                return
            }
            guard frames.count == 2 else {
                noteMalformed(.malformed, from: frames[0])
                continue
            }
            take(frames[1], from: frames[0])
        }
    }

    private mutating func take(_ bytes: [UInt8], from route: Route) {
        if bytes.isEmpty {
            // A probe: somebody connected. A worker that this coordinator does not know is asked
            // to introduce itself at once rather than at its next heartbeat.
            if peers.worker(at: route) == nil { greet(route) }
            return
        }
        do throws(WireError) {
            switch try CoordinatorCodec.decode(bytes) {
            case .worker(let message): take(message, from: route)
            case .request(let id, let request): answer(request, id: id, route: route)
            }
        } catch {
            noteMalformed(error, from: route)
        }
    }

    private mutating func greet(_ route: Route) {
        send(CoordinatorCodec.encode(.unknown), to: route)
    }

    private mutating func take(_ message: FromWorker, from route: Route) {
        if case .register(let registration) = message {
            let effects = machine.handle(.registered(registration), at: now)
            let isRefused = effects.messages.contains { $0.worker == 0 }
            if !isRefused, let worker = machine.worker(named: registration.identity) {
                peers.bind(worker, to: route)
                log.info(
                    """
                    worker \(registration.identity) registered from \(registration.node): \
                    \(registration.capacity.slots) slots, holds \(registration.held.count) tasks
                    """)
            }
            collect(effects, from: route)
            return
        }
        guard let worker = peers.worker(at: route) else {
            greet(route)
            return
        }
        collect(machine.handle(message.event(from: worker), at: now))
    }

    private mutating func noteMalformed(_ error: WireError, from route: Route) {
        if peers.countMalformed(from: route) {
            log.warning("dropped a frame of peer \(route.hex): \(error)")
        }
        if case .version(let version) = error {
            let refusal = ToWorker.refused(reason: WireProtocol.refusal(of: version))
            send(CoordinatorCodec.encode(refusal), to: route)
        }
    }

    /// Adds a step's effects to the batch that is being collected.
    ///
    /// A message to worker 0 answers whoever sent what the step was about.
    mutating func collect(_ effects: Effects, from route: Route? = nil) {
        wakeAt = effects.wakeAt
        inputs.note(effects.changes)
        counters.completed += effects.changes.completed.count
        for change in effects.changes.campaigns where change.state.isFinal {
            if submissionsInFlight > 0 { endedMeanwhile.insert(change.campaign) }
        }
        let (peers, rankerID) = (peers, rankerID)
        pending.append(effects) { outgoing in
            if outgoing.worker == rankerID, rankerID != 0 { return .ranker }
            return (outgoing.worker == 0 ? route : peers.route(to: outgoing.worker))
                .map(Receiver.peer)
        }
    }

    private mutating func keepTime() {
        // Heartbeats that wait to be read, after a pause, must not be taken for missing.
        let isBehind = turnsBehind > 0 && turnsBehind < Self.turnLimit
        if let wakeAt, now >= wakeAt, !isBehind { collect(machine.handle(.ticked, at: now)) }
        guard now >= renewAt else { return }
        renewAt = now + 1000
        writerJobs.post(.renew)
        takeFromRanker(ranker.handle(.ticked, at: now))
    }

    /// Hands the collected batch to the writer when it is free, and what retries add to the next.
    private mutating func commit() {
        while inFlight == nil {
            let batch = pending
            pending = Batch()
            if batch.mustCommit {
                counters.batches += 1
                writerJobs.post(.apply(batch.changes))
                inFlight = batch
            } else {
                release(batch)
            }
            submissionsInFlight += waitingWrites.count
            writerJobs.post(contentsOf: waitingWrites)
            waitingWrites = []
            takeRetries()
            if pending.isEmpty, waitingWrites.isEmpty { return }
        }
    }

    /// The batch is durable: whatever it says may be said.
    private mutating func release(_ batch: Batch) {
        for (message, receiver) in batch.messages { deliver(message, to: receiver) }
        for frame in batch.frames { send(frame.bytes, to: frame.route) }
        for campaign in batch.erased { eraser.erase(campaign) }
        for campaign in batch.ofRounds { keeper.answered(campaign) }
        if batch.hasCampaignChange { keeper.look() }
        publish(batch)
    }

    private mutating func deliver(_ outgoing: Outgoing.Message, to receiver: Receiver) {
        let message: ToWorker
        switch outgoing {
        case .plain(let plain): message = plain
        case .assign(let sequence, let leases):
            if counters.firstLease == nil {
                counters.firstLease = (Clock.monotonic - started) / 1_000_000
                log.info("first lease \(counters.firstLease ?? 0) ms after the start")
            }
            message = .assign(sequence: sequence, leases.compactMap { inputs.assignment($0) })
        }
        switch receiver {
        case .ranker: takeFromRanker(ranker.handle(.received(message), at: now))
        case .peer(let route): send(CoordinatorCodec.encode(message), to: route)
        }
    }

    private mutating func take(_ ended: Ranker.Ended) {
        switch ended {
        case .task(let attempt, let outcome, let microseconds):
            let event = WorkerEvent.finished(
                attempt, outcome, engine: WireProtocol.build, microseconds: microseconds)
            takeFromRanker(ranker.handle(event, at: now))
        case .wish(let wish, let reply):
            self.reply(reply, id: wish.id, route: wish.route)
            // Rounds may wait for what it says.
            keeper.look()
        }
    }

    /// The ranker's words go straight to the machine.
    private mutating func takeFromRanker(_ messages: [FromWorker]) {
        for message in messages {
            if case .register(let registration) = message {
                let effects = machine.handle(.registered(registration), at: now)
                rankerID = machine.worker(named: Ranker.identity) ?? 0
                collect(effects)
            } else {
                collect(machine.handle(message.event(from: rankerID), at: now))
            }
        }
    }

    /// A peer that is gone or does not read loses the message; heartbeats set that right.
    func send(_ bytes: [UInt8], to route: Route) {
        _ = try? router.send(bytes, to: route)
    }

    private mutating func take(_ result: WriterResult) {
        switch result {
        case .applied:
            guard let batch = inFlight else { return }
            inFlight = nil
            release(batch)
        case .submitted(let job, let submission): admit(submission, job)
        case .revived(let wish, let revival): admit(revival, wish)
        case .deleted(let wish, let problem): noteDeleted(wish, problem)
        case .rankingAdded(let wish, let added): noteAdded(wish, added)
        case .chosen(let wish, let chosen): noteChosen(wish, chosen)
        case .refused(let job, let code, let message):
            submissionsInFlight -= 1
            guard !job.isForRound else {
                let name = (try? Campaign(canonicalJSON: job.campaign))?.name ?? ""
                keeper.answered(name, refusal: message)
                return
            }
            send(ClientCodec.encode(.problem(code, message), id: job.request), to: job.route)
        case .failed(let error):
            if case .fenced = error {
                end = .fenced
            } else {
                end = .failed("\(error)")
            }
        }
    }
}

extension FromWorker {
    /// The machine's event for everything but a registration.
    fileprivate func event(from worker: WorkerID) -> Event {
        switch self {
        case .register(let registration): .registered(registration)
        case .heartbeat(let heartbeat): .heartbeat(worker, heartbeat)
        case .reports(let session, let reports): .reports(worker, session: session, reports)
        case .goodbye(let session): .goodbye(worker, session: session)
        }
    }
}

extension [UInt8] {
    /// Hexadecimal digits, for the log.
    fileprivate var hex: String {
        prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

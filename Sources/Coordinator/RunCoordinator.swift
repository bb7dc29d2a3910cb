import Foundation
public import Linux
public import Logging
import Scheduling
import Schema
import Store
import Wire
import ZeroMQ

/// Runs a coordinator on the calling thread until it is told to stop or another one leads.
///
/// It stands by while another one leads. When the database goes away it drops everything and
/// starts again from what is durable as soon as the database is back; workers work on meanwhile.
public func runCoordinator(
    _ options: CoordinatorOptions, signals: borrowing Signals, log: Logger
) -> CoordinatorEnd {
    let started = Clock.monotonic
    var announced = false
    while true {
        do {
            let end = try lead(options, signals: signals, log: log, started: started)
            guard case .failed(let reason) = end else { return end }
            log.error("\(reason); starting again from what is durable")
            announced = false
        } catch let error as StoreError where error.isWorthRetrying {
            if !announced {
                log.warning("the database cannot be used yet: \(error); trying again")
            }
            announced = true
        } catch {
            return .failed("\(error)")
        }
        let wait = [Interest(signals.descriptor, .reading)]
        _ = try? Interest.wait(for: wait, until: Clock.monotonic + 300_000_000)
        if wasToldToStop(signals) { return .stopped }
    }
}

/// Waits to lead, restores, and runs the loop once.
private func lead(
    _ options: CoordinatorOptions, signals: borrowing Signals, log: Logger, started: Int64
) throws -> CoordinatorEnd {
    var store = try Store(options.database)
    for migration in try store.migrate() {
        log.info("applied migration \(migration.number) (\(migration.name))")
    }
    var toldToStop = false
    var epoch = try store.tryLead(name: options.name, address: options.endpoint)
    if epoch == nil {
        let leader = try store.leadership()
        log.info("standing by; \(leader?.name ?? "another coordinator") leads")
        epoch = try store.waitToLead(
            name: options.name, address: options.endpoint, staleAfter: options.staleAfter,
            while: {
                toldToStop = toldToStop || wasToldToStop(signals)
                return !toldToStop
            })
    }
    guard let epoch else { return .stopped }
    let restored = try store.snapshot()
    let names = try store.campaignNames()
    let unerased = try store.campaignsBeingDeleted()
    let machine = CoordinatorMachine(
        restoring: restored.snapshot, config: options.scheduling,
        at: Instant(milliseconds: Clock.monotonic / 1_000_000))
    var inputs = TaskInputs()
    for (catalog, campaign) in zip(restored.catalogs, restored.snapshot.campaigns) {
        inputs.add(catalog, campaign.plan)
    }
    inputs.restore(restored.candidateMedia)
    let context = try Context()
    let router = try bindRouter(context, options.endpoint, signals: signals, log: log)
    let publisher = try Socket(.pub, in: context)
    try publisher.set(.linger(milliseconds: 0))
    try publisher.bind(options.events)
    let writerJobs = try Mailbox<WriterJob>()
    let writerResults = try Mailbox<WriterResult>()
    let writer = try StoreWriter.start(store, jobs: writerJobs, results: writerResults)
    let reader = try StoreReader(options.database, artifacts: options.artifacts)
    let ranker = try Ranker(
        database: options.database, epoch: epoch, session: UInt64.random(in: 1 ... .max))
    let eraser = try Eraser(
        database: options.database, artifacts: options.artifacts, epoch: epoch, log: log)
    for campaign in unerased { eraser.erase(campaign) }
    let keeper = try RoundKeeper(
        database: options.database, artifacts: options.artifacts, epoch: epoch, log: log)
    let tracker = try RoundTracker(database: options.database, epoch: epoch, log: log)
    let now = Instant(milliseconds: Clock.monotonic / 1_000_000)
    log.info(
        """
        leading under epoch \(epoch) at \(options.endpoint); \
        \(restored.snapshot.campaigns.count) campaigns, \(machine.population.tasks) open tasks, \
        \((Clock.monotonic - started) / 1_000_000) ms after the start
        """)
    var loop = CoordinatorLoop(
        options: options, log: log, router: router, publisher: publisher,
        writerJobs: writerJobs, writerResults: writerResults, reader: reader, started: started,
        machine: machine, inputs: inputs, ranker: ranker, campaignNames: names,
        renewAt: now, eraser: eraser, keeper: keeper, tracker: tracker)
    let end = try loop.run(until: signals)
    writer.join()
    return end
}

/// Binds the socket that everybody talks to; a predecessor that is about to go is waited for.
private func bindRouter(
    _ context: Context, _ endpoint: String, signals: borrowing Signals, log: Logger
) throws -> Socket {
    let router = try Socket(.router, in: context)
    try router.set(.linger(milliseconds: 500))
    try router.set(.routerHandover(true))
    try router.set(.routerMandatory(true))
    try router.set(.sendHighWater(10_000))
    try router.set(.receiveHighWater(10_000))
    try router.set(.maxMessageSize(Int64(WireProtocol.frameLimit)))
    try router.set(.heartbeat(interval: 2000, timeout: 6000, peerTimeout: 10_000))
    var announced = false
    while true {
        do throws(ZeroMQError) {
            try router.bind(endpoint)
            return router
        } catch {
            guard error.isAddressInUse, !wasToldToStop(signals) else { throw error }
            if !announced { log.warning("\(endpoint) is still in use; waiting for it") }
            announced = true
            _ = try? Interest.wait(for: [], until: Clock.monotonic + 100_000_000)
        }
    }
}

private func wasToldToStop(_ signals: borrowing Signals) -> Bool {
    while let signal = signals.next() {
        if signal == Signals.terminate || signal == Signals.interrupt { return true }
    }
    return false
}

extension StoreError {
    /// Whether the database may be back in a moment.
    fileprivate var isWorthRetrying: Bool {
        if case .postgres = self { true } else { false }
    }
}

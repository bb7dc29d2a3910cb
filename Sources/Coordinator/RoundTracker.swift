import Campaigns
import Foundation
import Linux
import Logging
import Rounds
import Scheduling
import Store
import Tracking
import Training

/// The thread that tells tracking servers of rounds.
///
/// It reads what is durable and writes down what was told, so a server that is away or slow holds
/// up nothing: what it does not know yet it is told later, by whichever coordinator leads then.
struct RoundTracker {
    private enum Job: Sendable { case look, stop }

    private let jobs: Mailbox<Job>

    init(database: String, epoch: Int32, log: Logger) throws(SystemError) {
        jobs = try Mailbox()
        let jobs = jobs
        _ = try OSThread.start(name: "round tracker") {
            let telling = RoundTelling(database: database, epoch: epoch, log: log)
            var retryAt: Int64? = 0
            while true {
                _ = try? Interest.wait(for: [Interest(jobs.descriptor, .reading)], until: retryAt)
                if jobs.take().contains(.stop) { return }
                retryAt = telling.look() ? nil : Clock.monotonic + Self.pause
            }
        }
    }

    /// A round has moved.
    func look() { jobs.post(.look) }

    /// Ends its thread after the round it is at.
    func stop() { jobs.post(.stop) }

    /// Nanoseconds before a server that was away is asked again.
    private static let pause: Int64 = 15_000_000_000
}

/// What the tracker's thread does.
private struct RoundTelling {
    let database: String
    let epoch: Int32
    let log: Logger
    private let environment = ProcessInfo.processInfo.environment

    /// Tells all that is not told yet; false when something is to be tried again.
    func look() -> Bool {
        do {
            var store = try Store(database)
            store.write(under: epoch)
            return try tell(&store)
        } catch {
            log.warning("rounds are not tracked now: \(error)")
            return false
        }
    }

    private func tell(_ store: inout Store) throws(StoreError) -> Bool {
        let waiting = try store.roundsToTell()
        guard !waiting.isEmpty else { return true }
        let rows = try store.rounds()
        // A server that is away for one round is away for the others too, for the same reason.
        var away: [String: String] = [:]
        for var tracking in waiting {
            guard
                let row = rows.first(where: {
                    $0.record.name == tracking.name && $0.record.number == tracking.number
                }), let server = row.record.round.track?.mlflow,
                let run = try TrackedRun(describe(row, rows, &store))
            else { continue }
            let old = tracking
            if let reason = away[server] {
                tracking.problem = reason
            } else {
                let outcome = MLflowServer(address: server, environment: environment).record(run)
                tracking.page = outcome.page ?? tracking.page
                tracking.problem = outcome.problem?.description ?? ""
                if outcome.problem?.isRetryable == true { away[server] = tracking.problem }
            }
            if tracking.problem != old.problem, !tracking.problem.isEmpty {
                log.warning("round \(row.record.label) is not tracked: \(tracking.problem)")
            }
            if away[server] != nil { tracking.version = "" }
            if tracking != old { try store.record(tracking) }
        }
        return away.isEmpty
    }

    private func describe(
        _ row: RoundRow, _ rows: [RoundRow], _ store: inout Store
    ) throws(StoreError) -> TrackedRound {
        let record = row.record
        let all = rows.filter { $0.record.name == record.name }
        var round = TrackedRound(
            record, loop: iso8601((all.first ?? row).createdAt), createdAt: row.createdAt / 1000)
        round.isLast =
            all.last.map(\.record).map {
                $0.state.isDecided && $0.number >= $0.round.rounds
            } ?? false
        round.decidedAt = row.decidedAt.map { $0 / 1000 }
        let training = RoundNames.training(record.name, record.number)
        guard record.adapter != nil, let listing = try store.campaign(training),
            listing.name == training, let product = try store.products(of: listing.id).last
        else { return round }
        round.trainedAt = product.createdAt / 1000
        round.engine = product.engine
        // A curve that is gone, or is another trainer's, is not missed by anybody.
        if let curve = product.media.first(where: { $0.role == "curve" }),
            let series = try? CurveFile.read(curve.path)
        {
            round.curve = series.map { series in
                let points = series.points.compactMap { point in
                    Int(exactly: point.step).map { (step: $0, value: point.value) }
                }
                return (series.name, points)
            }
        }
        return round
    }
}

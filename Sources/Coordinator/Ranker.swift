import FoundationEssentials
import Linux
import Scheduling
import Store
import Wire

/// The coordinator's own worker: it runs rank tasks, which need the database and no media.
///
/// To the scheduling core it is a worker like any other, so its tasks have leases, attempts,
/// retries and explanations like all others. Its messages never touch a socket.
struct Ranker {
    /// Its identity in listings.
    static let identity = "coordinator"

    private var machine: WorkerMachine
    private let jobs: Mailbox<Job>
    /// Where its thread says what became of a task.
    let ended: Mailbox<Ended>

    private enum Job: Sendable {
        case task(TaskAttempt)
        case wish(RankingWish)
        case stop
    }

    /// What the thread has done.
    enum Ended: Sendable {
        case task(TaskAttempt, Outcome, microseconds: Int64)
        case wish(RankingWish, Reply)
    }

    init(database: String, epoch: Int32, session: UInt64) throws(SystemError) {
        let registration = Registration(
            identity: Self.identity, session: session, node: Machine.hostName,
            pid: ProcessUsage.processID,
            capacity: Capacity(
                slots: 1, cpus: Int32(Machine.usableProcessors * 1000),
                memory: Int64(Machine.memoryMiB) << 20),
            provides: [Capability(kind: .rank, name: "*")], build: WireProtocol.build)
        machine = WorkerMachine(WorkerConfig(registration: registration))
        jobs = try Mailbox()
        ended = try Mailbox()
        let (jobs, ended) = (jobs, ended)
        _ = try OSThread.start(name: "ranker") { Self.run(database, epoch, jobs, ended) }
    }

    /// Gives it an event and returns what it says to the coordinator.
    mutating func handle(_ event: WorkerEvent, at now: Instant) -> [FromWorker] {
        let effects = machine.handle(event, at: now)
        for assignment in effects.start.flatMap(\.assignments) {
            jobs.post(.task(TaskAttempt(task: assignment.task, attempt: assignment.attempt)))
        }
        return effects.send
    }

    /// Makes a ranking that somebody asked for, after the tasks that it has.
    func rank(_ wish: RankingWish) { jobs.post(.wish(wish)) }

    /// Ends its thread after the task it is at.
    func stop() { jobs.post(.stop) }

    private static func run(
        _ database: String, _ epoch: Int32, _ jobs: Mailbox<Job>, _ ended: Mailbox<Ended>
    ) {
        while true {
            _ = try? Interest.wait(for: [Interest(jobs.descriptor, .reading)], until: nil)
            for job in jobs.take() {
                switch job {
                case .task(let attempt):
                    let start = Clock.monotonic
                    let outcome = rank(attempt.task, database, epoch)
                    let microseconds = (Clock.monotonic - start) / 1000
                    ended.post(.task(attempt, outcome, microseconds: microseconds))
                case .wish(let wish): ended.post(.wish(wish, rank(wish, database, epoch)))
                case .stop: return
                }
            }
        }
    }

    /// A connection for each ranking: they are rare, and a broken one mends itself so.
    private static func rank(_ task: TaskID, _ database: String, _ epoch: Int32) -> Outcome {
        do throws(StoreError) {
            var store = try Store(database)
            store.write(under: epoch)
            var times = RankTimes()
            _ = try store.rank(task, RankWish(build: WireProtocol.build), &times)
            return .completed(.nothing)
        } catch {
            // The same scores cannot be ranked by the same rule the next time either.
            let isLasting = if case .rank = error { true } else { false }
            return .failed(Failure(message: "ranking failed: \(error)", retryable: !isLasting))
        }
    }

    private static func rank(_ wish: RankingWish, _ database: String, _ epoch: Int32) -> Reply {
        do {
            var store = try Store(database)
            store.write(under: epoch)
            var times = RankTimes()
            let name = wish.request.name
            _ = try store.rank(
                wish.task,
                RankWish(
                    name: name.isEmpty ? nil : name, isChosen: wish.request.isChosen,
                    build: WireProtocol.build), &times)
            let rankings = try store.rankings(of: wish.task.campaign)
            guard let made = rankings.first(where: { $0.id == wish.task }) else {
                return .problem(.failed, "the ranking is gone: its campaign is being deleted")
            }
            var answer = Answers.Ranking(made, of: wish.name)
            answer.milliseconds = Answers.Ranking.Times(
                read: times.read.milliseconds, rank: times.rank.milliseconds,
                write: times.write.milliseconds)
            return .answer(
                String(decoding: try Listings.encoder().encode(answer), as: UTF8.self))
        } catch {
            return Listings.reply(to: error)
        }
    }
}

/// A ranking from stored scores that somebody asked for, and who waits for the answer.
struct RankingWish: Sendable {
    var campaign: CampaignID
    /// The campaign's name.
    var name: String
    var request: RankRequest
    var route: Route
    var id: UInt64
    /// The rank task, once its recipe is known.
    var task = TaskID(rawValue: 0)
}

/// A ranking that is to be its campaign's current one, and who waits for the answer.
struct ChoiceWish: Sendable {
    var campaign: CampaignID
    /// The campaign's name.
    var name: String
    /// The ranking's name or number; empty for that of the campaign file.
    var ranking: String
    var route: Route
    var id: UInt64
}

extension Duration {
    fileprivate var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1000 + (Double(attoseconds) / 1e12).rounded() / 1000
    }
}

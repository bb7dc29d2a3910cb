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

    /// A task for the thread; nil ends it.
    private typealias Job = TaskAttempt?

    /// What became of a task.
    struct Ended: Sendable {
        var attempt: TaskAttempt
        var outcome: Outcome
        var microseconds: Int64
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
        for start in effects.start {
            let task = start.assignment.task
            jobs.post(TaskAttempt(task: task, attempt: start.assignment.attempt))
        }
        return effects.send
    }

    /// Ends its thread after the task it is at.
    func stop() { jobs.post(nil) }

    private static func run(
        _ database: String, _ epoch: Int32, _ jobs: Mailbox<Job>, _ ended: Mailbox<Ended>
    ) {
        while true {
            _ = try? Interest.wait(for: [Interest(jobs.descriptor, .reading)], until: nil)
            for job in jobs.take() {
                guard let attempt = job else { return }
                let start = Clock.monotonic
                let outcome = rank(attempt.task, database, epoch)
                let microseconds = (Clock.monotonic - start) / 1000
                ended.post(
                    Ended(attempt: attempt, outcome: outcome, microseconds: microseconds))
            }
        }
    }

    /// A connection for each ranking: they are rare, and a broken one mends itself so.
    private static func rank(_ task: TaskID, _ database: String, _ epoch: Int32) -> Outcome {
        do throws(StoreError) {
            var store = try Store(database)
            store.write(under: epoch)
            _ = try store.rank(task)
            return .completed(.nothing)
        } catch {
            return .failed(Failure(message: "ranking failed: \(error)", retryable: true))
        }
    }
}

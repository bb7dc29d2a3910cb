import Scheduling
import Store
import Wire

extension Answers.Counts {
    /// Counts of a campaign that has ended, from its rows.
    init(_ counts: KindCounts) {
        self.init()
        total = counts.planned
        blocked = counts.blocked
        open = (counts.byState[.available] ?? 0) + (counts.byState[.leased] ?? 0)
        completed = counts.byState[.completed] ?? 0
        failed = counts.byState[.failed] ?? 0
        cancelled = counts.byState[.cancelled] ?? 0
    }

    /// Counts of a campaign that runs, from the machine.
    init(_ counts: StageCounts) {
        self.init()
        total = counts.total
        blocked = counts[.blocked]
        skipped = counts[.skipped]
        open = counts[.open]
        completed = counts[.completed]
        failed = counts[.failed]
        cancelled = counts[.cancelled]
    }

    static func + (a: Self, b: Self) -> Self {
        var sum = a
        sum.total += b.total
        sum.blocked += b.blocked
        sum.open += b.open
        sum.completed += b.completed
        sum.failed += b.failed
        sum.cancelled += b.cancelled
        sum.skipped += b.skipped
        return sum
    }
}

extension Answers.Task {
    init(_ task: TaskListing, campaign: String) {
        self.init(
            id: task.id.rawValue, campaign: campaign, kind: "\(task.kind)", name: task.name,
            prompt: task.prompt ?? "", state: task.state.rawValue)
        ordinal = task.ordinal
        attempt = task.attempt.number
        worker = task.worker
        failures = task.failures
        crashes = task.crashes
        engine = task.engine
        durationMs = task.duration.map { Double($0) / 1000 }
        error = task.error
        createdAt = iso8601(task.createdAt)
        availableAt = task.availableAt.map(iso8601)
        finishedAt = task.finishedAt.map(iso8601)
    }
}

extension Answers.Worker {
    /// A worker that is attached or awaited.
    init(_ status: WorkerStatus) {
        self.init(
            id: status.id, name: status.identity,
            state: status.isAttached ? "\(status.state)" : "awaited")
        node = status.node
        slots = status.slots
        running = status.running
        prefetched = status.prefetched
        resident = status.resident
        silenceMs = status.isAttached ? status.silence : nil
        cordoned = status.isCordoned
    }

    /// A worker that is not there.
    init(_ row: WorkerListing) {
        self.init(id: row.id, name: row.identity, state: "\(row.state)")
        node = row.node
        slots = row.slots
        cordoned = row.isCordoned
    }
}

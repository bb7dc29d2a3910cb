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
    init(_ task: TaskListing) {
        self.init(
            id: task.id.rawValue, campaign: task.campaign, kind: "\(task.kind)", name: task.name,
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

extension Answers.Resources {
    init(_ spec: TaskClass) {
        self.init()
        cpus = Double(spec.resources.cpus) / 1000
        memory = spec.resources.memory
        gpus = Double(spec.resources.gpus) / 1000
        gpuMemory = spec.resources.gpuMemory
        for amount in spec.resources.named { named[amount.name] = Double(amount.amount) / 1000 }
        model = spec.model
        for rule in spec.labels { labels[rule.key] = rule.values }
        timeLimitSeconds = spec.timeLimit.map { Double($0) / 1000 }
    }
}

extension Answers.Worker {
    /// A worker that is attached or awaited.
    init(_ status: WorkerStatus) {
        self.init(
            id: status.id, name: status.identity,
            state: status.isAttached ? "\(status.state)" : "awaited")
        running = status.running
        prefetched = status.prefetched
        loading = status.loading
        resident = status.resident.filter { !status.loading.contains($0) }
        labels = status.labels
        cordoned = status.isCordoned
        guard let registration = status.registration else { return }
        silenceMs = status.silence
        node = registration.node
        pid = registration.pid
        build = registration.build
        provides = registration.provides.map { "\($0.kind)/\($0.name)" }
        fill(from: registration.capacity)
        completed = status.work.completed
        failed = status.work.failed
        busySeconds = Double(status.work.microseconds) / 1e6
        attachedSeconds = Double(status.attached) / 1000
    }

    /// A worker that is not there.
    init(_ row: WorkerListing) {
        self.init(id: row.id, name: row.identity, state: "\(row.state)")
        node = row.node
        pid = row.pid
        build = row.build
        provides = row.provides.map { "\($0.kind)/\($0.name)" }
        labels = row.labels
        cordoned = row.isCordoned
        fill(
            from: Capacity(
                slots: row.slots, cpus: row.cpus, memory: row.memory,
                devices: row.devices.map { Capacity.Device(memory: $0) }))
    }

    private mutating func fill(from capacity: Capacity) {
        slots = capacity.slots
        cpus = Double(capacity.cpus) / 1000
        memory = capacity.memory
        gpus = capacity.devices.map(\.memory)
    }
}

extension Answers.Pair {
    init(_ pair: PairListing, _ modalities: [String], _ media: [TaskID: [Media]]) {
        self.init(
            id: Int64(pair.number) << 16 | Int64(pair.place), prompt: pair.prompt,
            winner: pair.winner.rawValue, loser: pair.loser.rawValue,
            winnerOrdinal: Int32(pair.winnerOrdinal), loserOrdinal: Int32(pair.loserOrdinal),
            margin: pair.margin,
            margins: Dictionary(uniqueKeysWithValues: zip(modalities, pair.margins)),
            winnerPath: media[pair.winner]?.first?.path, loserPath: media[pair.loser]?.first?.path)
    }
}

extension Answers.Event {
    init(_ event: EventListing) {
        self.init(
            id: event.id, at: iso8601(event.at), kind: event.kind, campaign: event.campaignName,
            worker: event.workerName, task: event.task?.rawValue, state: event.state,
            message: event.message)
    }
}

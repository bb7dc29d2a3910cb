public import Scheduling

/// Why the store did not do what it was asked.
public enum StoreRefusal: Error, Equatable, Sendable {
    /// Another coordinator leads under a newer epoch.
    case fenced(epoch: Int32, current: Int32)
    /// The change contradicts what is stored: a database's constraint would stop it.
    case contradiction(String)
    /// A cancelled campaign cannot be submitted again.
    case conflict(CampaignID)
}

/// A durable store in memory that applies changes as a database with constraints would.
public struct MemoryStore: Sendable {
    private struct OpenRow {
        var attempt = Attempt(epoch: 0, number: 0)
        var failures: Int32 = 0
        var crashes: Int32 = 0
        var availableAt: Int64 = 0
        var holder: WorkerID = 0
    }

    private struct CampaignRow {
        var plan: CampaignPlan
        var state: CampaignState
        var stages: [UInt8]
        var whole: [UInt8]
        var open: [TaskID: OpenRow] = [:]
        var isKilled = false
        /// The newest attempt of each task that failed.
        var fences: [TaskID: Attempt] = [:]
        /// The last attempt of each task of the whole campaign before it was taken back.
        var withdrawn: [TaskID: Attempt] = [:]
    }

    private struct WorkerRow {
        var identity: String
        var state: WorkerState
        var isCordoned: Bool
        var labels = OperatorLabels()
    }

    /// The epoch of the last coordinator that took the lead.
    public private(set) var epoch: Int32 = 0
    private var campaigns: [CampaignID: CampaignRow] = [:]
    private var workers: [WorkerID: WorkerRow] = [:]

    /// An empty store.
    public init() {}

    /// Makes the caller the only one who may write, and returns its epoch.
    public mutating func takeLead() -> Int32 {
        epoch += 1
        return epoch
    }

    /// Stores a campaign, or its changed form, and returns what the machine is told.
    ///
    /// `plan` extends what is stored: slots and prompts keep their numbers.
    public mutating func submit(
        _ plan: CampaignPlan, epoch: Int32, at milliseconds: Int64
    ) throws(StoreRefusal) -> CampaignSnapshot {
        try verify(epoch)
        guard var row = campaigns[plan.id] else {
            let fresh = CampaignSnapshot(plan: plan)
            campaigns[plan.id] = CampaignRow(
                plan: plan, state: .running, stages: fresh.stages, whole: fresh.whole)
            return fresh
        }
        if row.state == .cancelled || row.state == .cancelling { throw .conflict(plan.id) }
        let (old, new) = (row.plan.slots.count, plan.slots.count)
        guard new >= old, plan.prompts >= row.plan.prompts else {
            throw .contradiction("campaign \(plan.id) loses recipes or prompts")
        }
        var stages = [UInt8](repeating: 0, count: plan.prompts * new)
        for prompt in 0..<row.plan.prompts {
            for slot in 0..<old { stages[prompt * new + slot] = row.stages[prompt * old + slot] }
        }
        // A coordinator that dies now must find the campaign among those that have not ended.
        if row.state == .completed && plan != row.plan { row.state = .running }
        row.stages = stages
        row.whole += [UInt8](repeating: 0, count: new - old)
        row.plan = plan
        campaigns[plan.id] = row
        return snapshot(of: row, at: milliseconds)
    }

    /// Lets a completed campaign run again, and returns what the machine is told; nil when it has
    /// not completed.
    public mutating func revive(
        _ campaign: CampaignID, epoch: Int32, at milliseconds: Int64
    ) throws(StoreRefusal) -> CampaignSnapshot? {
        try verify(epoch)
        guard campaigns[campaign]?.state == .completed else { return nil }
        campaigns[campaign]?.state = .running
        return campaigns[campaign].map { snapshot(of: $0, at: milliseconds) }
    }

    /// Applies the changes of a batch, all or nothing.
    public mutating func apply(
        _ changes: Changes, epoch: Int32, at milliseconds: Int64
    ) throws(StoreRefusal) {
        try verify(epoch)
        let before = self
        do throws(StoreRefusal) {
            try applyTasks(changes, at: milliseconds)
            for change in changes.campaigns {
                guard campaigns[change.campaign]?.state != .cancelled else {
                    throw StoreRefusal.contradiction(
                        "campaign \(change.campaign) leaves its final state")
                }
                campaigns[change.campaign]?.state = change.state
                campaigns[change.campaign]?.isKilled = change.isKilled
            }
            for change in changes.workers { apply(change) }
            for change in changes.labels { workers[change.worker]?.labels = change.labels }
        } catch {
            self = before
            throw error
        }
    }

    /// Everything a coordinator starts from.
    public func snapshot(epoch: Int32, at milliseconds: Int64) -> Snapshot {
        Snapshot(
            epoch: epoch,
            campaigns: campaigns.keys.sorted().compactMap { id in
                campaigns[id].flatMap { row in
                    row.state.isFinal ? nil : snapshot(of: row, at: milliseconds)
                }
            },
            workers: knownWorkers)
    }

    /// Every worker that was ever seen, by number.
    public var knownWorkers: [Snapshot.KnownWorker] {
        workers.sorted { $0.key < $1.key }.map { id, row in
            Snapshot.KnownWorker(
                id: id, identity: row.identity,
                wasAttached: row.state == .ready || row.state == .draining,
                isCordoned: row.isCordoned, labels: row.labels)
        }
    }

    /// The stored state of a campaign; nil when it was never submitted.
    public func state(of campaign: CampaignID) -> CampaignState? { campaigns[campaign]?.state }

    /// The stored plan of a campaign.
    public func plan(of campaign: CampaignID) -> CampaignPlan? { campaigns[campaign]?.plan }

    /// The stored stage of a task; `blocked` when it has no row.
    public func stage(of task: TaskID) -> Stage {
        guard let row = campaigns[task.campaign] else { return .blocked }
        if task.prompt == TaskID.wholeCampaign {
            return task.slot < row.whole.count
                ? Stage(rawValue: row.whole[task.slot]) ?? .blocked
                : .blocked
        }
        let width = row.plan.slots.count
        guard task.prompt < row.plan.prompts, task.slot < width else { return .blocked }
        return Stage(rawValue: row.stages[task.prompt * width + task.slot]) ?? .blocked
    }

    /// The tasks of a campaign that are emitted and not ended, in order.
    public func openTasks(of campaign: CampaignID) -> [TaskID] {
        campaigns[campaign]?.open.keys.sorted() ?? []
    }

    private func verify(_ epoch: Int32) throws(StoreRefusal) {
        if epoch != self.epoch { throw .fenced(epoch: epoch, current: self.epoch) }
    }

    private func snapshot(of row: CampaignRow, at milliseconds: Int64) -> CampaignSnapshot {
        var snapshot = CampaignSnapshot(
            plan: row.plan, state: row.state, stages: row.stages, whole: row.whole,
            open: row.open.sorted { $0.key < $1.key }.map { task, open in
                CampaignSnapshot.OpenTask(
                    task: task, attempt: open.attempt, failures: open.failures,
                    crashes: open.crashes, delay: max(open.availableAt - milliseconds, 0),
                    holder: open.holder, fence: row.fences[task] ?? Attempt(epoch: 0, number: 0),
                    withdrawn: row.withdrawn[task] ?? Attempt(epoch: 0, number: 0))
            })
        snapshot.isKilled = row.isKilled
        return snapshot
    }

    private mutating func applyTasks(
        _ changes: Changes, at milliseconds: Int64
    ) throws(StoreRefusal) {
        try applyRetries(changes)
        for task in changes.emitted {
            guard campaigns[task.campaign] != nil, stage(of: task) == .blocked else {
                throw .contradiction("task \(name(task)) is inserted a second time")
            }
            set(task, .open)
            campaigns[task.campaign]?.open[task] = OpenRow()
        }
        for completion in changes.completed {
            try close(completion.report.task, as: .completed)
        }
        for retry in changes.retried {
            guard stage(of: retry.task) == .open else { continue }
            var row = campaigns[retry.task.campaign]?.open[retry.task] ?? OpenRow()
            if retry.outcome == .failed { noteFailure(retry.task, retry.attempt) }
            row.failures = retry.failures
            row.crashes = retry.crashes
            row.availableAt = milliseconds + retry.delay
            if retry.attempt >= row.attempt {
                row.attempt = retry.attempt
                row.holder = 0
            }
            campaigns[retry.task.campaign]?.open[retry.task] = row
        }
        for ended in changes.ended {
            try close(ended.task, as: ended.stage)
            if let attempt = ended.attempt, ended.outcome == .failed {
                noteFailure(ended.task, attempt)
            }
        }
        for lease in changes.recorded {
            // One that ended in the same batch needs no record.
            guard var row = campaigns[lease.task.campaign]?.open[lease.task],
                lease.attempt > row.attempt
            else { continue }
            row.attempt = lease.attempt
            row.holder = lease.worker
            campaigns[lease.task.campaign]?.open[lease.task] = row
        }
    }

    private mutating func applyRetries(_ changes: Changes) throws(StoreRefusal) {
        for reopened in changes.reopened {
            let task = reopened.task
            guard [.failed, .cancelled].contains(stage(of: task)) else {
                throw .contradiction(
                    "task \(name(task)) is tried again and is stored as \(stage(of: task))")
            }
            set(task, .open)
            campaigns[task.campaign]?.open[task] = OpenRow(attempt: reopened.fence)
        }
        for withdrawn in changes.withdrawn {
            let task = withdrawn.task
            guard stage(of: task) != .blocked else {
                throw .contradiction("task \(name(task)) is taken back and was never there")
            }
            set(task, .blocked)
            campaigns[task.campaign]?.open[task] = nil
            campaigns[task.campaign]?.fences[task] = nil
            campaigns[task.campaign]?.withdrawn[task] = withdrawn.last
        }
    }

    private mutating func noteFailure(_ task: TaskID, _ attempt: Attempt) {
        let known = campaigns[task.campaign]?.fences[task] ?? attempt
        campaigns[task.campaign]?.fences[task] = max(known, attempt)
    }

    private mutating func close(_ task: TaskID, as stage: Stage) throws(StoreRefusal) {
        guard self.stage(of: task) == .open else {
            throw .contradiction(
                "task \(name(task)) ends as \(stage) and is stored as \(self.stage(of: task))")
        }
        set(task, stage)
        campaigns[task.campaign]?.open[task] = nil
    }

    private mutating func set(_ task: TaskID, _ stage: Stage) {
        if task.prompt == TaskID.wholeCampaign {
            campaigns[task.campaign]?.whole[task.slot] = stage.rawValue
        } else if let width = campaigns[task.campaign]?.plan.slots.count {
            campaigns[task.campaign]?.stages[task.prompt * width + task.slot] = stage.rawValue
        }
    }

    private mutating func apply(_ change: WorkerChange) {
        if let registration = change.registration {
            workers[change.worker] = WorkerRow(
                identity: registration.identity, state: change.state,
                isCordoned: change.isCordoned,
                labels: workers[change.worker]?.labels ?? OperatorLabels())
        } else {
            workers[change.worker]?.state = change.state
            workers[change.worker]?.isCordoned = change.isCordoned
        }
    }

    private func name(_ task: TaskID) -> String {
        task.prompt == TaskID.wholeCampaign
            ? "\(task.campaign)/*/\(task.slot)" : "\(task.campaign)/\(task.prompt)/\(task.slot)"
    }
}

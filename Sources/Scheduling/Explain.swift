import DequeModule

/// Why a task is where it is: what `explain` answers, as data that CLI and pages print.
public enum Explanation: Hashable, Sendable {
    /// The machine does not hold it: it ended, or its campaign did.
    case notOpen
    /// It is not emitted because this task must complete first.
    case blockedBy(TaskID)
    /// It is not emitted because earlier prompts go first.
    case beyondWindow
    /// It concerns the whole campaign and comes when all other tasks have ended.
    case comesLast
    /// Its predecessor failed, so it never will run.
    case skipped
    /// Its campaign leases nothing: paused, halted or cancelling.
    case campaign(CampaignState)
    /// Its campaign has as many tasks leased as it may.
    case campaignLimit(Int)
    /// It waits so many milliseconds after a failure.
    case backoff(milliseconds: Int64, failures: Int32)
    /// A restarted coordinator waits for the workers it knew.
    case rollCall
    /// No worker is attached.
    case noWorkers
    /// These are attached and take no tasks: cordoned, or draining.
    case closed(workers: [String])
    /// No worker could ever run it: what it needs, and one obstacle for each worker.
    case noCapableWorker(TaskClass, [WorkerObstacle])
    /// These workers could run it and are busy; so many tasks of its class go first.
    case waiting(workers: [String], ahead: Int)
    /// It runs for so many milliseconds, or waits prefetched, with this worker, which may have to
    /// load its weights first.
    case leased(worker: String, attempt: Int32, running: Int64?, loading: String?)

    /// What keeps one worker from running a task.
    public struct WorkerObstacle: Hashable, Sendable {
        /// The worker's identity.
        public var worker: String
        /// What is missing there.
        public var obstacle: Obstacle
        /// All that it has.
        public var capacity: Capacity
        /// Its labels.
        public var labels: [String: String]
    }
}

extension CoordinatorMachine {
    /// Says why the task is not running, or where it runs.
    public func explain(_ task: TaskID, at now: Instant) -> Explanation {
        guard let campaign = campaigns[task.campaign], campaign.planner.has(task) else {
            return .notOpen
        }
        switch campaign.planner.stage(of: task) {
        case .completed, .failed, .cancelled: return .notOpen
        case .skipped: return .skipped
        case .blocked:
            if let before = campaign.planner.predecessor(of: task),
                campaign.planner.stage(of: before) != .completed
            {
                return .blockedBy(before)
            }
            if campaign.state != .running { return .campaign(campaign.state) }
            return task.prompt == TaskID.wholeCampaign ? .comesLast : .beyondWindow
        case .open: return explainOpen(task, campaign, at: now)
        }
    }

    private func explainOpen(
        _ task: TaskID, _ campaign: CampaignRecord, at now: Instant
    ) -> Explanation {
        guard let record = tasks[task] else { return .notOpen }
        let spec = classes[Int(record.classIndex)].spec
        if let worker = workers[record.holder], let lease = worker.leases[task] {
            let isRunning = lease.isRunning
            return .leased(
                worker: worker.identity, attempt: lease.attempt.number,
                running: isRunning ? now - (lease.started ?? lease.assigned) : nil,
                loading: worker.loading.contains(spec.model) ? spec.model : nil)
        }
        if record.state == .waiting {
            return .backoff(milliseconds: max(record.due - now, 0), failures: record.failures)
        }
        if campaign.state != .running { return .campaign(campaign.state) }
        if let limit = campaign.planner.plan.maxRunning, campaign.leased >= limit {
            return .campaignLimit(limit)
        }
        if rollCallEnds != nil { return .rollCall }
        let open = workers.keys.filter { accepts($0) }.compactMap { workers[$0] }
        if open.isEmpty {
            let attached = workers.keys.compactMap { workers[$0] }.filter { $0.session != nil }
            return attached.isEmpty ? .noWorkers : .closed(workers: attached.map(\.identity))
        }
        let able = open.filter { obstacle(to: spec, on: $0) == nil }.map(\.identity)
        if able.isEmpty {
            return .noCapableWorker(
                spec,
                open.compactMap { worker in
                    obstacle(to: spec, on: worker).map {
                        .init(
                            worker: worker.identity, obstacle: $0, capacity: worker.capacity,
                            labels: worker.labels)
                    }
                })
        }
        let ahead = classes[Int(record.classIndex)].entries.firstIndex(of: task) ?? 0
        return .waiting(workers: able, ahead: ahead)
    }
}

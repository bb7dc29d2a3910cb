/// What ended without a result is tried again, or what has not ended is dropped, because an
/// operator asks for it.
extension CoordinatorMachine {
    /// Tries again everything that failed.
    mutating func retry(_ id: CampaignID, at now: Instant) {
        guard let place = campaigns.place(of: id) else { return }
        let state = campaigns.records[place].state
        guard state != .cancelling else { return }
        let hasFailedWhole = campaigns.records[place].planner.hasFailedWhole
        let failed = campaigns.records[place].planner.failedTasks
        if !failed.isEmpty || hasFailedWhole { reopen(failed, of: id, at: now) }
        campaigns[id]?.forgiven = 0
        if state == .halted { change(id, to: .running, reason: "") }
        finishIfComplete(id)
    }

    /// Takes back a campaign that had ended, and tries again what failed in it, or one task.
    mutating func revive(_ snapshot: CampaignSnapshot, _ task: TaskID?, at now: Instant) {
        let id = snapshot.plan.id
        guard campaigns[id] == nil else { return }
        restore(snapshot, at: now)
        change(id, to: .running, reason: "")
        if let task { retry(task, at: now) } else { retry(id, at: now) }
        finishIfComplete(id)
    }

    mutating func apply(_ command: TaskCommand, to task: TaskID, at now: Instant) {
        guard let place = campaigns.place(of: task.campaign),
            campaigns.records[place].planner.has(task),
            campaigns.records[place].state != .cancelling
        else { return }
        switch command {
        case .retry: retry(task, at: now)
        case .cancel:
            if campaigns.records[place].planner.emitAlone(task) { emit(task, at: now) }
            end(
                task, as: .cancelled, attempt: nil, worker: 0,
                message: "cancelled by an operator", outcome: .cancelled, at: now)
        }
    }

    private mutating func retry(_ task: TaskID, at now: Instant) {
        let id = task.campaign
        if let record = tasks[task] {
            // It need not wait any longer.
            guard record.state == .waiting else { return }
            unqueue(task, record)
            return enqueue(task, classIndex: record.classIndex, at: now)
        }
        guard let place = campaigns.place(of: id) else { return }
        switch campaigns.records[place].planner.stage(of: task) {
        case .failed, .cancelled:
            reopen(task.prompt == TaskID.wholeCampaign ? [] : [task], of: id, at: now)
        case .blocked, .open, .completed, .skipped: return
        }
        let failed = campaigns.records[place].planner.totals[.failed]
        campaigns.records[place].forgiven = min(campaigns.records[place].forgiven, failed)
    }

    /// Makes tasks available that had ended; what is made of all tasks is made anew after them.
    private mutating func reopen(_ reopened: [TaskID], of id: CampaignID, at now: Instant) {
        guard let place = campaigns.place(of: id) else { return }
        let fence = Attempt(epoch: epoch, number: highestNumber)
        for task in campaigns.records[place].planner.withdrawWhole() {
            withdraw(task)
            out.changes.withdrawn.append(Withdrawn(task: task, last: fence))
        }
        for task in reopened {
            campaigns.records[place].planner.reopen(task)
            let index = campaigns.records[place].classes[task.slot]
            var record = TaskRecord(classIndex: index)
            record.number = fence.number
            record.failed = fence
            tasks[task] = record
            out.changes.reopened.append(Reopened(task: task, fence: fence))
            queue(task, classIndex: index, at: now)
        }
    }

    /// Forgets an emitted task as if it had never been.
    private mutating func withdraw(_ task: TaskID) {
        guard var record = tasks.removeValue(forKey: task) else { return }
        unqueue(task, record)
        releaseHolders(of: task, &record)
    }
}

/// How tasks end, and what follows from it.
extension CoordinatorMachine {
    /// Ends the task without a result.
    mutating func end(
        _ task: TaskID, as stage: Stage, attempt: Attempt?, worker: WorkerID, message: String,
        duration: Int64 = 0, outcome: AttemptEnd, at now: Instant
    ) {
        guard var record = tasks.removeValue(forKey: task) else { return }
        unqueue(task, record)
        releaseHolders(of: task, &record)
        out.changes.ended.append(
            Ended(
                task: task, stage: stage, attempt: attempt, worker: worker,
                failures: record.failures, crashes: record.crashes, message: message,
                duration: duration, outcome: outcome))
        follow(task, stage, at: now)
        if stage == .failed { checkBudget(task.campaign) }
        finishIfComplete(task.campaign)
    }

    /// Ends the task with its first valid result.
    mutating func complete(_ report: Report, from worker: WorkerID, at now: Instant) {
        let task = report.task
        guard var record = tasks.removeValue(forKey: task) else { return }
        unqueue(task, record)
        let own = revoke(task, &record, from: worker)
        settle(own, of: task, microseconds: report.duration, at: worker)
        if let w = workers.place(of: worker) {
            workers.records[w].work.completed += 1
            workers.records[w].work.microseconds += report.duration
        }
        classes[Int(record.classIndex)].observe(microseconds: report.duration)
        releaseHolders(of: task, &record)
        out.changes.completed.append(
            Completion(report: report, worker: worker, isRecorded: own?.isRecorded ?? false))
        follow(task, .completed, at: now)
        finishIfComplete(task.campaign)
    }

    /// Charges what the attempt took instead of what was expected.
    mutating func settle(
        _ lease: Lease?, of task: TaskID, microseconds: Int64, at worker: WorkerID
    ) {
        guard let lease, let c = campaigns.place(of: task.campaign),
            let w = workers.place(of: worker)
        else { return }
        let share = workers.records[w].capacity.dominantShare(of: needs[Int(lease.need)])
        let used = Double(microseconds) / 1000 * share
        campaigns.records[c].virtualTime +=
            (used - lease.charge) / campaigns.records[c].planner.plan.weight
    }

    /// Emits what may run because the task ended.
    private mutating func follow(_ task: TaskID, _ stage: Stage, at now: Instant) {
        guard let place = campaigns.place(of: task.campaign) else { return }
        let next = campaigns.records[place].planner.ended(task, as: stage)
        for task in next { emit(task, at: now) }
    }

    /// The task is over; its workers may stop it, and their room is free from now on.
    mutating func releaseHolders(of task: TaskID, _ record: inout TaskRecord) {
        while record.holder != 0 {
            let worker = record.holder
            guard let lease = revoke(task, &record, from: worker) else { return }
            if !lease.isCancelled {
                send(.cancel([TaskAttempt(task: task, attempt: lease.attempt)]), to: worker)
            }
        }
    }
}

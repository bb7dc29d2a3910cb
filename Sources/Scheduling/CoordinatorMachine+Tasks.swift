import HeapModule
import DequeModule

/// The life of a task in memory: emitted, ready, leased, waiting, ended.
extension CoordinatorMachine {
    mutating func emit(_ task: TaskID, at now: Instant) {
        guard let record = campaigns[task.campaign] else { return }
        tasks[task] = TaskRecord(classIndex: record.classes[task.slot])
        out.changes.emitted.append(task)
        enqueue(task, classIndex: record.classes[task.slot], at: now)
    }

    /// Takes an emitted task back into memory after a restart.
    mutating func restore(_ open: CampaignSnapshot.OpenTask, at now: Instant) {
        let task = open.task
        guard let record = campaigns[task.campaign] else { return }
        var entry = TaskRecord(classIndex: record.classes[task.slot])
        entry.number = open.attempt.number
        entry.failures = open.failures
        entry.crashes = open.crashes
        tasks[task] = entry
        if open.holder != 0, workers[open.holder] != nil {
            // Its worker gets the length of a lease to come back.
            grant(
                task, to: open.holder,
                Lease(
                    attempt: open.attempt, sequence: 0, allocation: nil, assigned: now,
                    started: nil, charge: 0, estimate: 0, isRecorded: true))
        } else if open.delay > 0 {
            wait(task, until: now + open.delay)
        } else {
            enqueue(task, classIndex: record.classes[task.slot], at: now)
        }
    }

    /// Makes the task available.
    mutating func enqueue(_ task: TaskID, classIndex: Int32, at now: Instant) {
        tasks[task]?.state = .ready
        let index = Int(classIndex)
        if classes[index].ready == 0 { classes[index].waitingSince = now }
        classes[index].entries.append(task)
        classes[index].ready += 1
        let id = task.campaign
        guard let record = campaigns[id] else { return }
        if record.ready + record.leased == 0 {
            // One that was idle does not get back the time it did not use.
            let others = campaigns.values.filter { $0.ready + $0.leased > 0 }
            let least = others.map(\.virtualTime).min() ?? record.virtualTime
            campaigns[id]?.virtualTime = max(record.virtualTime, least)
        }
        campaigns[id]?.ready += 1
    }

    mutating func wait(_ task: TaskID, until due: Instant) {
        tasks[task]?.state = .waiting
        campaigns[task.campaign]?.waiting += 1
        backoffs.insert(Backoff(due: due, task: task))
    }

    mutating func wakeBackoffs(at now: Instant) {
        while let first = backoffs.min, first.due <= now {
            backoffs.removeMin()
            // An entry whose task completed late or was cancelled meanwhile is stale.
            guard let record = tasks[first.task], record.state == .waiting else { continue }
            campaigns[first.task.campaign]?.waiting -= 1
            enqueue(first.task, classIndex: record.classIndex, at: now)
        }
    }

    /// Takes the task out of whatever it waits in, because it is leased or ends.
    mutating func unqueue(_ task: TaskID, _ record: TaskRecord) {
        switch record.state {
        case .ready:
            // Its entry stays in the queue and is skipped when it comes up.
            classes[Int(record.classIndex)].ready -= 1
            campaigns[task.campaign]?.ready -= 1
        case .waiting: campaigns[task.campaign]?.waiting -= 1
        case .leased: break
        }
    }

    /// Enters a lease in the books of task, worker and campaign.
    mutating func grant(_ task: TaskID, to worker: WorkerID, _ lease: Lease) {
        guard let record = tasks[task] else { return }
        unqueue(task, record)
        if record.holder == 0 {
            tasks[task]?.holder = worker
            campaigns[task.campaign]?.leased += 1
        } else {
            tasks[task]?.second = worker
        }
        tasks[task]?.state = .leased
        tasks[task]?.number = max(record.number, lease.attempt.number)
        workers[worker]?.leases[task] = lease
        if let weight = campaigns[task.campaign]?.planner.plan.weight {
            campaigns[task.campaign]?.virtualTime += lease.charge / weight
        }
    }

    /// Takes a lease out of the books and returns it; the task may be left without one.
    @discardableResult
    mutating func revoke(_ task: TaskID, from worker: WorkerID) -> Lease? {
        guard let lease = workers[worker]?.leases.removeValue(forKey: task) else { return nil }
        if let allocation = lease.allocation, let record = tasks[task] {
            let need = classes[Int(record.classIndex)].spec.resources
            workers[worker]?.free.release(need, allocation)
            promote(worker)
        } else if lease.allocation == nil {
            workers[worker]?.queuedTime -= lease.estimate
        }
        if tasks[task]?.holder == worker {
            let second = tasks[task]?.second ?? 0
            tasks[task]?.holder = second
            tasks[task]?.second = 0
        } else if tasks[task]?.second == worker {
            tasks[task]?.second = 0
        }
        if tasks[task]?.holder == 0 { campaigns[task.campaign]?.leased -= 1 }
        return lease
    }

    /// Lets prefetched tasks take what became free, in the order the worker runs them.
    mutating func promote(_ worker: WorkerID) {
        while let task = workers[worker]?.queue.first {
            if let lease = workers[worker]?.leases[task], lease.allocation == nil {
                guard let record = tasks[task] else { break }
                let need = classes[Int(record.classIndex)].spec.resources
                guard let allocation = workers[worker]?.free.allocate(need) else { return }
                workers[worker]?.leases[task]?.allocation = allocation
                workers[worker]?.queuedTime -= lease.estimate
            }
            workers[worker]?.queue.removeFirst()
        }
    }

    /// Tells the worker to stop an attempt; its lease stays until the worker has answered.
    mutating func cancel(_ task: TaskID, at worker: WorkerID) {
        guard let lease = workers[worker]?.leases[task], !lease.isCancelled else { return }
        workers[worker]?.leases[task]?.isCancelled = true
        send(.cancel([TaskAttempt(task: task, attempt: lease.attempt)]), to: worker)
    }

    mutating func send(_ message: ToWorker, to worker: WorkerID) {
        out.messages.append(Outgoing(worker: worker, message: .plain(message)))
    }

    /// Ends the task without a result.
    mutating func end(
        _ task: TaskID, as stage: Stage, attempt: Attempt?, worker: WorkerID, message: String,
        at now: Instant
    ) {
        guard let record = tasks[task] else { return }
        unqueue(task, record)
        for holder in [record.holder, record.second] where holder != 0 {
            releaseAndCancel(task, at: holder)
        }
        tasks[task] = nil
        out.changes.ended.append(
            Ended(
                task: task, stage: stage, attempt: attempt, worker: worker,
                failures: record.failures, crashes: record.crashes, message: message))
        for next in campaigns[task.campaign]?.planner.ended(task, as: stage) ?? [] {
            emit(next, at: now)
        }
        if stage == .failed { checkBudget(task.campaign) }
        finishIfComplete(task.campaign)
    }

    /// Ends the task with its first valid result.
    mutating func complete(_ report: Report, from worker: WorkerID, at now: Instant) {
        let task = report.task
        guard let record = tasks[task] else { return }
        unqueue(task, record)
        let own = revoke(task, from: worker)
        settleCharge(own, task, microseconds: report.duration, worker)
        classes[Int(record.classIndex)].observe(microseconds: report.duration)
        for holder in [record.holder, record.second] where holder != 0 && holder != worker {
            releaseAndCancel(task, at: holder)
        }
        tasks[task] = nil
        out.changes.completed.append(
            Completion(report: report, worker: worker, isRecorded: own?.isRecorded ?? false))
        for next in campaigns[task.campaign]?.planner.ended(task, as: .completed) ?? [] {
            emit(next, at: now)
        }
        finishIfComplete(task.campaign)
    }

    /// Charges what the attempt took instead of what was expected.
    private mutating func settleCharge(
        _ lease: Lease?, _ task: TaskID, microseconds: Int64, _ worker: WorkerID
    ) {
        guard let lease, let record = tasks[task], let capacity = workers[worker]?.capacity,
            let weight = campaigns[task.campaign]?.planner.plan.weight
        else { return }
        let need = classes[Int(record.classIndex)].spec.resources
        let used = Double(microseconds) / 1000 * capacity.dominantShare(of: need)
        campaigns[task.campaign]?.virtualTime += (used - lease.charge) / weight
    }

    /// The task is over; the worker may stop it, and its room is free from now on.
    private mutating func releaseAndCancel(_ task: TaskID, at worker: WorkerID) {
        guard let lease = revoke(task, from: worker) else { return }
        if !lease.isCancelled {
            send(.cancel([TaskAttempt(task: task, attempt: lease.attempt)]), to: worker)
        }
    }
}

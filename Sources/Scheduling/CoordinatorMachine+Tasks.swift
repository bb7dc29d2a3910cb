import DequeModule
import HeapModule

/// The life of a task in memory: emitted, ready, leased, waiting, ended.
extension CoordinatorMachine {
    mutating func emit(_ task: TaskID, at now: Instant) {
        guard let index = campaigns[task.campaign]?.classes[task.slot] else { return }
        tasks[task] = TaskRecord(classIndex: index)
        out.changes.emitted.append(task)
        queue(task, classIndex: index, at: now)
    }

    /// Takes an emitted task back into memory after a restart.
    mutating func restore(_ open: CampaignSnapshot.OpenTask, at now: Instant) {
        let task = open.task
        guard let index = campaigns[task.campaign]?.classes[task.slot] else { return }
        var entry = TaskRecord(classIndex: index, state: .parked)
        entry.number = open.attempt.number
        entry.failures = open.failures
        entry.crashes = open.crashes
        if open.failures > 0 {
            // All attempts before a recorded one have ended, and so has one that nobody holds.
            entry.failed = open.attempt
            if open.holder != 0 { entry.failed.number -= 1 }
        }
        tasks[task] = entry
        if open.holder != 0, workers[open.holder] != nil {
            // Its worker gets the length of a lease to come back.
            grant(
                task, to: open.holder,
                Lease(
                    attempt: open.attempt, sequence: 0, need: classes[Int(index)].need,
                    allocation: nil, assigned: now, started: nil, charge: 0, estimate: 0,
                    isRecorded: true))
        } else if open.delay > 0 {
            wait(task, until: now + open.delay)
        } else {
            enqueue(task, classIndex: index, at: now)
        }
    }

    /// Makes the task available, or sets it aside when nobody asks for it any more.
    mutating func enqueue(_ task: TaskID, classIndex: Int32, at now: Instant) {
        guard campaigns[task.campaign]?.planner.has(task) ?? false else {
            tasks[task]?.state = .parked
            return
        }
        tasks[task]?.state = .ready
        queue(task, classIndex: classIndex, at: now)
    }

    private mutating func queue(_ task: TaskID, classIndex: Int32, at now: Instant) {
        let index = Int(classIndex)
        if classes[index].ready == 0 { classes[index].waitingSince = now }
        classes[index].entries.append(task)
        classes[index].ready += 1
        let id = task.campaign
        if campaigns[id]?.isBusy == false, let least = leastVirtualTime(),
            let time = campaigns[id]?.virtualTime
        {
            // One that was idle does not get back the time it did not use.
            campaigns[id]?.virtualTime = max(time, least)
        }
        campaigns[id]?.ready += 1
    }

    mutating func wait(_ task: TaskID, until due: Instant) {
        guard campaigns[task.campaign]?.planner.has(task) ?? false else {
            tasks[task]?.state = .parked
            return
        }
        tasks[task]?.state = .waiting
        tasks[task]?.due = due
        campaigns[task.campaign]?.waiting += 1
        backoffs.insert(Backoff(due: due, task: task))
    }

    mutating func wakeBackoffs(at now: Instant) {
        while let first = backoffs.min, first.due <= now {
            backoffs.removeMin()
            // An entry whose task was taken up again or ended meanwhile is stale.
            guard let record = tasks[first.task], record.state == .waiting,
                record.due == first.due
            else { continue }
            campaigns[first.task.campaign]?.waiting -= 1
            enqueue(first.task, classIndex: record.classIndex, at: now)
        }
    }

    /// Takes the task out of whatever it waits in, because it is leased, ends or is set aside.
    mutating func unqueue(_ task: TaskID, _ record: TaskRecord) {
        switch record.state {
        case .ready:
            // Its entry stays in the queue and is skipped when it comes up.
            let index = Int(record.classIndex)
            classes[index].ready -= 1
            if classes[index].ready == 0 { classes[index].entries.removeAll(keepingCapacity: true) }
            campaigns[task.campaign]?.ready -= 1
        case .waiting: campaigns[task.campaign]?.waiting -= 1
        case .leased, .parked: break
        }
    }

    /// Enters a lease in the books of task, worker and campaign.
    mutating func grant(_ task: TaskID, to worker: WorkerID, _ lease: Lease) {
        guard var record = tasks[task] else { return }
        unqueue(task, record)
        if record.holder == 0 {
            record.holder = worker
            campaigns[task.campaign]?.leased += 1
        } else {
            record.second = worker
        }
        record.state = .leased
        record.number = max(record.number, lease.attempt.number)
        tasks[task] = record
        if lease.isShort && lease.allocation != nil { workers[worker]?.count(lease.need, 1) }
        workers[worker]?.leases[task] = lease
        if let weight = campaigns[task.campaign]?.planner.plan.weight {
            campaigns[task.campaign]?.virtualTime += lease.charge / weight
            campaigns[task.campaign]?.expectedTime += lease.charge / weight
        }
    }

    /// Takes a lease out of the books and returns it; the task may be left without one.
    @discardableResult
    mutating func revoke(_ task: TaskID, from worker: WorkerID) -> Lease? {
        guard var record = tasks[task] else { return nil }
        defer { tasks[task] = record }
        return revoke(task, &record, from: worker)
    }

    /// The same for a record that the caller puts back, or not.
    mutating func revoke(
        _ task: TaskID, _ record: inout TaskRecord, from worker: WorkerID
    ) -> Lease? {
        guard let lease = workers[worker]?.leases.removeValue(forKey: task) else { return nil }
        if let allocation = lease.allocation {
            workers[worker]?.free.release(needs[Int(lease.need)], allocation)
            if lease.isShort { workers[worker]?.count(lease.need, -1) }
            promote(worker)
        } else {
            workers[worker]?.queuedTime -= lease.estimate
            if let place = workers[worker]?.queue.firstIndex(of: task) {
                workers[worker]?.queue.remove(at: place)
            }
        }
        if record.holder == worker {
            record.holder = record.second
            record.second = 0
        } else if record.second == worker {
            record.second = 0
        }
        if record.holder == 0 { campaigns[task.campaign]?.leased -= 1 }
        if let weight = campaigns[task.campaign]?.planner.plan.weight {
            campaigns[task.campaign]?.expectedTime -= lease.charge / weight
        }
        return lease
    }

    /// Lets prefetched tasks take what became free, in the order the worker runs them.
    mutating func promote(_ worker: WorkerID) {
        while let task = workers[worker]?.queue.first {
            guard let lease = workers[worker]?.leases[task] else {
                workers[worker]?.queue.removeFirst()
                continue
            }
            let need = needs[Int(lease.need)]
            guard let allocation = workers[worker]?.free.allocate(need) else { return }
            workers[worker]?.leases[task]?.allocation = allocation
            workers[worker]?.queuedTime -= lease.estimate
            if lease.isShort { workers[worker]?.count(lease.need, 1) }
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
}

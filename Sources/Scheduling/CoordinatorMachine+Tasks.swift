import DequeModule
import HeapModule

/// The life of a task in memory: emitted, ready, leased, waiting, ended.
extension CoordinatorMachine {
    mutating func emit(_ task: TaskID, at now: Instant) {
        guard let place = campaigns.place(of: task.campaign) else { return }
        let index = campaigns.records[place].classes[task.slot]
        var record = TaskRecord(classIndex: index)
        if task.prompt == TaskID.wholeCampaign {
            // It may have been emitted before and taken back.
            record.number = highestNumber
            record.withdrawn = Attempt(epoch: epoch, number: highestNumber)
            record.failed = record.withdrawn
        }
        tasks[task] = record
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
        entry.failed = max(open.fence, open.withdrawn)
        entry.withdrawn = open.withdrawn
        highestNumber = max(highestNumber, open.attempt.number, entry.failed.number)
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
        guard let place = campaigns.place(of: task.campaign),
            campaigns.records[place].planner.has(task)
        else {
            tasks[task]?.state = .parked
            return
        }
        tasks[task]?.state = .ready
        queue(task, classIndex: classIndex, at: now)
    }

    mutating func queue(_ task: TaskID, classIndex: Int32, at now: Instant) {
        let index = Int(classIndex)
        if classes[index].ready == 0 { classes[index].waitingSince = now }
        classes[index].entries.append(task)
        classes[index].ready += 1
        let place = classes[index].place
        if !campaigns.records[place].isBusy, let least = leastVirtualTime() {
            // One that was idle does not get back the time it did not use.
            campaigns.records[place].virtualTime = max(
                campaigns.records[place].virtualTime, least)
        }
        campaigns.records[place].ready += 1
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
            campaigns.records[classes[index].place].ready -= 1
        case .waiting: campaigns.records[classes[Int(record.classIndex)].place].waiting -= 1
        case .leased, .parked: break
        }
    }

    /// Enters a lease in the books of task, worker and campaign.
    mutating func grant(_ task: TaskID, to worker: WorkerID, _ lease: Lease) {
        guard var record = tasks[task], let w = workers.place(of: worker) else { return }
        let c = classes[Int(record.classIndex)].place
        unqueue(task, record)
        if record.holder == 0 {
            record.holder = worker
            campaigns.records[c].leased += 1
        } else {
            record.second = worker
        }
        record.state = .leased
        record.number = max(record.number, lease.attempt.number)
        tasks[task] = record
        if lease.isShort && lease.allocation != nil { workers.records[w].count(lease.need, 1) }
        workers.records[w].leases[task] = lease
        let charge = lease.charge / campaigns.records[c].planner.plan.weight
        campaigns.records[c].virtualTime += charge
        campaigns.records[c].expectedTime += charge
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
        guard let w = workers.place(of: worker),
            let lease = workers.records[w].leases.removeValue(forKey: task)
        else { return nil }
        let c = classes[Int(record.classIndex)].place
        if let allocation = lease.allocation {
            workers.records[w].free.release(needs[Int(lease.need)], allocation)
            if lease.isShort { workers.records[w].count(lease.need, -1) }
            promote(at: w)
        } else {
            workers.records[w].queuedTime -= lease.estimate
            if let position = workers.records[w].queue.firstIndex(of: task) {
                workers.records[w].queue.remove(at: position)
            }
        }
        if record.holder == worker {
            record.holder = record.second
            record.second = 0
        } else if record.second == worker {
            record.second = 0
        }
        if record.holder == 0 { campaigns.records[c].leased -= 1 }
        campaigns.records[c].expectedTime -=
            lease.charge / campaigns.records[c].planner.plan.weight
        return lease
    }

    /// Lets prefetched tasks take what became free, in the order the worker runs them.
    private mutating func promote(at w: Int) {
        while let task = workers.records[w].queue.first {
            guard var lease = workers.records[w].leases[task] else {
                workers.records[w].queue.removeFirst()
                continue
            }
            let need = needs[Int(lease.need)]
            guard let allocation = workers.records[w].free.allocate(need) else { return }
            lease.allocation = allocation
            workers.records[w].leases[task] = lease
            workers.records[w].queuedTime -= lease.estimate
            if lease.isShort { workers.records[w].count(lease.need, 1) }
            workers.records[w].queue.removeFirst()
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

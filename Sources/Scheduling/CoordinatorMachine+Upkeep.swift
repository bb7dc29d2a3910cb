/// What has to be looked at from time to time rather than when something happens.
extension CoordinatorMachine {
    mutating func upkeep(at now: Instant) {
        nextUpkeep = now + min(config.heartbeat, config.recordAfter) / 2
        loseSilentWorkers(at: now)
        recordLeases(at: now)
        endOverdue(at: now)
        reserveForStarved(at: now)
        duplicateStragglers(at: now)
    }

    /// Remembers leases that a restarted coordinator should wait for.
    private mutating func recordLeases(at now: Instant) {
        for id in workers.keys where workers[id]?.session != nil {
            let old = workers[id]?.leases.filter {
                !$0.value.isRecorded && now - $0.value.assigned >= config.recordAfter
            }
            for (task, lease) in (old ?? [:]).sorted(by: { $0.key < $1.key }) {
                workers[id]?.leases[task]?.isRecorded = true
                out.changes.recorded.append(
                    RecordedLease(task: task, attempt: lease.attempt, worker: id))
            }
        }
    }

    /// A worker ends its attempts in time; this is for one that does not.
    private mutating func endOverdue(at now: Instant) {
        for id in workers.keys {
            let overdue = workers[id]?.leases.filter { task, lease in
                guard let started = lease.started, let record = tasks[task],
                    let limit = classes[Int(record.classIndex)].spec.timeLimit
                else { return false }
                // A batch may take what its tasks could one after the other.
                let most = Int64(batch(of: record.classIndex, at: id))
                let (time, isEndless) = limit.multipliedReportingOverflow(by: most)
                return !isEndless && now - started > time + config.timeLimitGrace
            }
            for (task, lease) in (overdue ?? [:]).sorted(by: { $0.key < $1.key }) {
                cancel(task, at: id)
                // The machine takes its own word for the worker's.
                let report = Report(
                    task: task, attempt: lease.attempt, sequence: 0,
                    outcome: .failed(
                        Failure(
                            message: "ran past its time limit and its worker did not end it",
                            retryable: true)),
                    engine: "", duration: 0)
                fail(report, from: id, at: now)
            }
        }
    }

    /// Gives the slow last tasks of a class a second attempt where a worker has nothing to do.
    private mutating func duplicateStragglers(at now: Instant) {
        var idle = workers.keys.filter { id in
            accepts(id) && workers[id]?.leases.isEmpty ?? false
        }
        guard !idle.isEmpty, rollCallEnds == nil else { return }
        var slow: [(task: TaskID, running: Int64)] = []
        for id in workers.keys {
            for (task, lease) in workers[id]?.leases ?? [:] where !lease.isCancelled {
                guard let record = tasks[task], record.second == 0 else { continue }
                let index = Int(record.classIndex)
                guard classes[index].ready == 0, let mean = classes[index].mean,
                    campaigns[task.campaign]?.state == .running
                else { continue }
                let most = Double(batch(of: record.classIndex, at: id))
                let limit = max(
                    Double(config.stragglerMinimum), mean * most * config.stragglerFactor)
                let running = now - (lease.started ?? lease.assigned)
                if Double(running) >= limit { slow.append((task, running)) }
            }
        }
        slow.sort { ($0.running, $1.task) > ($1.running, $0.task) }
        for straggler in slow {
            guard let record = tasks[straggler.task] else { continue }
            let place = idle.firstIndex { id in
                record.holder != id && isEligible(record.classIndex, id)
                    && duplicate(straggler.task, to: id, at: now)
            }
            if let place { idle.remove(at: place) }
        }
    }
}

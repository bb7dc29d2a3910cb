/// Workers come, give signs of life, leave and are lost.
extension CoordinatorMachine {
    /// The number of a worker that registered under `identity`; nil when none did.
    public func worker(named identity: String) -> WorkerID? { identities[identity] }

    mutating func register(_ registration: Registration, at now: Instant) {
        let id = identities[registration.identity] ?? nextWorker
        if let old = workers[id], let existing = old.registration,
            existing.session != registration.session, existing.node != registration.node,
            now - old.lastSeen < config.lease
        {
            // To whoever registers: the worker of that name is another one, and goes on.
            send(.refused(reason: clash(existing)), to: 0)
            return
        }
        if identities[registration.identity] == nil {
            identities[registration.identity] = id
            nextWorker += 1
        }
        if workers[id]?.session == registration.session {
            // What it does not list may be on its way: its heartbeats will tell.
            workers[id]?.registration = registration
            relabel(id)
            workers[id]?.draining = registration.draining
            workers[id]?.lastSeen = now
            welcome(id)
            for held in registration.held where workers[id]?.leases[held.task] == nil {
                adopt(held, by: id, known: nil, at: now)
            }
        } else {
            attach(id, registration, at: now)
        }
        noteChange(id, registration: registration)
        endRollCallIfComplete()
    }

    private mutating func welcome(_ id: WorkerID) {
        send(
            .welcome(
                epoch: epoch, worker: id, heartbeat: config.heartbeat, lease: config.lease),
            to: id)
    }

    /// Takes in a process that is new to this coordinator.
    private mutating func attach(
        _ id: WorkerID, _ registration: Registration, at now: Instant
    ) {
        let wasAwaited = workers[id]?.session == nil
        var held: [TaskID: Attempt] = [:]
        for entry in registration.held { held[entry.task] = entry.attempt }
        let before = workers[id]?.leases ?? [:]
        for (task, lease) in before.sorted(by: { $0.key < $1.key })
        where held[task] != lease.attempt {
            lose(
                task, at: id, blame: !wasAwaited && lease.isRunning,
                "worker \(registration.identity) was restarted while it ran this task", now)
        }
        // Only when no task can end any more: its campaign must not seem to have nothing left.
        let kept = workers[id]?.leases ?? [:]
        for (task, lease) in kept.sorted(by: { $0.key < $1.key }) {
            revoke(task, from: id)
            // Whoever runs it in the end is charged for it once.
            settle(lease, of: task, microseconds: 0, at: id)
        }
        release(reservationOf: workers[id]?.reservedFor ?? -1)
        workers[id] = WorkerRecord(
            registration, labels[id] ?? OperatorLabels(), at: now)
        welcome(id)
        for held in registration.held { adopt(held, by: id, known: kept[held.task], at: now) }
        for task in kept.keys.sorted() where tasks[task]?.holder == 0 { requeue(task, at: now) }
    }

    mutating func renew(_ id: WorkerID, _ heartbeat: Heartbeat, at now: Instant) {
        guard let session = workers[id]?.session, session == heartbeat.session else {
            send(.unknown, to: id)
            return
        }
        workers[id]?.lastSeen = now
        send(.alive(epoch: epoch), to: id)
        if workers[id]?.draining != heartbeat.draining {
            workers[id]?.draining = heartbeat.draining
            noteChange(id)
        }
        var held: [TaskID: Held] = [:]
        for entry in heartbeat.held { held[entry.task] = entry }
        let leases = workers[id]?.leases ?? [:]
        for (task, lease) in leases.sorted(by: { $0.key < $1.key }) {
            if let entry = held[task], entry.attempt == lease.attempt {
                if entry.phase != .queued, lease.started == nil {
                    workers[id]?.leases[task]?.started = now + -entry.running
                }
                if lease.isCancelled && entry.phase != .finished {
                    // The first word may have been lost.
                    send(.cancel([TaskAttempt(task: task, attempt: lease.attempt)]), to: id)
                }
            } else if lease.sequence <= heartbeat.received
                || now - lease.assigned > config.transit
            {
                lose(task, at: id, blame: false, "the assignment was lost on its way", now)
            }
        }
        workers[id]?.loading = heartbeat.loading
        noteResident(heartbeat.resident, at: id)
        // What it holds without a lease is of no use to anybody.
        let stray = heartbeat.held.filter {
            $0.phase != .finished && workers[id]?.leases[$0.task]?.attempt != $0.attempt
        }
        if !stray.isEmpty {
            let attempts = stray.map { TaskAttempt(task: $0.task, attempt: $0.attempt) }
            send(.cancel(attempts), to: id)
        }
    }

    /// What it holds, and what it will load for the tasks it was given.
    private mutating func noteResident(_ models: [String], at id: WorkerID) {
        var resident = Set(models)
        for task in (workers[id]?.leases ?? [:]).keys {
            guard let index = tasks[task]?.classIndex else { continue }
            let model = classes[Int(index)].spec.model
            if !model.isEmpty { resident.insert(model) }
        }
        workers[id]?.resident = resident
    }

    mutating func leave(_ id: WorkerID, session: UInt64, at now: Instant) {
        guard workers[id]?.session == session else { return }
        remove(id, as: .stopped, blame: false, "its worker left", at: now)
    }

    mutating func apply(_ command: WorkerCommand, to id: WorkerID, at now: Instant) {
        switch command {
        case .cordon, .drain: cordoned.insert(id)
        case .uncordon: cordoned.remove(id)
        case .stop:
            if workers[id]?.session != nil { send(.stop, to: id) }
        case .label(let new, let removed):
            labels[id, default: OperatorLabels()].change(set: new, remove: removed)
            relabel(id)
            let all = labels[id] ?? OperatorLabels()
            out.changes.labels.append(LabelChange(worker: id, labels: all))
            return
        }
        switch command {
        case .drain, .uncordon:
            if workers[id]?.session != nil { send(.drain(command == .drain), to: id) }
        case .cordon, .stop, .label: break
        }
        if command != .stop { noteChange(id) }
    }

    /// Brings together what the worker says of itself and what an operator has set.
    private mutating func relabel(_ id: WorkerID) {
        guard let own = workers[id]?.registration?.labels else { return }
        workers[id]?.labels = (labels[id] ?? OperatorLabels()).applied(to: own)
        workers[id]?.eligible = []
    }

    /// Returns a lost worker's leases and forgets its record; its number stays known.
    mutating func loseSilentWorkers(at now: Instant) {
        for id in workers.keys {
            guard let record = workers[id], now - record.lastSeen > config.lease else { continue }
            remove(
                id, as: .lost, blame: true,
                "worker \(record.identity) was lost: no sign of life for "
                    + "\((now - record.lastSeen) / 1000) s", at: now)
        }
    }

    mutating func endRollCallIfComplete() {
        guard rollCallEnds != nil else { return }
        if workers.keys.allSatisfy({ workers[$0]?.session != nil }) { rollCallEnds = nil }
    }

    /// A worker no longer has the task: it waits for another, or fails when it was lost too often.
    mutating func lose(
        _ task: TaskID, at worker: WorkerID, blame: Bool, _ message: String, _ now: Instant,
        duration: Int64 = 0
    ) {
        guard let lease = revoke(task, from: worker), let record = tasks[task] else { return }
        // What never began costs its campaign nothing.
        if lease.started == nil { settle(lease, of: task, microseconds: 0, at: worker) }
        if blame { tasks[task]?.crashes += 1 }
        let rule = classes[Int(record.classIndex)].spec.retry
        let crashes = record.crashes + (blame ? 1 : 0)
        let outcome: AttemptEnd = blame ? .lost : .returned
        if record.holder != 0 {
            // Its other attempt may still bring the result.
            if blame || lease.isRecorded {
                note(task, lease, record, outcome, crashes, message, duration, at: worker)
            }
        } else if lease.isCancelled && campaigns[task.campaign]?.state == .cancelling {
            end(
                task, as: .cancelled, attempt: lease.attempt, worker: worker,
                message: "campaign cancelled", duration: duration, outcome: .cancelled, at: now)
        } else if crashes >= rule.crashLimit {
            end(
                task, as: .failed, attempt: lease.attempt, worker: worker,
                message: "\(message); it was the last of \(crashes) lost attempts",
                outcome: outcome, at: now)
        } else {
            if blame || lease.isRecorded {
                note(task, lease, record, outcome, crashes, message, duration, at: worker)
            }
            requeue(task, at: now)
        }
    }

    private mutating func note(
        _ task: TaskID, _ lease: Lease, _ record: TaskRecord, _ outcome: AttemptEnd,
        _ crashes: Int32, _ message: String, _ duration: Int64, at worker: WorkerID
    ) {
        out.changes.retried.append(
            Retry(
                task: task, attempt: lease.attempt, worker: worker, failures: record.failures,
                crashes: crashes, delay: 0, message: message, duration: duration,
                outcome: outcome))
    }

    /// Puts a task without a lease back in line, unless its campaign is being cancelled.
    mutating func requeue(_ task: TaskID, at now: Instant) {
        guard let record = tasks[task], record.holder == 0 else { return }
        enqueue(task, classIndex: record.classIndex, at: now)
        if campaigns[task.campaign]?.state == .cancelling {
            end(
                task, as: .cancelled, attempt: nil, worker: 0, message: "campaign cancelled",
                outcome: .cancelled, at: now)
        }
    }

    private func clash(_ existing: Registration) -> String {
        "a worker named \(existing.identity) is attached already, from node \(existing.node) "
            + "(process \(existing.pid)); start this one with another --name"
    }

    private mutating func remove(
        _ id: WorkerID, as state: WorkerState, blame: Bool, _ message: String, at now: Instant
    ) {
        let leases = workers[id]?.leases ?? [:]
        for (task, lease) in leases.sorted(by: { $0.key < $1.key }) {
            lose(task, at: id, blame: blame && lease.isRunning, message, now)
        }
        release(reservationOf: workers[id]?.reservedFor ?? -1)
        workers[id] = nil
        out.changes.workers.append(
            WorkerChange(
                worker: id, state: state, isCordoned: cordoned.contains(id), registration: nil))
        endRollCallIfComplete()
    }

    /// Gives the worker a lease on what it already holds, if the task still wants it.
    private mutating func adopt(
        _ held: Held, by id: WorkerID, known: Lease?, at now: Instant
    ) {
        let task = held.task
        guard let record = tasks[task], record.second == 0, record.holder != id,
            held.attempt > record.failed
        else {
            if held.phase != .finished {
                send(.cancel([TaskAttempt(task: task, attempt: held.attempt)]), to: id)
            }
            return
        }
        let need = classes[Int(record.classIndex)].need
        let running = held.phase == .running
        let allocation = running ? workers[id]?.free.allocate(needs[Int(need)]) : nil
        grant(
            task, to: id,
            Lease(
                attempt: held.attempt, sequence: 0, need: need, allocation: allocation,
                assigned: now, started: running ? now + -held.running : nil, charge: 0,
                estimate: 0, isRecorded: known?.isRecorded ?? false,
                isCancelled: known?.isCancelled ?? false))
        if held.phase != .finished, campaigns[task.campaign]?.isKilled ?? false {
            cancel(task, at: id)
        }
        // One that is finished waits for nothing but its report.
        if allocation == nil && held.phase != .finished { workers[id]?.queue.append(task) }
    }

    private mutating func noteChange(_ id: WorkerID, registration: Registration? = nil) {
        let draining = workers[id]?.draining ?? false
        out.changes.workers.append(
            WorkerChange(
                worker: id,
                state: workers[id] == nil ? .stopped : draining ? .draining : .ready,
                isCordoned: cordoned.contains(id), registration: registration))
    }
}

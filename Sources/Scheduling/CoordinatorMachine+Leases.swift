import DequeModule

/// Leases are granted, and workers kept free for classes that have starved.
extension CoordinatorMachine {
    /// Leases up to `count` tasks of a class; false when it came to none.
    mutating func lease(
        _ count: Int, from index: Int32, to id: WorkerID, prefetching: Bool, at now: Instant
    ) -> Bool {
        let terms = terms(of: index, at: id)
        let place = classes[Int(index)].place
        var leased = 0
        while leased < count, campaigns.records[place].mayLease, let task = pop(index, at: now) {
            guard lease(task, to: id, terms, prefetching: prefetching, at: now) else { break }
            leased += 1
        }
        return leased > 0
    }

    /// Gives a task that is leased already a second lease, if there is room for it at once.
    mutating func duplicate(_ task: TaskID, to id: WorkerID, at now: Instant) -> Bool {
        guard let index = tasks[task]?.classIndex else { return false }
        return lease(task, to: id, terms(of: index, at: id), prefetching: false, at: now)
    }

    /// What is the same for all leases of a class at a worker.
    private struct Terms {
        var index: Int32
        var need: Int32
        var estimate: Double
        var charge: Double
        var isShort: Bool
    }

    private func terms(of index: Int32, at id: WorkerID) -> Terms {
        let need = classes[Int(index)].need
        let mean = classes[Int(index)].mean
        let share = workers[id]?.capacity.dominantShare(of: needs[Int(need)]) ?? 1
        return Terms(
            index: index, need: need, estimate: mean ?? 1000, charge: (mean ?? 1000) * share,
            isShort: mean.map { $0 <= config.prefetchHorizon } ?? false)
    }

    private mutating func lease(
        _ task: TaskID, to id: WorkerID, _ terms: Terms, prefetching: Bool, at now: Instant
    ) -> Bool {
        guard let number = tasks[task]?.number, let w = workers.place(of: id) else {
            return false
        }
        var allocation: Allocation?
        if !prefetching {
            allocation = workers.records[w].free.allocate(needs[Int(terms.need)])
            guard allocation != nil else { return false }
        }
        release(reservationOf: terms.index)
        load(terms.index, at: w, now)
        let attempt = Attempt(epoch: epoch, number: number + 1)
        highestNumber = max(highestNumber, number + 1)
        if granted[id] == nil {
            sequence += 1
            granted[id] = Grants(sequence: sequence)
        }
        granted[id]?.attempts.append(TaskAttempt(task: task, attempt: attempt))
        grant(
            task, to: id,
            Lease(
                attempt: attempt, sequence: sequence, need: terms.need, allocation: allocation,
                assigned: now, started: nil, charge: terms.charge, estimate: terms.estimate,
                isShort: terms.isShort))
        if prefetching {
            workers.records[w].queue.append(task)
            workers.records[w].queuedTime += terms.estimate
        }
        return true
    }

    /// Notes that the worker will load these weights, if it does not hold them.
    private mutating func load(_ index: Int32, at w: Int, _ now: Instant) {
        let model = classes[Int(index)].spec.model
        guard !model.isEmpty, !workers.records[w].resident.contains(model) else { return }
        workers.records[w].resident.insert(model)
        workers.records[w].lastSwitch = now
    }

    /// The next task of the class that is still ready.
    private mutating func pop(_ index: Int32, at now: Instant) -> TaskID? {
        while let task = classes[Int(index)].entries.popFirst() {
            guard let record = tasks[task], record.state == .ready, record.classIndex == index
            else { continue }
            classes[Int(index)].waitingSince = now
            return task
        }
        return nil
    }

    /// Keeps a worker free for a class that has starved because it never fits.
    mutating func reserveForStarved(at now: Instant) {
        dropIdleReservations()
        let starved = classes.indices.filter { index in
            classes[index].ready > 0 && classes[index].reserved == 0 && isServed(Int32(index))
                && now - classes[index].waitingSince >= config.starvationBound
        }
        for index in starved.sorted(by: { longerWaiting($0, $1) }) {
            let able = workers.keys.filter { id in
                accepts(id) && workers[id]?.reservedFor ?? 0 < 0 && isEligible(Int32(index), id)
            }
            let least = able.min {
                workers[$0]?.leases.count ?? 0 < workers[$1]?.leases.count ?? 0
            }
            guard let least else { continue }
            classes[index].reserved = least
            workers[least]?.reservedFor = Int32(index)
        }
    }

    mutating func release(reservationOf index: Int32) {
        guard index >= 0, classes[Int(index)].reserved != 0 else { return }
        workers[classes[Int(index)].reserved]?.reservedFor = -1
        classes[Int(index)].reserved = 0
    }

    /// A worker is not kept free for what is not asked for now, nor where it takes no tasks.
    private mutating func dropIdleReservations() {
        for index in classes.indices where classes[index].reserved != 0 {
            let id = classes[index].reserved
            if classes[index].ready == 0 || !isServed(Int32(index)) || !accepts(id)
                || workers[id]?.reservedFor != Int32(index) || !isEligible(Int32(index), id)
            {
                release(reservationOf: Int32(index))
            }
        }
    }

    private func longerWaiting(_ a: Int, _ b: Int) -> Bool {
        (classes[a].waitingSince, a) < (classes[b].waitingSince, b)
    }

    private func isServed(_ index: Int32) -> Bool {
        campaigns.records[classes[Int(index)].place].mayLease
    }
}

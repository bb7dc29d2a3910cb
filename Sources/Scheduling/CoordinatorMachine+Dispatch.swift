import DequeModule

/// Who gets what.
///
/// For a worker with room, in this order: the class it is kept free for; a class that has waited
/// past the starvation bound; the highest priority; a campaign within reach of its fair share
/// whose model the worker holds; the campaign with the least virtual time; the later stage.
extension CoordinatorMachine {
    mutating func dispatch(at now: Instant) {
        if let ends = rollCallEnds {
            if now < ends { return }
            rollCallEnds = nil
        }
        guard !tasks.isEmpty else { return }
        let ids = workers.keys.filter { accepts($0) }.sorted()
        var progress = true
        while progress {
            progress = false
            // One each in turn, so that few tasks spread over all workers.
            for id in ids where workers[id]?.free.slots ?? 0 > 0 {
                guard let index = choose(for: id, prefetching: false, at: now) else { continue }
                if lease(from: index, to: id, prefetching: false, at: now) { progress = true }
            }
        }
        for id in ids { prefetch(id, at: now) }
        sendGranted()
    }

    /// Sends the leases of this step, one message for each worker.
    private mutating func sendGranted() {
        for id in granted.keys.sorted() {
            guard let attempts = granted[id] else { continue }
            let sequence = (workers[id]?.sequence ?? 0) + 1
            workers[id]?.sequence = sequence
            out.messages.append(
                Outgoing(worker: id, message: .assign(sequence: sequence, attempts)))
        }
        granted.removeAll(keepingCapacity: true)
    }

    func accepts(_ id: WorkerID) -> Bool {
        guard let worker = workers[id] else { return false }
        return worker.session != nil && !worker.draining && !cordoned.contains(id)
    }

    /// Hands out more than there are slots, as far as the expected time allows.
    private mutating func prefetch(_ id: WorkerID, at now: Instant) {
        while let room = prefetchRoom(id), room > 0,
            let index = choose(for: id, prefetching: true, at: now),
            let mean = classes[Int(index)].mean
        {
            let slots = Double(workers[id]?.capacity.slots ?? 1)
            let time = config.prefetchHorizon * slots - (workers[id]?.queuedTime ?? 0)
            let count = min(room, 64, mean > 0 ? Int(min(time / mean, 64)) : 64)
            guard count > 0 else { return }
            for _ in 0..<count {
                guard lease(from: index, to: id, prefetching: true, at: now) else { break }
            }
        }
    }

    private func prefetchRoom(_ id: WorkerID) -> Int? {
        guard let worker = workers[id], worker.reservedFor < 0 else { return nil }
        let held = worker.leases.count - Int(worker.capacity.slots - worker.free.slots)
        return config.prefetchLimit - held
    }

    /// The class the worker should get its next task from.
    private mutating func choose(
        for id: WorkerID, prefetching: Bool, at now: Instant
    ) -> Int32? {
        guard let worker = workers[id] else { return nil }
        if worker.reservedFor >= 0 {
            let reserved = worker.reservedFor
            return isOpen(reserved) && fits(reserved, worker) ? reserved : nil
        }
        let maySwitch = now - worker.lastSwitch >= config.starvationBound
        var starved: Choice?
        var best: Choice?
        var bestResident: Choice?
        for index in classes.indices where classes[index].ready > 0 {
            let index = Int32(index)
            guard isOpen(index), isEligible(index, id) else { continue }
            if prefetching ? classes[Int(index)].mean == nil : !fits(index, worker) { continue }
            let choice = makeChoice(index, worker)
            if choice.isResident || maySwitch,
                now - classes[Int(index)].waitingSince >= config.starvationBound,
                starved.map({ choice.since < $0.since }) ?? true
            {
                starved = choice
            }
            if best.map({ choice.precedes($0) }) ?? true { best = choice }
            if choice.isResident, bestResident.map({ choice.precedes($0) }) ?? true {
                bestResident = choice
            }
        }
        if let starved { return starved.index }
        guard let best else { return nil }
        let slack = Double(config.starvationBound)
        if let bestResident, bestResident.priority == best.priority,
            bestResident.virtualTime <= best.virtualTime + slack
        {
            return bestResident.index
        }
        return best.index
    }

    private func makeChoice(_ index: Int32, _ worker: WorkerRecord) -> Choice {
        let queue = classes[Int(index)]
        let campaign = campaigns[queue.campaign]
        return Choice(
            index: index, priority: campaign?.planner.plan.priority ?? 0,
            virtualTime: campaign?.virtualTime ?? 0,
            stage: queue.spec.need.kind.rawValue, since: queue.waitingSince,
            isResident: queue.spec.model.isEmpty || worker.resident.contains(queue.spec.model))
    }

    private func isOpen(_ index: Int32) -> Bool {
        let queue = classes[Int(index)]
        return queue.ready > 0 && campaigns[queue.campaign]?.mayLease ?? false
    }

    private func fits(_ index: Int32, _ worker: WorkerRecord) -> Bool {
        worker.free.shortage(of: classes[Int(index)].spec.resources) == nil
    }

    /// Whether the worker, empty, could run the class at all; remembered.
    mutating func isEligible(_ index: Int32, _ id: WorkerID) -> Bool {
        let index = Int(index)
        guard let known = workers[id]?.eligible else { return false }
        if index < known.count, known[index] != 0 { return known[index] == 1 }
        guard let worker = workers[id] else { return false }
        let answer = obstacle(to: classes[index].spec, on: worker) == nil
        if index >= known.count {
            let missing = classes.count - known.count
            workers[id]?.eligible += [UInt8](repeating: 0, count: missing)
        }
        workers[id]?.eligible[index] = answer ? 1 : 2
        return answer
    }

    /// Why the worker could not run such a task even when empty; nil when it could.
    func obstacle(to spec: TaskClass, on worker: WorkerRecord) -> Obstacle? {
        guard let registration = worker.registration else { return .absent }
        guard registration.provides.contains(where: { $0.covers(spec.need) }) else {
            return .noEngine
        }
        for rule in spec.labels {
            let value = registration.labels.first { $0.key == rule.key }?.value
            guard let value, rule.values.contains(value) else { return .label(rule) }
        }
        return worker.capacity.shortage(of: spec.resources).map(Obstacle.short)
    }

    private mutating func lease(
        from index: Int32, to id: WorkerID, prefetching: Bool, at now: Instant
    ) -> Bool {
        guard isOpen(index), let task = pop(index, at: now) else { return false }
        return lease(task, to: id, prefetching: prefetching, at: now)
    }

    /// Leases a task; false when the worker has no room for it after all.
    mutating func lease(
        _ task: TaskID, to id: WorkerID, prefetching: Bool, at now: Instant
    ) -> Bool {
        guard let record = tasks[task] else { return false }
        let index = Int(record.classIndex)
        let allocation =
            prefetching ? nil : workers[id]?.free.allocate(classes[index].spec.resources)
        guard prefetching || allocation != nil else { return false }
        release(reservationOf: record.classIndex)
        load(classes[index].spec.model, at: id, now)
        let estimate = classes[index].mean ?? 1000
        let share = workers[id]?.capacity.dominantShare(of: classes[index].spec.resources) ?? 1
        let attempt = Attempt(epoch: epoch, number: record.number + 1)
        grant(
            task, to: id,
            Lease(
                attempt: attempt, sequence: (workers[id]?.sequence ?? 0) + 1,
                allocation: allocation, assigned: now, started: nil, charge: estimate * share,
                estimate: estimate))
        if prefetching {
            workers[id]?.queue.append(task)
            workers[id]?.queuedTime += estimate
        }
        granted[id, default: []].append(TaskAttempt(task: task, attempt: attempt))
        return true
    }

    /// Notes that the worker will load these weights, if it does not hold them.
    private mutating func load(_ model: String, at id: WorkerID, _ now: Instant) {
        guard !model.isEmpty, workers[id]?.resident.contains(model) == false else { return }
        workers[id]?.resident.insert(model)
        workers[id]?.lastSwitch = now
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
        for index in classes.indices where classes[index].ready > 0 {
            guard classes[index].reserved == 0, isOpen(Int32(index)),
                now - classes[index].waitingSince >= config.starvationBound
            else { continue }
            let candidates = workers.keys.filter { id in
                accepts(id) && workers[id]?.reservedFor ?? 0 < 0
            }
            let able = candidates.sorted().filter { isEligible(Int32(index), $0) }
            let least = able.min { workers[$0]?.leases.count ?? 0 < workers[$1]?.leases.count ?? 0 }
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
}

/// A class that could be served, and what speaks for it.
private struct Choice {
    var index: Int32
    var priority: Int32
    var virtualTime: Double
    var stage: UInt8
    var since: Instant
    var isResident: Bool

    func precedes(_ other: Choice) -> Bool {
        if priority != other.priority { return priority > other.priority }
        if virtualTime != other.virtualTime { return virtualTime < other.virtualTime }
        if stage != other.stage { return stage > other.stage }
        return index < other.index
    }
}

/// Why a worker could never run a task.
public enum Obstacle: Hashable, Sendable {
    /// It has not come back since the coordinator was restarted.
    case absent
    /// None of its engines provides the kind and name.
    case noEngine
    /// It lacks a label or has another value.
    case label(LabelRule)
    /// It is too small.
    case short(Shortage)
}

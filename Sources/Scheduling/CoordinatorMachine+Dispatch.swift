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
        let ids = workers.keys.filter { accepts($0) }
        var begun: [Begun] = []
        var progress = true
        while progress {
            progress = false
            // One each in turn, so that few tasks spread over all workers.
            for id in ids where hasRoom(id) {
                guard let index = choose(for: id, prefetching: false, at: now) else { continue }
                guard lease(1, from: index, to: id, prefetching: false, at: now) else { continue }
                progress = true
                begun.append(Begun(worker: id, index: index, room: batch(of: index, at: id) - 1))
            }
        }
        fillBatches(begun, at: now)
        for id in ids { prefetch(id, at: now) }
        sendGranted()
    }

    /// What was leased to a free slot, and how many more its engine takes with it.
    private struct Begun {
        var worker: WorkerID
        var index: Int32
        var room: Int32
    }

    /// Adds tasks of the same class to those that begin, up to their engines' batches; one each in
    /// turn, so that the batches are of one size.
    ///
    /// To the books they wait behind the first: a batch takes what one of its tasks needs. Only
    /// what begins is filled up, so that the policy says anew what comes after it.
    private mutating func fillBatches(_ begun: [Begun], at now: Instant) {
        var open = begun.filter { $0.room > 0 }
        while !open.isEmpty {
            for place in open.indices {
                let (id, index) = (open[place].worker, open[place].index)
                let isLeased =
                    prefetchRoom(id) > 0 && isOpen(index)
                    && lease(1, from: index, to: id, prefetching: true, at: now)
                open[place].room = isLeased ? open[place].room - 1 : 0
            }
            open.removeAll { $0.room == 0 }
        }
    }

    /// Most tasks of the class that the worker's engine takes at once.
    func batch(of index: Int32, at id: WorkerID) -> Int32 {
        let need = classes[Int(index)].spec.need
        guard need.batch > 1 else { return 1 }
        let offer = workers[id]?.registration?.provides.first { $0.covers(need) }
        return min(need.batch, offer?.batch ?? 1)
    }

    /// Sends the leases of this step, one message for each worker.
    private mutating func sendGranted() {
        for id in granted.keys.sorted() {
            guard let grants = granted[id] else { continue }
            out.messages.append(
                Outgoing(
                    worker: id,
                    message: .assign(sequence: grants.sequence, grants.attempts)))
        }
        granted.removeAll(keepingCapacity: true)
    }

    func accepts(_ id: WorkerID) -> Bool {
        guard let w = workers.place(of: id) else { return false }
        return workers.records[w].session != nil && !workers.records[w].draining
            && !cordoned.contains(id)
    }

    /// Whether a task could start there now; one that waits there already goes first.
    private func hasRoom(_ id: WorkerID) -> Bool {
        guard let w = workers.place(of: id) else { return false }
        return workers.records[w].free.slots > 0 && workers.records[w].queue.isEmpty
    }

    /// Hands out more than there are slots, as far as the expected time allows.
    private mutating func prefetch(_ id: WorkerID, at now: Instant) {
        while true {
            let room = prefetchRoom(id)
            guard room > 0, let w = workers.place(of: id),
                let index = choose(for: id, prefetching: true, at: now),
                let mean = classes[Int(index)].mean
            else { return }
            let slots = Double(workers.records[w].capacity.slots)
            let time = config.prefetchHorizon * slots - workers.records[w].queuedTime
            // A mean of many tasks that took no time is next to nothing, and the quotient beyond
            // what an integer holds.
            let count = min(room, mean > 0 ? Int(max(min(time / mean, 64), 0)) : 64)
            guard count > 0, lease(count, from: index, to: id, prefetching: true, at: now)
            else { return }
        }
    }

    private func prefetchRoom(_ id: WorkerID) -> Int {
        guard let w = workers.place(of: id), workers.records[w].reservedFor < 0 else { return 0 }
        return config.prefetchLimit - workers.records[w].queue.count
    }

    /// The class the worker should get its next task from.
    private mutating func choose(
        for id: WorkerID, prefetching: Bool, at now: Instant
    ) -> Int32? {
        guard let w = workers.place(of: id) else { return nil }
        let reserved = workers.records[w].reservedFor
        if reserved >= 0 { return isOpen(reserved) && fits(reserved, w) ? reserved : nil }
        let maySwitch = now - workers.records[w].lastSwitch >= config.starvationBound
        var starved: Choice?
        var best: Choice?
        var bestResident: Choice?
        for index in classes.indices where classes[index].ready > 0 {
            let index = Int32(index)
            guard isOpen(index), isEligible(index, id) else { continue }
            guard prefetching ? followsSoon(index, w) : fits(index, w) else { continue }
            let choice = makeChoice(index, w)
            if choice.isResident || maySwitch,
                now - choice.since >= config.starvationBound,
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
        if let bestResident, bestResident.priority == best.priority,
            bestResident.virtualTime <= best.virtualTime + Double(config.starvationBound)
        {
            return bestResident.index
        }
        return best.index
    }

    private func makeChoice(_ index: Int32, _ w: Int) -> Choice {
        let queue = Int(index)
        let c = classes[queue].place
        let isFree = classes[queue].spec.model.isEmpty
        return Choice(
            index: index, priority: campaigns.records[c].planner.plan.priority,
            virtualTime: campaigns.records[c].virtualTime,
            stage: classes[queue].spec.need.kind.rawValue, since: classes[queue].waitingSince,
            isResident: isFree || workers.records[w].resident.contains(classes[queue].spec.model))
    }

    private func isOpen(_ index: Int32) -> Bool {
        classes[Int(index)].ready > 0 && campaigns.records[classes[Int(index)].place].mayLease
    }

    private func fits(_ index: Int32, _ w: Int) -> Bool {
        workers.records[w].free.shortage(of: needs[Int(classes[Int(index)].need)]) == nil
    }

    /// Whether something that runs there will soon leave the very room that the class needs.
    ///
    /// Otherwise a prefetched task might wait long, and hold up all that the worker gets after it.
    private func followsSoon(_ index: Int32, _ w: Int) -> Bool {
        let need = Int(classes[Int(index)].need)
        return need < workers.records[w].short.count && workers.records[w].short[need] > 0
    }

    /// Whether the worker, empty, could run the class at all; remembered.
    mutating func isEligible(_ index: Int32, _ id: WorkerID) -> Bool {
        let index = Int(index)
        guard let w = workers.place(of: id) else { return false }
        let known = workers.records[w].eligible.count
        if index < known, workers.records[w].eligible[index] != 0 {
            return workers.records[w].eligible[index] == 1
        }
        let answer = obstacle(to: classes[index].spec, on: workers.records[w]) == nil
        if index >= known {
            workers.records[w].eligible += [UInt8](repeating: 0, count: classes.count - known)
        }
        workers.records[w].eligible[index] = answer ? 1 : 2
        return answer
    }

    /// Why the worker could not run such a task even when empty; nil when it could.
    func obstacle(to spec: TaskClass, on worker: WorkerRecord) -> Obstacle? {
        guard let registration = worker.registration else { return .absent }
        guard registration.provides.contains(where: { $0.covers(spec.need) }) else {
            return .noEngine
        }
        for rule in spec.labels {
            guard let value = worker.labels[rule.key], rule.values.contains(value) else {
                return .label(rule)
            }
        }
        return worker.capacity.shortage(of: spec.resources).map(Obstacle.short)
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

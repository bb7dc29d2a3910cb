import DequeModule

/// Submission, commands and the ends of campaigns.
extension CoordinatorMachine {
    mutating func submit(_ snapshot: CampaignSnapshot, at now: Instant) {
        let id = snapshot.plan.id
        guard var record = campaigns[id] else {
            admit(snapshot, at: now)
            if let record = campaigns[id], snapshot.state == .completed {
                change(id, to: record.state, reason: "")
            }
            return
        }
        record.planner.replan(snapshot.plan)
        for slot in record.classes.indices {
            classes[Int(record.classes[slot])].spec = snapshot.plan.slots[slot].taskClass
        }
        for slot in record.classes.count..<snapshot.plan.slots.count {
            record.classes.append(makeClass(id, slot, snapshot.plan.slots[slot], at: now))
        }
        for key in workers.keys { workers[key]?.eligible = [] }
        campaigns[id] = record
        finishIfComplete(id)
    }

    /// Takes a campaign into memory; one that is already complete does not stay.
    mutating func admit(_ snapshot: CampaignSnapshot, at now: Instant) {
        let id = snapshot.plan.id
        var record = CampaignRecord(
            planner: CampaignPlanner(
                snapshot.plan, stages: snapshot.stages, whole: snapshot.whole),
            state: snapshot.state == .completed ? .running : snapshot.state, classes: [])
        if snapshot.state == .completed && record.planner.isComplete { return }
        record.virtualTime = leastVirtualTime()
        for slot in snapshot.plan.slots.indices {
            record.classes.append(makeClass(id, slot, snapshot.plan.slots[slot], at: now))
        }
        campaigns[id] = record
        for open in snapshot.open { restore(open, at: now) }
        if snapshot.state == .cancelling { cancelIdle(id, at: now) }
        finishIfComplete(id)
    }

    mutating func apply(_ command: CampaignCommand, to id: CampaignID, at now: Instant) {
        guard let record = campaigns[id] else { return }
        switch command {
        case .pause:
            if record.state == .running { change(id, to: .paused, reason: "paused") }
        case .resume:
            guard record.state == .paused || record.state == .halted else { return }
            campaigns[id]?.forgiven = record.planner.totals[.failed]
            change(id, to: .running, reason: "")
        case .cancel, .kill:
            if record.state != .cancelling { change(id, to: .cancelling, reason: "cancelled") }
            cancelIdle(id, at: now)
            if command == .kill { cancelLeases(of: id) }
            finishIfComplete(id)
        }
    }

    mutating func change(_ id: CampaignID, to state: CampaignState, reason: String) {
        campaigns[id]?.state = state
        out.changes.campaigns.append(
            CampaignChange(campaign: id, state: state, reason: reason))
    }

    /// Halts the campaign when more has failed than it may.
    mutating func checkBudget(_ id: CampaignID) {
        guard let record = campaigns[id], record.state == .running else { return }
        let failed = record.planner.totals[.failed]
        let limit = record.planner.failureLimit
        guard failed - record.forgiven > limit else { return }
        change(
            id, to: .halted,
            reason: "\(failed) tasks failed and the failure budget is \(limit); "
                + "mend the cause, then resume or cancel the campaign")
    }

    /// Ends the campaign when nothing is left of it, and forgets it.
    mutating func finishIfComplete(_ id: CampaignID) {
        guard let record = campaigns[id] else { return }
        if record.state == .cancelling {
            guard record.leased + record.ready + record.waiting == 0 else { return }
            change(id, to: .cancelled, reason: "cancelled")
        } else {
            guard record.planner.isComplete else { return }
            change(id, to: .completed, reason: "")
        }
        for index in record.classes {
            release(reservationOf: index)
            classes[Int(index)].entries = []
            classes[Int(index)].ready = 0
            freeClasses.append(index)
        }
        campaigns[id] = nil
    }

    /// Asks planners for more where the ready tasks run low.
    mutating func refillWindows(at now: Instant) {
        for id in campaigns.keys.sorted() {
            let room = windowRoom(of: id)
            guard room > 0 else { continue }
            let emitted = campaigns[id]?.planner.next(limit: room) ?? []
            for task in emitted { emit(task, at: now) }
        }
    }

    /// A copy of the record must not live while the planner changes: it would copy its stages.
    private func windowRoom(of id: CampaignID) -> Int {
        guard let record = campaigns[id], record.state == .running else { return 0 }
        let available = record.ready + record.waiting
        return available < config.windowLow ? config.windowHigh - available : 0
    }

    /// Drops what is not leased, emitted or not.
    private mutating func cancelIdle(_ id: CampaignID, at now: Instant) {
        campaigns[id]?.planner.cancelRest()
        let idle = tasks.filter { $0.key.campaign == id && $0.value.state != .leased }
        for task in idle.keys.sorted() {
            end(task, as: .cancelled, attempt: nil, worker: 0, message: "campaign cancelled",
                at: now)
        }
    }

    private mutating func cancelLeases(of id: CampaignID) {
        for (worker, record) in workers.sorted(by: { $0.key < $1.key }) {
            let mine = record.leases.keys.filter { $0.campaign == id }.sorted()
            for task in mine { cancel(task, at: worker) }
        }
    }

    private mutating func makeClass(
        _ id: CampaignID, _ slot: Int, _ planned: PlanSlot, at now: Instant
    ) -> Int32 {
        let queue = ClassQueue(
            campaign: id, slot: slot, spec: planned.taskClass, waitingSince: now)
        guard let index = freeClasses.popLast() else {
            classes.append(queue)
            return Int32(classes.count - 1)
        }
        classes[Int(index)] = queue
        for key in workers.keys where workers[key]?.eligible.count ?? 0 > Int(index) {
            workers[key]?.eligible[Int(index)] = 0
        }
        return index
    }

    private func leastVirtualTime() -> Double {
        campaigns.values.filter { $0.ready + $0.leased > 0 }.map(\.virtualTime).min() ?? 0
    }
}

import DequeModule

/// Submission, commands and the ends of campaigns.
extension CoordinatorMachine {
    mutating func submit(_ snapshot: CampaignSnapshot, at now: Instant) {
        let id = snapshot.plan.id
        guard campaigns[id] != nil else {
            admit(snapshot, at: now)
            if let state = campaigns[id]?.state, snapshot.state == .completed {
                change(id, to: state, reason: "")
            }
            return
        }
        campaigns[id]?.planner.replan(snapshot.plan)
        let known = campaigns[id]?.classes ?? []
        for (slot, index) in known.enumerated() {
            let spec = snapshot.plan.slots[slot].taskClass
            classes[Int(index)].spec = spec
            classes[Int(index)].need = number(ofNeed: spec.resources)
        }
        for slot in known.count..<snapshot.plan.slots.count {
            let index = makeClass(id, slot, snapshot.plan.slots[slot], at: now)
            campaigns[id]?.classes.append(index)
        }
        for key in workers.keys { workers[key]?.eligible = [] }
        park(id, at: now)
        finishIfComplete(id)
    }

    /// Sets aside what the campaign file no longer asks for, and takes back what it asks for again.
    private mutating func park(_ id: CampaignID, at now: Instant) {
        let mine = tasks.filter { $0.key.campaign == id && $0.value.state != .leased }
        for (task, record) in mine.sorted(by: { $0.key < $1.key }) {
            let isAskedFor = campaigns[id]?.planner.has(task) ?? false
            if record.state == .parked && isAskedFor {
                enqueue(task, classIndex: record.classIndex, at: now)
            } else if record.state != .parked && !isAskedFor {
                unqueue(task, record)
                tasks[task]?.state = .parked
            }
        }
    }

    /// Takes a campaign into memory; one that is already complete does not stay.
    mutating func admit(_ snapshot: CampaignSnapshot, at now: Instant) {
        let id = snapshot.plan.id
        if snapshot.state == .completed {
            let planner = CampaignPlanner(
                snapshot.plan, stages: snapshot.stages, whole: snapshot.whole)
            if planner.isComplete { return }
        }
        restore(snapshot, at: now)
        finishIfComplete(id)
    }

    mutating func restore(_ snapshot: CampaignSnapshot, at now: Instant) {
        let id = snapshot.plan.id
        var record = CampaignRecord(
            planner: CampaignPlanner(
                snapshot.plan, stages: snapshot.stages, whole: snapshot.whole),
            state: snapshot.state == .completed ? .running : snapshot.state, classes: [])
        record.isKilled = snapshot.isKilled
        let failed = record.planner.totals[.failed]
        // It runs although so much has failed: somebody has resumed it.
        if record.state == .running, failed > record.planner.failureLimit {
            record.forgiven = failed
        }
        record.virtualTime = leastVirtualTime() ?? 0
        campaigns[id] = record
        for slot in snapshot.plan.slots.indices {
            let index = makeClass(id, slot, snapshot.plan.slots[slot], at: now)
            campaigns[id]?.classes.append(index)
        }
        for open in snapshot.open { restore(open, at: now) }
        if snapshot.state == .cancelling { cancelIdle(id, at: now) }
    }

    mutating func apply(_ command: CampaignCommand, to id: CampaignID, at now: Instant) {
        guard let state = campaigns[id]?.state else { return }
        switch command {
        case .pause:
            if state == .running { change(id, to: .paused, reason: "paused") }
        case .resume:
            guard state == .paused || state == .halted else { return }
            let failed = campaigns[id]?.planner.totals[.failed] ?? 0
            campaigns[id]?.forgiven = failed
            change(id, to: .running, reason: "")
        case .retry: retry(id, at: now)
        case .cancel, .kill:
            let isNews = command == .kill && campaigns[id]?.isKilled == false
            if isNews { campaigns[id]?.isKilled = true }
            if state != .cancelling || isNews {
                change(id, to: .cancelling, reason: isNews ? "killed" : "cancelled")
            }
            cancelIdle(id, at: now)
            if command == .kill { cancelLeases(of: id) }
            finishIfComplete(id)
        }
    }

    mutating func change(_ id: CampaignID, to state: CampaignState, reason: String) {
        guard let place = campaigns.place(of: id) else { return }
        campaigns.records[place].state = state
        var change = CampaignChange(campaign: id, state: state, reason: reason)
        change.isKilled = campaigns.records[place].isKilled
        if state.isFinal { change.tally = campaigns.records[place].planner.tally }
        out.changes.campaigns.append(change)
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
        guard let place = campaigns.place(of: id) else { return }
        if campaigns.records[place].state == .cancelling {
            guard campaigns.records[place].open == 0 else { return }
            let isKilled = campaigns.records[place].isKilled
            change(id, to: .cancelled, reason: isKilled ? "killed" : "cancelled")
        } else {
            guard campaigns.records[place].planner.isComplete else { return }
            change(id, to: .completed, reason: "")
        }
        dropUnasked(id)
        for index in campaigns[id]?.classes ?? [] {
            release(reservationOf: index)
            classes[Int(index)].entries = []
            classes[Int(index)].ready = 0
            freeClasses.append(index)
        }
        campaigns[id] = nil
    }

    /// Forgets tasks that are open although nobody asks for them any more.
    private mutating func dropUnasked(_ id: CampaignID) {
        guard campaigns[id]?.isNarrowed ?? false else { return }
        for (worker, task) in leasedTasks(of: id) {
            guard let lease = revoke(task, from: worker) else { continue }
            send(.cancel([TaskAttempt(task: task, attempt: lease.attempt)]), to: worker)
        }
        for task in tasks.keys.filter({ $0.campaign == id }) { tasks[task] = nil }
    }

    private func leasedTasks(of id: CampaignID) -> [(worker: WorkerID, task: TaskID)] {
        workers.keys.flatMap { worker in
            let mine = workers[worker]?.leases.keys.filter { $0.campaign == id } ?? []
            return mine.sorted().map { (worker, $0) }
        }
    }

    /// Asks planners for more where the ready tasks run low.
    mutating func refillWindows(at now: Instant) {
        for id in campaigns.keys {
            let room = windowRoom(of: id)
            guard room > 0 else { continue }
            guard let place = campaigns.place(of: id) else { continue }
            let emitted = campaigns.records[place].planner.next(limit: room)
            for task in emitted { emit(task, at: now) }
        }
    }

    /// A copy of the record must not live while the planner changes: it would copy its stages.
    private func windowRoom(of id: CampaignID) -> Int {
        guard let place = campaigns.place(of: id), campaigns.records[place].state == .running
        else { return 0 }
        let available = campaigns.records[place].ready + campaigns.records[place].waiting
        return available < config.windowLow ? config.windowHigh - available : 0
    }

    /// Drops what is not leased, emitted or not.
    private mutating func cancelIdle(_ id: CampaignID, at now: Instant) {
        campaigns[id]?.planner.cancelRest()
        let idle = tasks.filter { $0.key.campaign == id && $0.value.state != .leased }
        for task in idle.keys.sorted() {
            end(
                task, as: .cancelled, attempt: nil, worker: 0, message: "campaign cancelled",
                outcome: .cancelled, at: now)
        }
    }

    private mutating func cancelLeases(of id: CampaignID) {
        for (worker, task) in leasedTasks(of: id) { cancel(task, at: worker) }
    }

    private mutating func makeClass(
        _ id: CampaignID, _ slot: Int, _ planned: PlanSlot, at now: Instant
    ) -> Int32 {
        let queue = ClassQueue(
            campaign: id, place: campaigns.place(of: id) ?? 0, slot: slot, spec: planned.taskClass,
            need: number(ofNeed: planned.taskClass.resources), waitingSince: now)
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

    /// The index of what tasks need, one for all classes that need the same.
    private mutating func number(ofNeed need: Resources) -> Int32 {
        if let known = needs.firstIndex(of: need) { return Int32(known) }
        needs.append(need)
        return Int32(needs.count - 1)
    }

    /// The virtual time of the campaign that has used least of those with something to do.
    func leastVirtualTime() -> Double? {
        var least: Double?
        for id in campaigns.keys {
            guard let place = campaigns.place(of: id), campaigns.records[place].isBusy else {
                continue
            }
            // What is only expected may turn out to be much less.
            let time = campaigns.records[place].virtualTime - campaigns.records[place].expectedTime
            least = min(least ?? time, time)
        }
        return least
    }
}

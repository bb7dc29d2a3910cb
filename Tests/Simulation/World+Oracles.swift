import Scheduling

/// Where the run is compared with the promises.
extension World {
    /// A step of a coordinator's machine.
    func observe(_ effects: Effects, of node: Int) {
        guard let machine = coordinators[node].machine else { return }
        var assigned: [TaskID] = []
        for outgoing in effects.messages {
            guard case .assign(_, let attempts) = outgoing.message else { continue }
            for attempt in attempts {
                assigned.append(attempt.task)
                if fault == .takesStaleFailures {
                    coordinators[node].newest[attempt.task] = attempt
                }
            }
        }
        guard machine.epoch == store.epoch else { return }
        for task in assigned where oracles.leases.isStopped(task.campaign) {
            fail(.halted, "\(name(task)) is leased although its campaign leases nothing")
        }
        let complaint = oracles.sharing.assigned(
            assigned,
            ready: { [self] in
                machine.campaignStatus(scenario.campaigns[$0].forms[0].id)?.ready ?? 0
            },
            at: now)
        if let (oracle, account) = complaint { fail(oracle, account) }
        if counts.events % 16 == 0 { judgeMemory(of: machine, node) }
    }

    /// Changes that are in the store now.
    func observeCommit(_ changes: Changes) {
        counts.reopened += changes.reopened.count
        for reopened in changes.reopened { oracles.reports.reopens(reopened.task) }
        for withdrawn in changes.withdrawn {
            oracles.reports.withdraws(withdrawn.task, after: withdrawn.last)
        }
        for task in changes.emitted where !oracles.leases.mayBeEmitted(task) {
            fail(.rankOnly, "\(name(task)) is made although only the ranking has changed")
        }
        for completion in changes.completed
        where !oracles.reports.reallyCompleted(completion.report.task) {
            fail(.oneResult, "\(name(completion.report.task)) has a result that nobody made")
        }
        for completion in changes.completed where oracles.reports.isOfBefore(completion.report) {
            fail(
                .oneResult,
                "\(name(completion.report.task)) has a result of what it was before it was taken "
                    + "back")
        }
        for retry in changes.retried {
            judgeFailures(retry.failures, retry.task, retry.attempt, retry.message)
        }
        for ended in changes.ended where ended.stage == .failed {
            judgeFailures(ended.failures, ended.task, ended.attempt, ended.message)
        }
        for change in changes.campaigns where change.state == .completed {
            oracles.leases.mayLease(change.campaign)
        }
    }

    private func judgeFailures(
        _ failures: Int32, _ task: TaskID, _ attempt: Attempt?, _ message: String
    ) {
        let isOwnWord = message.hasPrefix("ran past its time limit")
        if !oracles.reports.mayCount(failures, of: task, attempt: attempt, isOwnWord: isOwnWord) {
            fail(
                .fencing,
                "\(name(task)) counts \(failures) failures, the last of attempt "
                    + "\(attempt?.number ?? 0), which did not fail")
        }
    }

    func observeSubmission(_ campaign: Int, _ form: Int) {
        let forms = scenario.campaigns[campaign].forms
        oracles.sharing.submitted(campaign, at: now)
        if form > 0 { oracles.leases.submitted(forms[form], after: forms[form - 1]) }
    }

    /// The operator is told that a wish is carried out.
    func observeDone(_ what: OperatorsDesk.Wish.What) {
        guard case .command(let id, let command) = what, command != .resume, command != .retry,
            store.state(of: id) != .completed
        else { return }
        oracles.leases.stops(id)
    }

    func judgeStart(_ assignment: Assignment, at index: Int) {
        guard let run = workers[index].runs[assignment.task] else { return }
        // A batch takes what one of its tasks needs.
        if run.number == run.group, let exceeded = oracles.capacity.started(run, at: index) {
            fail(.capacity, "w\(index) starts \(name(assignment.task)) beyond its \(exceeded)")
        }
        if !oracles.leases.starts(assignment.task) {
            fail(.reruns, "w\(index) starts \(name(assignment.task)), which was run before")
        }
    }

    func observeEnd(_ run: WorkerProcess.Run, _ task: TaskID, at index: Int) {
        let complaint = oracles.sharing.used(
            Int(task.campaign) - 1, microseconds: max(now - run.started, 0))
        if let (oracle, account) = complaint { fail(oracle, account) }
    }

    /// A worker is about to forget reports because they were acknowledged.
    func judgeAcknowledged(_ sequences: [UInt64], of index: Int) {
        for sequence in sequences {
            guard let task = oracles.reports.forgotten(sequence, by: index) else { continue }
            if !isSettled(task) {
                fail(.acknowledged, "the result of \(name(task)) is acknowledged and not stored")
            }
        }
    }

    /// Whether the store needs nothing more of the task.
    private func isSettled(_ task: TaskID) -> Bool {
        if store.stage(of: task).isFinal || store.state(of: task.campaign)?.isFinal ?? true {
            return true
        }
        if oracles.reports.reopened.contains(task) { return true }
        return !(store.plan(of: task.campaign)?.asks(for: task) ?? false)
    }

    private func judgeMemory(of machine: CoordinatorMachine, _ node: Int) {
        let size = machine.footprint
        let room = scenario.workers.reduce(0) { sum, worker in
            sum + Int(worker.registration.capacity.slots) + scenario.config.prefetchLimit
        }
        let reopened = oracles.reports.reopened.count
        let window =
            reopened
            + scenario.campaigns.reduce(0) { sum, script in
                let width = script.forms.last?.slots.count ?? 0
                return sum + scenario.config.windowHigh + width * (1 + 2 * room)
            }
        if size.tasks > window {
            fail(.memory, "c\(node) keeps \(size.tasks) tasks and the bound is \(window)")
        }
        if size.queued > 2 * window + 64 * size.classes {
            fail(.memory, "c\(node) has \(size.queued) entries in its queues")
        }
        if size.waiting > 4 * window || size.prefetched > window + room {
            fail(.memory, "c\(node) keeps \(size.waiting) waits, \(size.prefetched) prefetched")
        }
    }

    /// Everything has ended, or should have.
    func judgeEnd() {
        for script in scenario.campaigns { judgeEnd(of: script) }
        for task in oracles.reports.acknowledged.sorted() where !isSettled(task) {
            fail(.acknowledged, "the result of \(name(task)) was acknowledged and is lost")
        }
        for worker in workers where !worker.spool.isEmpty {
            fail(.memory, "w\(worker.index) still spools \(worker.spool.count) reports at the end")
        }
        guard breach == nil, let node = leader?.node, let machine = coordinators[node].machine
        else { return }
        let size = machine.footprint
        if size.tasks + size.queued + size.campaigns + size.prefetched > 0 {
            fail(.memory, "c\(node) still keeps \(size) at the end")
        }
    }

    private func judgeEnd(of script: Scenario.Script) {
        let id = script.forms[0].id
        guard let state = store.state(of: id), let plan = store.plan(of: id) else {
            return fail(.acknowledged, "campaign \(id) was submitted and is not stored")
        }
        guard state.isFinal else {
            return fail(.ends, "campaign \(id) is \(state) at the end: \(excuse(id))")
        }
        guard state == .completed else { return }
        for slot in plan.slots.indices {
            let prompts =
                plan.slots[slot].isWholeCampaign ? [TaskID.wholeCampaign] : Array(0..<plan.prompts)
            for prompt in prompts {
                let task = TaskID(campaign: id, prompt: prompt, slot: slot)
                if plan.asks(for: task), !hasEnded(task, plan) {
                    return fail(.ends, "\(name(task)) is \(store.stage(of: task)) at the end")
                }
            }
        }
    }

    private func hasEnded(_ task: TaskID, _ plan: CampaignPlan) -> Bool {
        if store.stage(of: task).isFinal { return true }
        guard let source = plan.slots[task.slot].source else { return false }
        let before = store.stage(
            of: TaskID(campaign: task.campaign, prompt: task.prompt, slot: source))
        return before == .failed || before == .cancelled
    }

    /// What the leader says of the campaign's first open task.
    private func excuse(_ id: CampaignID) -> String {
        guard let node = leader?.node, let machine = coordinators[node].machine,
            let open = store.openTasks(of: id).first(where: {
                store.plan(of: id)?.asks(for: $0) ?? false
            })
        else { return "nobody leads, or nothing is open" }
        let time = coordinators[node].clock.reading(at: now)
        return "\(name(open)) is \(machine.explain(open, at: time))"
    }
}

extension CampaignPlan {
    /// Whether the plan has this task and the campaign's file still asks for it.
    func asks(for task: TaskID) -> Bool {
        guard task.slot < slots.count, slots[task.slot].isActive else { return false }
        if slots[task.slot].isWholeCampaign { return task.prompt == TaskID.wholeCampaign }
        return task.prompt < prompts && !retired.contains(task.prompt)
    }
}

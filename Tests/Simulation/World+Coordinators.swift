import DequeModule
import Preferences
import Scheduling

/// The coordinator's shell: inbox, batches, commits, and only then messages.
extension World {
    func reachCoordinator(_ node: Int, _ worker: Int, _ message: FromWorker) {
        guard coordinators[node].role == .leading else { return }
        say("c\(node) < w\(worker) \(short(message))")
        coordinators[node].inbox.append(.message(worker: worker, message))
        scheduleDrain(node)
    }

    func scheduleDrain(_ node: Int) {
        guard !coordinators[node].isDraining else { return }
        coordinators[node].isDraining = true
        let at = now + Int64(random.int(1...200))
        timeline.add(.coordinatorDrains(node: node, life: coordinators[node].life), at: at)
    }

    /// Handles what waits, up to a limit, and hands the batch to the store.
    func drainInbox(_ node: Int) {
        coordinators[node].isDraining = false
        guard coordinators[node].batches.count < 2, !coordinators[node].isSubmitting else {
            return
        }
        var batch = CoordinatorProcess.Batch()
        var taken = 0
        while taken < 32, let incoming = coordinators[node].inbox.popFirst() {
            taken += 1
            switch incoming {
            case .message(let worker, let message): handle(message, of: worker, at: node, &batch)
            case .command(let operation, let event):
                if let (id, task) = retried(event) {
                    // What ended in this batch is not tried again in the same one.
                    enqueue(batch, at: node)
                    batch = CoordinatorProcess.Batch()
                    if coordinators[node].machine?.campaignStatus(id) == nil {
                        batch.revival = (operation, id, task)
                        coordinators[node].isSubmitting = true
                        enqueue(batch, at: node)
                        return
                    }
                }
                if fault == .ignoresPause, case .campaign(_, .pause) = event {
                } else {
                    step(event, at: node, &batch)
                }
                batch.operations.append(operation)
            case .submission(let operation, let campaign, let form):
                enqueue(batch, at: node)
                batch = CoordinatorProcess.Batch()
                batch.submission = (operation, campaign, form)
                coordinators[node].isSubmitting = true
                enqueue(batch, at: node)
                return
            case .tick: step(.ticked, at: node, &batch)
            }
        }
        enqueue(batch, at: node)
        if !coordinators[node].inbox.isEmpty && coordinators[node].batches.count < 2 {
            scheduleDrain(node)
        }
    }

    /// The campaign and the task of an operator's retry; nil for other events.
    private func retried(_ event: Event) -> (CampaignID, TaskID?)? {
        switch event {
        case .campaign(let id, .retry): (id, nil)
        case .task(let task, .retry): (task.campaign, task)
        default: nil
        }
    }

    private func handle(
        _ message: FromWorker, of worker: Int, at node: Int,
        _ batch: inout CoordinatorProcess.Batch
    ) {
        let identity = scenario.workers[worker].registration.identity
        let known = coordinators[node].machine?.worker(named: identity)
        switch message {
        case .register(let registration):
            coordinators[node].routes[worker] = Int(registration.session % 1000)
            step(.registered(registration), at: node, &batch)
        case .heartbeat(let heartbeat):
            guard let known else {
                return send(
                    .unknown, to: worker, life: workers[worker].life, from: node)
            }
            step(.heartbeat(known, heartbeat), at: node, &batch)
        case .reports(let session, let reports):
            guard let known else {
                return send(
                    .unknown, to: worker, life: workers[worker].life, from: node)
            }
            let taken = fault == .takesStaleFailures ? mistaken(reports, at: node) : reports
            step(.reports(known, session: session, taken), at: node, &batch)
        case .goodbye(let session):
            guard let known else { return }
            step(.goodbye(known, session: session), at: node, &batch)
        }
    }

    /// One step of the machine.
    private func step(_ event: Event, at node: Int, _ batch: inout CoordinatorProcess.Batch) {
        let time = coordinators[node].clock.reading(at: now)
        guard let effects = coordinators[node].machine?.handle(event, at: time) else { return }
        observe(effects, of: node)
        batch.changes.append(effects.changes)
        let letters = effects.messages.compactMap { letter($0, at: node) }
        if fault == .speaksBeforeCommit {
            for letter in letters { deliver(letter, from: node) }
        } else {
            batch.messages += letters
        }
        coordinators[node].wakeToken += 1
        guard let wake = effects.wakeAt else { return }
        let at = coordinators[node].clock.time(of: wake, notBefore: now)
        timeline.add(
            .coordinatorWakes(
                node: node, life: coordinators[node].life, token: coordinators[node].wakeToken),
            at: at)
    }

    private func enqueue(_ batch: CoordinatorProcess.Batch, at node: Int) {
        if batch.changes.isEmpty && batch.messages.isEmpty && batch.operations.isEmpty
            && batch.submission == nil && batch.revival == nil
        {
            return
        }
        coordinators[node].batches.append(batch)
        if coordinators[node].batches.count == 1 { startCommit(node) }
    }

    private func startCommit(_ node: Int) {
        guard let batch = coordinators[node].batches.first else { return }
        let took =
            isFree(batch)
            ? 0 : scenario.commit / 2 + Int64(random.int(0...Int(scenario.commit)))
        let at = max(now, coordinators[node].storeStalledUntil) + took
        timeline.add(.storeAnswers(node: node, life: coordinators[node].life), at: at)
    }

    /// The store has done the first batch, or refused it.
    func storeAnswers(_ node: Int) {
        guard let batch = coordinators[node].batches.first else { return }
        if !isHealed, random.chance(scenario.commitFails) {
            say("c\(node) loses its connection to the store")
            return die(node)
        }
        do throws(StoreRefusal) {
            try commit(batch, of: node)
        } catch {
            switch error {
            case .fenced:
                counts.fenced += 1
                say("c\(node) is fenced")
                return die(node)
            case .contradiction(let account): return fail(.oneResult, account)
            case .conflict: break
            }
        }
        coordinators[node].batches.removeFirst()
        for message in batch.messages { deliver(message, from: node) }
        for operation in batch.operations { done(operation) }
        startCommit(node)
        scheduleDrain(node)
    }

    /// Applies a batch, as the store's one transaction does.
    func commit(_ batch: CoordinatorProcess.Batch, of node: Int) throws(StoreRefusal) {
        guard let machine = coordinators[node].machine else { return }
        let epoch = fault == .ignoresEpoch ? store.epoch : machine.epoch
        if let revival = batch.revival {
            return try commit(revival, of: node, epoch: epoch)
        }
        guard let submission = batch.submission else {
            if isFree(batch) { return }
            try store.apply(batch.changes, epoch: epoch, at: now / 1000)
            observeCommit(batch.changes)
            return
        }
        coordinators[node].isSubmitting = false
        let script = scenario.campaigns[submission.campaign]
        let plan = planted(
            script.forms[submission.form],
            isLast: submission.form > 0 && submission.form == script.forms.count - 1)
        do throws(StoreRefusal) {
            var snapshot = try store.submit(plan, epoch: epoch, at: now / 1000)
            say("c\(node) stores campaign \(plan.id) form \(submission.form)")
            observeSubmission(submission.campaign, submission.form)
            done(submission.operation)
            snapshot.plan = distorted(snapshot.plan)
            var next = CoordinatorProcess.Batch()
            step(.submitted(snapshot), at: node, &next)
            coordinators[node].batches.insert(next, at: 1)
        } catch {
            if case .conflict = error { done(submission.operation) }
            throw error
        }
    }

    private func commit(
        _ revival: (operation: Int, campaign: CampaignID, task: TaskID?), of node: Int,
        epoch: Int32
    ) throws(StoreRefusal) {
        coordinators[node].isSubmitting = false
        let found = try store.revive(revival.campaign, epoch: epoch, at: now / 1000)
        guard var snapshot = found else { return done(revival.operation) }
        counts.revived += 1
        say("c\(node) takes campaign \(revival.campaign) up again")
        snapshot.plan = distorted(snapshot.plan)
        var next = CoordinatorProcess.Batch()
        step(.revived(snapshot, revival.task), at: node, &next)
        next.operations = [revival.operation]
        coordinators[node].batches.insert(next, at: 1)
    }

    private func letter(_ outgoing: Outgoing, at node: Int) -> CoordinatorProcess.Letter? {
        index(of: outgoing.worker, at: node).map { worker in
            CoordinatorProcess.Letter(
                worker: worker, life: coordinators[node].routes[worker] ?? 0,
                message: outgoing.message)
        }
    }

    private func deliver(_ letter: CoordinatorProcess.Letter, from node: Int) {
        let (worker, life) = (letter.worker, letter.life)
        switch letter.message {
        case .plain(.acknowledge(let sequences)):
            if fault == .neverAcknowledges { return }
            send(.acknowledge(sequences), to: worker, life: life, from: node)
        case .plain(let message): send(message, to: worker, life: life, from: node)
        case .assign(let sequence, let attempts):
            let assignments = attempts.compactMap(assignment)
            send(
                .assign(sequence: sequence, assignments), to: worker, life: life, from: node)
        }
    }

    private func send(_ message: ToWorker, to worker: Int, life: Int, from node: Int) {
        say("c\(node) > w\(worker) \(short(message))")
        for at in network.arrivals(worker: worker, node: node, up: false, at: now, &random) {
            timeline.add(.reachesWorker(worker, life: life, node: node, message), at: at)
        }
    }

    /// Which worker of the script has this number with the node's machine.
    private func index(of worker: WorkerID, at node: Int) -> Int? {
        scenario.workers.indices.first {
            let identity = scenario.workers[$0].registration.identity
            return coordinators[node].machine?.worker(named: identity) == worker
        }
    }

    private func assignment(_ attempt: TaskAttempt) -> Assignment? {
        guard let plan = store.plan(of: attempt.task.campaign),
            attempt.task.slot < plan.slots.count
        else { return nil }
        let spec = plan.slots[attempt.task.slot].taskClass
        return Assignment(
            task: attempt.task, attempt: attempt.attempt, resources: spec.resources,
            timeLimit: spec.timeLimit, model: spec.model, input: TaskInput(need: spec.need))
    }

    /// What neither changes nor acknowledges anything need not ask the store.
    private func isFree(_ batch: CoordinatorProcess.Batch) -> Bool {
        batch.changes.isEmpty && batch.operations.isEmpty && batch.submission == nil
            && batch.revival == nil
            && !batch.messages.contains(where: acknowledges)
    }

    private func acknowledges(_ letter: CoordinatorProcess.Letter) -> Bool {
        if case .plain(.acknowledge) = letter.message { true } else { false }
    }
}

import Preferences
import Scheduling

/// The worker's shell: spool, connection, engines.
extension World {
    func startWorker(_ index: Int) {
        guard workers[index].machine == nil else { return }
        workers[index].life += 1
        var registration = scenario.workers[index].registration
        registration.session = UInt64(index * 1000 + workers[index].life)
        if fault == .losesSpool { workers[index].spool = [] }
        workers[index].machine = WorkerMachine(
            WorkerConfig(registration: registration), spooled: workers[index].spool)
        say("w\(index) starts with \(workers[index].spool.count) spooled reports")
        if !workers[index].spoolIsWritable { handle(.spool(isWritable: false), at: index) }
        connect(index)
    }

    func connect(_ index: Int) {
        let at = now + Int64(random.int(20_000...100_000))
        timeline.add(.workerConnects(index, life: workers[index].life), at: at)
    }

    /// The process ends at once; its engines end with it, its spool stays.
    func endWorker(_ index: Int, restartAfter: Int64) {
        guard workers[index].machine != nil else { return }
        workers[index].life += 1
        workers[index].machine = nil
        for task in workers[index].runs.keys.sorted() { oracles.leases.died(task) }
        workers[index].runs = [:]
        workers[index].left = [:]
        workers[index].resident = []
        workers[index].pausedUntil = 0
        oracles.capacity.reset(index)
        timeline.add(.incident(.workerStarts(index)), at: now + restartAfter)
    }

    func reachWorker(_ index: Int, life: Int, node: Int, _ message: ToWorker) {
        // In a storm a message may find the next process of the same worker.
        let isTaken = scenario.flavour == .storm && random.chance(0.5)
        // A worker that turned to the other coordinator has closed the connection to this one.
        let isMeant = life == workers[index].life && node == workers[index].node
        guard workers[index].machine != nil, isMeant || isTaken else { return }
        if now < workers[index].pausedUntil {
            return timeline.add(
                .reachesWorker(index, life: life, node: node, message),
                at: workers[index].pausedUntil)
        }
        say("w\(index) < c\(node) \(short(message))")
        if case .acknowledge(let sequences) = message {
            judgeAcknowledged(sequences, of: index)
        }
        handle(.received(message), at: index)
        if fault == .startsEverything, case .assign(_, let assignments) = message {
            for assignment in assignments where workers[index].runs[assignment.task] == nil {
                startRuns(
                    .init(assignments: [assignment], allocation: Allocation(devices: [])),
                    at: index)
            }
        }
    }

    func handle(_ event: WorkerEvent, at index: Int) {
        let time = workers[index].clock.reading(at: now)
        guard let effects = workers[index].machine?.handle(event, at: time) else { return }
        if workers[index].spoolIsWritable { workers[index].spool += effects.spool }
        oracles.reports.made(effects.spool, by: index)
        if effects.spoolIsIdle { workers[index].spool = [] }
        for message in effects.send { send(message, of: index) }
        for attempt in effects.stop { stopRun(attempt, at: index) }
        for start in effects.start { startRuns(start, at: index) }
        if effects.reconnect {
            workers[index].node = 1 - workers[index].node
            connect(index)
        }
        workers[index].wakeToken += 1
        if let exit = effects.exit {
            say("w\(index) exits: \(exit)")
            return endWorker(index, restartAfter: Int64(random.int(100_000...5_000_000)))
        }
        let at = workers[index].clock.time(of: effects.wakeAt, notBefore: now)
        guard at < .max else { return }
        timeline.add(
            .workerWakes(
                index, life: workers[index].life, token: workers[index].wakeToken), at: at)
    }

    private func send(_ message: FromWorker, of index: Int) {
        let node = workers[index].node
        say("w\(index) > c\(node) \(short(message))")
        for at in network.arrivals(worker: index, node: node, up: true, at: now, &random) {
            timeline.add(.reachesCoordinator(node: node, worker: index, message), at: at)
        }
    }
}

/// The engines: how long attempts take, and how they end.
extension World {
    /// One engine runs them, one after the other.
    private func startRuns(_ start: WorkerEffects.Start, at index: Int) {
        let group = runNumber
        workers[index].left[group] = start.assignments.count
        counts.batches += start.assignments.count > 1 ? 1 : 0
        var begins = now
        for assignment in start.assignments {
            begins = startRun(assignment, start, in: group, begins, at: index)
        }
    }

    /// Starts an attempt and returns when the next of its group begins.
    private func startRun(
        _ assignment: Assignment, _ start: WorkerEffects.Start, in group: Int, _ begins: Int64,
        at index: Int
    ) -> Int64 {
        let task = assignment.task
        let works = scenario.campaigns[Int(task.campaign) - 1].work
        let work = works[min(task.slot, works.count - 1)]
        var duration = work.mean * (0.2 + 1.6 * random.unit()) * scenario.workers[index].slowness
        if random.chance(work.slow) { duration *= random.real(10...50) }
        duration += load(assignment.model, at: index)
        var poison = SplitMix64(seed: UInt64(bitPattern: task.rawValue) ^ scenario.seed)
        let isPoisoned = poison.chance(work.poisoned)
        let fails = isPoisoned || random.chance(work.fails)
        var run = WorkerProcess.Run(
            number: runNumber, attempt: assignment.attempt,
            outcome: fails
                ? .failed(
                    Failure(message: "bad luck", retryable: !isPoisoned || poison.chance(0.5)))
                : .completed(.nothing),
            started: begins, needs: assignment.resources, devices: start.allocation.devices,
            hangs: begins == .max || assignment.timeLimit != nil && random.chance(work.hangs),
            group: group, crashes: start.assignments.count > 1 && fails && random.chance(0.3))
        if fault == .losesTask, task.prompt == 0 { run.hangs = true }
        runNumber += 1
        counts.attempts += 1
        say("w\(index) starts \(name(task)) attempt \(assignment.attempt.number)")
        workers[index].runs[task] = run
        judgeStart(assignment, at: index)
        let next = run.hangs ? .max : begins + Int64(duration)
        var end: Int64? = run.hangs ? nil : next
        if let limit = assignment.timeLimit, fault != .losesTask {
            let late = now + limit * 1000 * Int64(start.assignments.count)
            if end ?? .max > late {
                // The worker's shell ends it, unless the engine withstands.
                workers[index].runs[task]?.outcome = .failed(
                    Failure(message: "over its time limit", retryable: true))
                end = !isHealed && random.chance(0.3) ? nil : late
            }
        }
        if let end { scheduleEnd(index, task, run.number, at: end) }
        return next
    }

    private func scheduleEnd(_ index: Int, _ task: TaskID, _ run: Int, at time: Int64) {
        timeline.add(
            .engineEnds(index, life: workers[index].life, task: task, run: run), at: time)
    }

    /// Microseconds to load the weights, if the engines do not hold them.
    private func load(_ model: String, at index: Int) -> Double {
        guard !model.isEmpty, !workers[index].resident.contains(model) else { return 0 }
        if workers[index].resident.count >= scenario.workers[index].models {
            workers[index].resident.removeFirst()
        }
        workers[index].resident.append(model)
        return scenario.flavour == .calm ? 0 : random.real(0...500_000)
    }

    /// Stops are honoured at once, late, or while there are faults not at all.
    private func stopRun(_ attempt: TaskAttempt, at index: Int) {
        guard let run = workers[index].runs[attempt.task], !run.isStopping else { return }
        workers[index].runs[attempt.task]?.isStopping = true
        let delay = random.chance(0.8) ? random.int(0...50_000) : random.int(50_000...5_000_000)
        if !isHealed && random.chance(0.1) || fault == .losesTask { return }
        workers[index].runs[attempt.task]?.outcome = .returned
        scheduleEnd(index, attempt.task, run.number, at: now + Int64(delay))
    }

    func endRun(_ index: Int, _ task: TaskID, _ number: Int) {
        guard let run = workers[index].runs[task], run.number == number else { return }
        workers[index].runs[task] = nil
        workers[index].left[run.group, default: 1] -= 1
        if workers[index].left[run.group] == 0 {
            workers[index].left[run.group] = nil
            oracles.capacity.ended(run, at: index)
        }
        observeEnd(run, task, at: index)
        say("w\(index) ends \(name(task)) \(run.outcome)")
        handle(
            .finished(
                TaskAttempt(task: task, attempt: run.attempt), run.outcome, engine: "simulated",
                microseconds: max(now - run.started, 0)), at: index)
        if run.crashes, run.outcome != .returned { crash(run.group, at: index) }
        if workers[index].machine != nil {
            handle(.resident(workers[index].resident), at: index)
        }
    }

    /// An engine has ended, and with it all that it had not answered.
    private func crash(_ group: Int, at index: Int) {
        for (task, other) in workers[index].runs.sorted(by: { $0.key < $1.key })
        where other.group == group && !other.isStopping {
            workers[index].runs[task]?.outcome = .failed(
                Failure(message: "bad luck", retryable: true))
            scheduleEnd(index, task, other.number, at: now)
        }
    }

    /// Attempts that nothing would end are ended.
    func releaseHungRuns() {
        for index in workers.indices {
            for (task, run) in workers[index].runs.sorted(by: { $0.key < $1.key })
            where run.hangs || run.isStopping || isOverdue(task, run) {
                if fault == .losesTask { continue }
                if case .completed = run.outcome { workers[index].runs[task]?.outcome = .returned }
                scheduleEnd(index, task, run.number, at: now)
            }
        }
    }

    private func isOverdue(_ task: TaskID, _ run: WorkerProcess.Run) -> Bool {
        if case .failed(let failure) = run.outcome { failure.message != "bad luck" } else { false }
    }
}

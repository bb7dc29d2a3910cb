import Preferences
import Scheduling

/// The whole system in one process: machines, engines, store, links and clocks under one seed.
final class World {
    let scenario: Scenario
    let fault: Fault?
    let transcript: ((String) -> Void)?
    var random: SplitMix64
    var now: Int64 = 0
    var timeline = Timeline()
    var store = MemoryStore()
    /// The node that holds the store's lock, and since when it has not said so.
    var leader: (node: Int, life: Int, renewed: Int64)?
    var network: Network
    var coordinators: [CoordinatorProcess]
    var workers: [WorkerProcess]
    var desk: OperatorsDesk
    var oracles: Oracles
    var counts = Counts()
    var breach: Verdict.Breach?
    var isHealed = false
    var runNumber = 0

    static let nodes = 2

    init(seed: UInt64, fault: Fault?, transcript: ((String) -> Void)?) {
        scenario = Scenario(seed: seed)
        self.fault = fault
        self.transcript = transcript
        var random = SplitMix64(seed: seed ^ 0x5EED)
        network = Network(
            workers: scenario.workers.count, nodes: Self.nodes, rates: scenario.network)
        coordinators = (0..<Self.nodes).map {
            CoordinatorProcess(node: $0, clock: ProcessClock(&random))
        }
        workers = scenario.workers.indices.map {
            WorkerProcess(index: $0, clock: ProcessClock(&random))
        }
        desk = OperatorsDesk(scenario)
        oracles = Oracles(scenario)
        self.random = random
    }

    /// Runs until everything has ended, a promise is broken or time is up.
    func run() -> Verdict {
        for node in coordinators.indices {
            timeline.add(.incident(.coordinatorStarts(node)), at: Int64(node) * 1000)
        }
        for index in workers.indices {
            timeline.add(.incident(.workerStarts(index)), at: Int64(random.int(0...400_000)))
        }
        for (at, what) in scenario.incidents { timeline.add(.incident(what), at: at) }
        timeline.add(.heals, at: scenario.heal)
        timeline.add(.operatorActs, at: 1000)
        while breach == nil, let (time, what) = timeline.next() {
            now = time
            counts.events += 1
            perform(what)
            if counts.events % 64 == 0 && isConverged { break }
            if now > scenario.deadline { break }
        }
        if breach == nil { judgeEnd() }
        counts.tasks = scenario.taskCount
        counts.lost = network.lost
        counts.repeated = network.repeated
        counts.milliseconds = now / 1000
        return Verdict(seed: scenario.seed, breach: breach, counts: counts)
    }

    private func perform(_ what: Happening) {
        switch what {
        case .reachesCoordinator(let node, let worker, let message):
            reachCoordinator(node, worker, message)
        case .reachesWorker(let worker, let life, let node, let message):
            reachWorker(worker, life: life, node: node, message)
        case .coordinatorDrains(let node, let life):
            if isAwake(node, life, what) { drainInbox(node) }
        case .coordinatorWakes(let node, let life, let token):
            if isAwake(node, life, what), token == coordinators[node].wakeToken {
                coordinators[node].inbox.append(.tick)
                scheduleDrain(node)
            }
        case .storeAnswers(let node, let life):
            if isAwake(node, life, what) { storeAnswers(node) }
        case .renews(let node, let life):
            if isAwake(node, life, what) { renewLead(node) }
        case .triesToLead(let node, let life):
            if isAwake(node, life, what) { tryToLead(node) }
        case .workerWakes(let worker, let life, let token):
            if isAwake(worker: worker, life, what), token == workers[worker].wakeToken {
                handle(.ticked, at: worker)
            }
        case .workerConnects(let worker, let life):
            if isAwake(worker: worker, life, what) { handle(.connected, at: worker) }
        case .engineEnds(let worker, let life, let task, let run):
            if isAwake(worker: worker, life, what) { endRun(worker, task, run) }
        case .incident(let incident): happen(incident)
        case .operatorActs: operate()
        case .heals: heal()
        }
    }

    /// Whether the node's process is the one that was meant and does not stand still.
    private func isAwake(_ node: Int, _ life: Int, _ what: Happening) -> Bool {
        guard coordinators[node].life == life, coordinators[node].role != .down else {
            return false
        }
        let until = coordinators[node].pausedUntil
        if now < until { timeline.add(what, at: until) }
        return now >= until
    }

    private func isAwake(worker: Int, _ life: Int, _ what: Happening) -> Bool {
        guard workers[worker].life == life, workers[worker].machine != nil else { return false }
        let until = workers[worker].pausedUntil
        if now < until { timeline.add(what, at: until) }
        return now >= until
    }

    /// Everything asked for has ended and is acknowledged.
    private var isConverged: Bool {
        isHealed && desk.isDone
            && scenario.campaigns.allSatisfy { store.state(of: $0.forms[0].id)?.isFinal ?? false }
            && workers.allSatisfy { $0.runs.isEmpty && $0.spool.isEmpty }
            && coordinators.allSatisfy { $0.batches.isEmpty && $0.inbox.isEmpty }
    }

    /// Records a broken promise; the first one ends the run.
    func fail(_ oracle: Oracle, _ account: String) {
        say("BROKEN \(oracle): \(account)")
        guard breach == nil else { return }
        breach = Verdict.Breach(oracle: oracle, time: now / 1000, account: account)
    }

    /// Adds a line to the transcript, if anybody reads it.
    func say(_ line: @autoclosure () -> String) {
        guard let transcript else { return }
        let fraction = String(now % 1_000_000 + 1_000_000).dropFirst()
        transcript("\(now / 1_000_000).\(fraction) \(line())")
    }
}

/// Runs the seed's scenario and says whether every promise was kept.
///
/// The same seed and fault give the same run; `transcript` is given a line for each thing that
/// happens.
public func simulate(
    seed: UInt64, planting fault: Fault? = nil, transcript: ((String) -> Void)? = nil
) -> Verdict {
    World(seed: seed, fault: fault, transcript: transcript).run()
}

import Preferences
import Scheduling

/// Which troubles a run has.
extension Scenario {
    mutating func drawStorm(_ random: inout SplitMix64) {
        heal = Int64(random.int(15_000_000...45_000_000))
        network.loss = random.rate(upTo: 0.2)
        network.repeats = random.rate(upTo: 0.2)
        network.overtaken = random.rate(upTo: 0.2)
        network.longest = Int64(random.int(10_000...6_000_000))
        commitFails = random.rate(upTo: 0.03)
        add(upTo: 6, &random) { .coordinatorDies($0.int(0...1)) }
        add(upTo: 4, &random) { .coordinatorPauses($0.int(0...1), pause(&$0)) }
        add(upTo: 4, &random) { .storeStalls($0.int(0...1), pause(&$0)) }
        add(upTo: 3, &random) { .coordinatorClockLeaps($0.int(0...1), pause(&$0) / 1000) }
        let last = workers.count - 1
        add(upTo: 10, &random) { .workerDies($0.int(0...last)) }
        add(upTo: 3, &random) { .workerDrains($0.int(0...last)) }
        add(upTo: 2, &random) { .workerStopsNow($0.int(0...last)) }
        add(upTo: 4, &random) { .workerPauses($0.int(0...last), pause(&$0)) }
        add(upTo: 3, &random) { .workerClockLeaps($0.int(0...last), pause(&$0) / 1000) }
        add(upTo: 3, &random) { .spoolFills($0.int(0...last), pause(&$0)) }
        add(upTo: 6, &random) {
            .partition(
                worker: $0.int(0...last), node: $0.int(0...1), up: $0.chance(0.7),
                down: $0.chance(0.7), pause(&$0))
        }
        add(upTo: 2, &random) { .burst(pause(&$0) / 4) }
        for _ in 0..<random.int(0...3) where random.chance(0.5) {
            let (at, worker) = (moment(&random), random.int(0...last))
            let command: WorkerCommand = random.pick([.cordon, .cordon, .uncordon, .stop])
            workerCommands.append((at, worker, command))
        }
    }

    mutating func drawRestarts(_ random: inout SplitMix64) {
        heal = Int64(random.int(10_000_000...20_000_000))
        // Not both: a worker that is away while the coordinator changes is rightly given up.
        let areWorkers = random.chance(0.4)
        // Slow commits leave reports unacknowledged for longer.
        if areWorkers { commit = Int64(random.int(100_000...400_000)) }
        for _ in 0..<random.int(1...6) {
            let at = moment(&random)
            guard areWorkers else {
                incidents.append((at, .coordinatorDies(random.int(0...1))))
                continue
            }
            // What it reports last does not arrive: only its spool knows.
            let worker = random.int(0...workers.count - 1)
            for node in 0...1 {
                let cut = Incident.partition(
                    worker: worker, node: node, up: true, down: false, 400_000)
                incidents.append((at - 300_000, cut))
            }
            incidents.append((at, .workerDies(worker)))
        }
    }

    private mutating func add(
        upTo limit: Int, _ random: inout SplitMix64,
        _ make: (inout SplitMix64) -> Incident
    ) {
        guard random.chance(0.5) else { return }
        for _ in 0..<random.int(0...limit) {
            let at = moment(&random)
            incidents.append((at, make(&random)))
        }
    }

    private func moment(_ random: inout SplitMix64) -> Int64 {
        Int64(random.int(500_000...Int(heal)))
    }
}

/// How long something lasts, in microseconds: mostly short, now and then longer than a lease.
private func pause(_ random: inout SplitMix64) -> Int64 {
    Int64(random.chance(0.3) ? random.int(1_000_000...20_000_000) : random.int(10_000...2_000_000))
}

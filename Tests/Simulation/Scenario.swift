import Preferences
import Scheduling

/// What one run is: everything in it is drawn from its seed.
struct Scenario {
    /// Which troubles a run has.
    enum Flavour: CaseIterable {
        /// Everything goes wrong at random.
        case storm
        /// Coordinators stop and start; nothing else goes wrong.
        case restarts
        /// Nothing goes wrong: shares, bounds and priorities can be measured.
        case calm
    }

    /// One worker.
    struct Worker {
        var registration: Registration
        /// Its engines take so many times as long.
        var slowness: Double
        /// How many models its engines hold at once.
        var models: Int
    }

    /// How the engines treat the tasks of one slot.
    struct Work {
        /// Mean duration in microseconds.
        var mean: Double
        /// Part of attempts that fail and may be repeated.
        var fails = 0.0
        /// Part of tasks that fail whatever is tried.
        var poisoned = 0.0
        /// Part of attempts that take ten to fifty times as long.
        var slow = 0.0
        /// Part of attempts that never end by themselves.
        var hangs = 0.0
    }

    /// One campaign: its forms, one after the other, and what the operator does to it.
    struct Script {
        /// The plan as first submitted, then its changed forms.
        var forms: [CampaignPlan]
        /// Work by slot number of the last form.
        var work: [Work]
        /// What the operator does, in order.
        var acts: [Act]
        /// Whether what failed is tried again once it has completed.
        var retriesAtEnd = false
    }

    /// Something the operator does to a campaign.
    struct Act {
        enum What {
            case submit(form: Int)
            case command(CampaignCommand)
            case task(TaskID, TaskCommand)
        }

        /// Microseconds of simulated time before which it is not done.
        var at: Int64
        var what: What
    }

    var seed: UInt64
    var flavour: Flavour
    var config = CoordinatorConfig()
    var workers: [Worker] = []
    var campaigns: [Script] = []
    var incidents: [(at: Int64, what: Incident)] = []
    var network = Network.Rates()
    /// Commands about workers: microseconds, worker, command.
    var workerCommands: [(at: Int64, worker: Int, command: WorkerCommand)] = []
    /// Part of the commits that fail.
    var commitFails = 0.0
    /// Usual commit in microseconds.
    var commit: Int64 = 3000
    /// When the faults end, in microseconds.
    var heal: Int64 = 0
    /// Everything must have ended by then.
    var deadline: Int64 = 0

    /// Most tasks that any engine runs one after the other in one slot.
    var longestBatch: Int32 {
        let offers = workers.flatMap { $0.registration.provides.map(\.batch) }
        let needs = campaigns.flatMap { $0.forms.flatMap { $0.slots.map(\.taskClass.need.batch) } }
        return min(offers.max() ?? 1, needs.max() ?? 1)
    }

    /// All tasks that some form asks for.
    var taskCount: Int {
        campaigns.reduce(0) { sum, script in
            sum + (script.forms.last.map { $0.prompts * $0.slots.count } ?? 0)
        }
    }

    /// Draws the run of a seed.
    init(seed: UInt64) {
        self.seed = seed
        var random = SplitMix64(seed: seed)
        let draw = random.int(0...9)
        flavour = draw < 7 ? .storm : draw == 7 ? .restarts : .calm
        drawConfig(&random)
        drawWorkers(&random)
        drawCampaigns(&random)
        switch flavour {
        case .storm:
            drawStorm(&random)
            drawRetries()
        case .restarts: drawRestarts(&random)
        case .calm: heal = 1_000_000
        }
        let work = campaigns.reduce(0.0) { sum, script in
            sum + script.work.reduce(0) { $0 + $1.mean * 10 } * Double(script.forms[0].prompts)
        }
        deadline = heal + 900_000_000 + Int64(work)
    }

    private mutating func drawConfig(_ random: inout SplitMix64) {
        config.lease = Int64(random.int(3000...10_000))
        config.heartbeat = config.lease / Int64(random.int(4...10))
        config.windowLow = random.int(4...40)
        config.windowHigh = config.windowLow + random.int(1...60)
        config.prefetchHorizon = random.real(0...500)
        config.prefetchLimit = random.int(0...64)
        config.starvationBound = Int64(random.int(3000...20_000))
        config.rollCall = config.heartbeat + Int64(random.int(200...1500))
        config.recordAfter = Int64(random.int(200...2000))
        config.stragglerFactor = random.real(2...6)
        config.stragglerMinimum = Int64(random.int(500...5000))
        config.timeLimitGrace = Int64(random.int(1000...5000))
        config.transit = config.lease * 2
        commit = Int64(random.int(300...20_000))
        network.delay = Int64(random.int(50...20_000))
        guard flavour != .storm else { return }
        if flavour == .calm { config.starvationBound = Int64(random.int(1000...3000)) }
        // Second attempts and repeated loads would hide what these runs measure.
        config.stragglerMinimum = 1_000_000_000
        commit = Int64(random.int(300...5000))
        network.delay = Int64(random.int(50...2000))
    }

    private mutating func drawWorkers(_ random: inout SplitMix64) {
        // A source of its own: the other draws of a seed are what they were before batches.
        var batches = SplitMix64(seed: seed ^ 0xBA7C)
        let isLevel = flavour == .calm
        let count = isLevel ? random.int(1...3) : random.int(2...6)
        for index in 0..<count {
            // The first can run everything, so that every task has somewhere to go.
            let isFull = index == 0 || isLevel || random.chance(0.6)
            let gpus = isFull ? random.int(2...3) : random.int(0...2)
            let models = isFull ? ["*"] : ["m\(random.int(0...2))", "s*"]
            let batch = batches.chance(0.5) ? Int32(batches.int(2...6)) : 1
            let provides = models.flatMap { name in
                TaskKind.allCases.map { Capability(kind: $0, name: name, batch: batch) }
            }
            let labels = isFull || random.chance(0.5) ? "a" : "b"
            let capacity = Capacity(
                slots: Int32(isFull ? random.int(3...8) : random.int(1...8)),
                cpus: Int32(isFull ? 8000 : random.int(1...8) * 1000), memory: 64 << 30,
                devices: (0..<gpus).map { _ in Capacity.Device(memory: 24 << 30) },
                named: isFull ? [Resources.Amount(name: "licence", amount: 2000)] : [])
            workers.append(
                Worker(
                    registration: Registration(
                        identity: "w\(index)", session: 0, node: "n\(index)", pid: 0,
                        capacity: isLevel && index > 0
                            ? workers[0].registration.capacity : capacity,
                        provides: provides, labels: [.init(key: "zone", value: labels)]),
                    slowness: isLevel ? 1 : random.pick([1, 1, 1, 1.5, 4]),
                    models: isLevel ? 100 : random.int(1...3)))
        }
    }
}

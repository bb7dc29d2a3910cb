import Scheduling
import Wire

/// A coordinator with a campaign and a worker of it, attached to each other.
struct SmallWorld {
    private var coordinator: CoordinatorMachine
    private var worker: WorkerMachine

    private static let id: WorkerID = 1
    private static let start = Instant(milliseconds: 1_000_000)
    private static let need = Capability(kind: .generate, name: "generate/wan")
    private static let sound = Figures(
        time: 5000, number: 1, amount: 100, cpus: 1000, sequence: 1, span: 1000)

    /// The numbers in what the two say.
    struct Figures {
        var time: Int64
        var number: Int32
        var amount: Int64
        var cpus: Int32
        var sequence: UInt64
        var span: Int64
    }

    /// What the two may say to each other.
    static let frames = frames(sound)

    /// The same with numbers at the ends of their types, each alone and all at once.
    static let extremeFrames: [[UInt8]] = {
        let ends: [(Int64, Int32, UInt64)] = [(.min, .min, 0), (.max, .max, .max), (0, 0, 1 << 63)]
        return ends.flatMap { wide, narrow, unsigned in
            let changes: [(inout Figures) -> Void] = [
                { $0.time = wide }, { $0.number = narrow }, { $0.amount = wide },
                { $0.cpus = narrow }, { $0.sequence = unsigned }, { $0.span = wide },
            ]
            var all = sound
            for change in changes { change(&all) }
            return frames(all)
                + changes.flatMap { change in
                    var one = sound
                    change(&one)
                    return frames(one)
                }
        }
    }()

    private static func task(_ prompt: Int) -> TaskID {
        TaskID(campaign: 1, prompt: prompt, slot: 0)
    }

    private static func registration(_ figures: Figures) -> Registration {
        Registration(
            identity: "w", session: 7, node: "n", pid: 1,
            capacity: Capacity(
                slots: 4, cpus: max(figures.cpus, 2000), memory: figures.amount,
                devices: [.init(memory: figures.amount)],
                named: [.init(name: "license", amount: figures.amount)]),
            provides: [need], held: held(figures))
    }

    private static func held(_ figures: Figures) -> [Held] {
        [Held.Phase.running, .queued, .finished].enumerated().map { prompt, phase in
            Held(
                task: task(prompt), attempt: Attempt(epoch: 1, number: figures.number),
                phase: phase, running: figures.time)
        }
    }

    private static func frames(_ figures: Figures) -> [[UInt8]] {
        let attempt = Attempt(epoch: 1, number: figures.number)
        let reports = Samples.outcomes.enumerated().map { prompt, outcome in
            Report(
                task: task(prompt), attempt: attempt, sequence: figures.sequence,
                outcome: outcome, engine: "e", duration: figures.time)
        }
        let assignments = (0..<3).map { prompt in
            Assignment(
                task: task(prompt), attempt: attempt,
                resources: Resources(
                    cpus: figures.cpus, memory: figures.amount, gpus: 500,
                    gpuMemory: figures.amount,
                    named: [.init(name: "license", amount: figures.amount)]),
                timeLimit: figures.span, model: "wan",
                input: TaskInput(need: need, prompt: "p", text: "a cat"))
        }
        let up: [FromWorker] = [
            .register(registration(figures)),
            .heartbeat(
                Heartbeat(
                    session: 7, received: figures.sequence, held: held(figures),
                    resident: ["wan"], draining: false)),
            .reports(session: 7, reports), .goodbye(session: 7),
        ]
        let down: [ToWorker] = [
            .welcome(epoch: 1, worker: id, heartbeat: figures.span, lease: figures.span),
            .alive(epoch: 1), .unknown,
            .assign(sequence: figures.sequence, assignments),
            .cancel([TaskAttempt(task: task(0), attempt: attempt)]),
            .acknowledge([figures.sequence]), .drain(true), .stop,
        ]
        return up.map(WorkerCodec.encode) + down.map(CoordinatorCodec.encode)
    }

    init() {
        let slot = PlanSlot(
            taskClass: TaskClass(need: Self.need, resources: Resources(cpus: 1000), model: "wan"))
        let plan = CampaignPlan(id: 1, slots: [slot], prompts: 50)
        coordinator = CoordinatorMachine(restoring: Snapshot(epoch: 1), at: Self.start)
        _ = coordinator.handle(.submitted(CampaignSnapshot(plan: plan)), at: Self.start)
        let registration = Self.registration(Self.sound)
        _ = coordinator.handle(.registered(registration), at: Self.start)
        worker = WorkerMachine(WorkerConfig(registration: registration))
        _ = worker.handle(.connected, at: Self.start)
        _ = worker.handle(
            .received(.welcome(epoch: 1, worker: Self.id, heartbeat: 1000, lease: 10_000)),
            at: Self.start)
    }

    /// Lets both see that time passed.
    mutating func tick(at step: Int64) {
        let now = Self.start + step
        _ = coordinator.handle(.ticked, at: now)
        _ = worker.handle(.ticked, at: now)
    }

    /// Gives the frame to whom it is for; false when it is no message.
    mutating func take(_ frame: [UInt8], at step: Int64) -> Bool {
        let now = Self.start + step
        if case .worker(let message)? = try? CoordinatorCodec.decode(frame) {
            _ = coordinator.handle(event(message), at: now)
            return true
        }
        guard let message = try? WorkerCodec.decode(frame) else { return false }
        _ = worker.handle(.received(message), at: now)
        return true
    }

    private func event(_ message: FromWorker) -> Event {
        switch message {
        case .register(let registration): .registered(registration)
        case .heartbeat(let heartbeat): .heartbeat(Self.id, heartbeat)
        case .reports(let session, let reports): .reports(Self.id, session: session, reports)
        case .goodbye(let session): .goodbye(Self.id, session: session)
        }
    }
}

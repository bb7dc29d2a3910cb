import Scheduling
import Wire

/// A coordinator with a campaign and a worker of it, attached to each other.
struct SmallWorld {
    private var coordinator: CoordinatorMachine
    private var worker: WorkerMachine

    private static let id: WorkerID = 1
    private static let start = Instant(milliseconds: 1_000_000)
    private static let need = Capability(kind: .generate, name: "generate/wan")
    private static let resources = Resources(
        cpus: 1000, memory: 1 << 30, gpus: 500, gpuMemory: 1 << 30,
        named: [.init(name: "license", amount: 100)])

    private static let registration = Registration(
        identity: "w", session: 7, node: "n", pid: 1,
        capacity: Capacity(
            slots: 4, cpus: 8000, memory: 64 << 30, devices: [.init(memory: 80 << 30)],
            named: [.init(name: "license", amount: 1000)]),
        provides: [need], held: held)

    private static let held = [
        Held(task: task(0), attempt: attempt, phase: .running, running: 5000),
        Held(task: task(1), attempt: attempt, phase: .queued, running: 0),
        Held(task: task(2), attempt: attempt, phase: .finished, running: 10),
    ]

    private static let attempt = Attempt(epoch: 1, number: 1)

    private static func task(_ prompt: Int) -> TaskID {
        TaskID(campaign: 1, prompt: prompt, slot: 0)
    }

    /// What the two may say to each other.
    static let frames: [[UInt8]] = {
        let outcomes = Samples.outcomes.enumerated().map { index, outcome in
            Report(
                task: task(index), attempt: attempt, sequence: UInt64(index), outcome: outcome,
                engine: "e", duration: 1000)
        }
        let assignments = (0..<3).map { prompt in
            Assignment(
                task: task(prompt), attempt: attempt, resources: resources, timeLimit: 60_000,
                model: "wan", input: TaskInput(need: need, prompt: "p", text: "a cat"))
        }
        let up: [FromWorker] = [
            .register(registration),
            .heartbeat(
                Heartbeat(session: 7, received: 1, held: held, resident: ["wan"], draining: false)),
            .reports(session: 7, outcomes), .goodbye(session: 7),
        ]
        let down: [ToWorker] = [
            .welcome(epoch: 1, worker: id, heartbeat: 1000, lease: 10_000), .alive(epoch: 1),
            .unknown, .assign(sequence: 1, assignments),
            .cancel([TaskAttempt(task: task(0), attempt: attempt)]),
            .acknowledge([0, 1, 2]), .drain(true), .stop,
        ]
        return up.map(WorkerCodec.encode) + down.map(CoordinatorCodec.encode)
    }()

    init() {
        let slot = PlanSlot(
            taskClass: TaskClass(need: Self.need, resources: Self.resources, model: "wan"))
        let plan = CampaignPlan(id: 1, slots: [slot], prompts: 50)
        coordinator = CoordinatorMachine(restoring: Snapshot(epoch: 1), at: Self.start)
        _ = coordinator.handle(.submitted(CampaignSnapshot(plan: plan)), at: Self.start)
        _ = coordinator.handle(.registered(Self.registration), at: Self.start)
        worker = WorkerMachine(WorkerConfig(registration: Self.registration))
        _ = worker.handle(.connected, at: Self.start)
        _ = worker.handle(
            .received(.welcome(epoch: 1, worker: Self.id, heartbeat: 1000, lease: 10_000)),
            at: Self.start)
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

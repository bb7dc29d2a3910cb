import Scheduling
import SwiftProtobuf

extension PBKind {
    init(_ kind: TaskKind) {
        switch kind {
        case .ingest: self = .ingest
        case .generate: self = .generate
        case .score: self = .score
        case .rank: self = .rank
        case .train: self = .train
        case .evaluate: self = .evaluate
        }
    }

    func kind() throws(WireError) -> TaskKind {
        switch self {
        case .ingest: .ingest
        case .generate: .generate
        case .score: .score
        case .rank: .rank
        case .train: .train
        case .evaluate: .evaluate
        case .unspecified, .UNRECOGNIZED: throw .field("kind")
        }
    }
}

extension PBCapability {
    init(_ capability: Capability) {
        self.init()
        kind = PBKind(capability.kind)
        name = capability.name
        if capability.batch > 1 { batch = capability.batch }
    }

    func capability() throws(WireError) -> Capability {
        Capability(kind: try kind.kind(), name: name, batch: batch)
    }
}

extension PBAmount {
    init(_ amount: Resources.Amount) {
        self.init()
        name = amount.name
        milli = amount.amount
    }

    /// What a worker has.
    var owned: Resources.Amount { Resources.Amount(name: name, amount: Bounds.owned(milli)) }
}

extension PBHeld {
    init(_ held: Held) {
        self.init()
        task = held.task.rawValue
        epoch = held.attempt.epoch
        number = held.attempt.number
        runningMs = held.running
        switch held.phase {
        case .queued: phase = .queued
        case .running: phase = .running
        case .finished: phase = .finished
        }
    }

    func held() throws(WireError) -> Held {
        let phase: Held.Phase
        switch self.phase {
        case .running: phase = .running
        case .finished: phase = .finished
        case .queued, .UNRECOGNIZED: phase = .queued
        }
        return Held(
            task: TaskID(rawValue: task), attempt: try Bounds.attempt(epoch, number),
            phase: phase, running: Bounds.passed(runningMs))
    }
}

extension PBRegister {
    init(_ registration: Registration) {
        self.init()
        identity = registration.identity
        session = registration.session
        node = registration.node
        pid = registration.pid
        build = registration.build
        capacity = .with {
            $0.slots = registration.capacity.slots
            $0.cpuMilli = registration.capacity.cpus
            $0.memoryBytes = registration.capacity.memory
            $0.deviceMemoryBytes = registration.capacity.devices.map(\.memory)
            $0.named = registration.capacity.named.map(PBAmount.init)
        }
        provides = registration.provides.map(PBCapability.init)
        labels = registration.labels.map { label in
            .with {
                $0.key = label.key
                $0.value = label.value
            }
        }
        resident = registration.resident
        held = registration.held.map(PBHeld.init)
        draining = registration.draining
    }

    func registration() throws(WireError) -> Registration {
        guard !identity.isEmpty else { throw .field("identity") }
        guard (1...100_000).contains(capacity.slots) else { throw .field("slots") }
        var provided: [Scheduling.Capability] = []
        for one in provides { provided.append(try one.capability()) }
        return Registration(
            identity: identity, session: session, node: node, pid: pid,
            capacity: Capacity(
                slots: capacity.slots, cpus: max(capacity.cpuMilli, 0),
                memory: Bounds.owned(capacity.memoryBytes),
                devices: capacity.deviceMemoryBytes.map { .init(memory: Bounds.owned($0)) },
                named: capacity.named.map(\.owned)),
            provides: provided, labels: labels.map { .init(key: $0.key, value: $0.value) },
            resident: resident, held: try held.map { held throws(WireError) in try held.held() },
            draining: draining, build: build)
    }
}

extension PBHeartbeat {
    func heartbeat() throws(WireError) -> Heartbeat {
        Heartbeat(
            session: session, received: received,
            held: try held.map { held throws(WireError) in try held.held() },
            resident: resident, loading: loading, draining: draining)
    }
}

import Scheduling
import Testing
import Wire

/// Whatever arrives, it is a message or a `WireError`, and never the end of the process.
@Suite struct DamagedFrameTests {
    @Test(arguments: Samples.all)
    func aFrameThatIsCutOffIsRead(sample: Sample) {
        let frame = sample.message.bytes
        for length in 0..<frame.count { decode(Array(frame.prefix(length))) }
    }

    @Test(arguments: Samples.all)
    func aFrameWithAnyOneBitFlippedIsRead(sample: Sample) {
        var frame = sample.message.bytes
        for index in frame.indices {
            for bit in 0..<8 {
                frame[index] ^= 1 << bit
                decode(frame)
                frame[index] ^= 1 << bit
            }
        }
    }

    @Test func randomBytesAreRead() {
        var random = SplitMix64(state: 1)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0..<200, using: &random)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            decode(bytes)
            // Behind a valid version more of them come as far as the body.
            decode([0x08, 0x01] + bytes)
        }
    }

    /// What a damaged frame says when it can be read after all is handled without overflow too.
    @Test func theMachinesSurviveWhatDamagedFramesSay() throws {
        var random = SplitMix64(state: 2)
        let frames = (Samples.fromWorkers + Samples.toWorkers).map(\.message.bytes)
        var world = try SmallWorld()
        var understood = 0
        for step in 0..<20_000 {
            if step % 500 == 0 { world = try SmallWorld() }
            var frame = frames[Int.random(in: frames.indices, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) where frame.count > 2 {
                let index = Int.random(in: 2..<frame.count, using: &random)
                frame[index] = UInt8.random(in: 0...255, using: &random)
            }
            if world.take(frame, at: Int64(step)) { understood += 1 }
        }
        #expect(understood > 2000)
    }

    private func decode(_ bytes: [UInt8]) {
        // The errors are typed: that these compile and return is what is tested.
        do throws(WireError) { _ = try CoordinatorCodec.decode(bytes) } catch {}
        do throws(WireError) { _ = try WorkerCodec.decode(bytes) } catch {}
        do throws(WireError) { _ = try ClientCodec.decode(bytes) } catch {}
        do throws(WireError) { _ = try ClientCodec.decodeEvent(bytes) } catch {}
        do throws(WireError) { _ = try WorkerCodec.decodeReport(bytes) } catch {}
    }
}

/// A coordinator with a campaign and a worker of it, both attached.
private struct SmallWorld {
    private var coordinator: CoordinatorMachine
    private var worker: WorkerMachine
    private let id: WorkerID

    init() throws {
        let generate = SlotPlan(
            work: TaskClass(kind: .generate, name: "generate/wan"), dependsOn: [], isActive: true)
        var registration = Samples.registration
        registration.session = 7
        registration.held = []
        registration.draining = false
        coordinator = CoordinatorMachine(restoring: Snapshot(epoch: 1), at: Self.start)
        _ = coordinator.handle(.submitted(CampaignSnapshot(plan: CampaignPlan(id: 1, slots: [generate], prompts: 50))), at: Self.start)
        _ = coordinator.handle(.registered(registration), at: Self.start)
        id = try #require(coordinator.worker(named: registration.identity))
        worker = WorkerMachine(WorkerConfig(registration: registration))
        _ = worker.handle(.connected, at: Self.start)
        _ = worker.handle(
            .received(.welcome(epoch: 1, worker: id, heartbeat: 1000, lease: 10_000)),
            at: Self.start)
    }

    private static let start = Instant(milliseconds: 1_000_000)

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
        case .heartbeat(let heartbeat): .heartbeat(id, heartbeat)
        case .reports(let session, let reports): .reports(id, session: session, reports)
        case .goodbye(let session): .goodbye(id, session: session)
        }
    }
}

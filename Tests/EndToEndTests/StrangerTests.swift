import Foundation
import Linux
import Preferences
import Scheduling
import Testing
import Wire

extension EndToEnd {
    @Suite struct Strangers {
        @Test(.timeLimit(.minutes(2)))
        func aWorkerOfAnotherProtocolVersionIsToldBothVersions() throws {
            try withStack(.init(isInstant: true)) { stack in
                let registration = Registration(
                    identity: "from-the-future", session: 1, node: "elsewhere", pid: 1,
                    capacity: Capacity(slots: 1), provides: [])
                var frame = WorkerCodec.encode(.register(registration))
                // The version is the first field: a tag byte and its value.
                try #require(Array(frame.prefix(2)) == [8, UInt8(WireProtocol.version)])
                frame[1] = 99
                let stranger = try RawPeer("stranger", to: stack.endpoint)
                try stranger.send([frame])
                guard case .refused(let reason) = try WorkerCodec.decode(stranger.receive()) else {
                    Issue.record("a worker of protocol 99 was not refused")
                    return
                }
                #expect(reason.contains("protocol \(WireProtocol.version) "))
                #expect(reason.contains("protocol 99"))
                #expect(reason.contains("install the same version"))
                let workers = try stack.demand("worker", "list")
                #expect(!workers.contains("from-the-future"))
                try expectWork(stack)
            }
        }

        @Test(.timeLimit(.minutes(2)), arguments: [7 as UInt64])
        func randomBytesAreCountedAndDropped(seed: UInt64) throws {
            var random = SplitMix64(seed: seed)
            try withStack(.init(isInstant: true)) { stack in
                let stranger = try RawPeer("noise", to: stack.endpoint)
                var counted = 0
                for _ in 0..<3000 {
                    let frames = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                        noise(Int.random(in: 0...2000, using: &random), &random)
                    }
                    try stranger.send(frames)
                    // A single empty frame is what a peer's socket sends to say that it is there.
                    if frames != [[]] { counted += 1 }
                }
                try stranger.send([noise(8 << 20, &random)])
                var asking = try RawPeer("asking", to: stack.endpoint)
                try eventually("\(counted + 1) messages were counted as malformed") {
                    let json = try asking.query(.status)
                    return try decoded(Answers.Status.self, from: json).malformed == counted + 1
                }
                let reports = stack.log("coordinator").split(separator: "\n").filter {
                    $0.contains("dropped a frame of peer")
                }
                #expect(reports.count == 1, "once for each peer")
                for size in [0, 1, 9, 63, 64, 100_000] {
                    try writeBytes(noise(size, &random), toSocketOf: stack.endpoint)
                }
                try expectWork(stack)
            }
        }

        /// The coordinator has not been restarted, and does its work.
        private func expectWork(_ stack: TestStack) throws {
            let replay = try Replay("after", prompts: 50, in: stack)
            try replay.submit(to: stack)
            try replay.wait(in: stack)
            try expectEverythingOnce(replay, in: stack)
            #expect(try stack.database.leader().epoch == 1)
            #expect(!stack.up.log.contains("starting it again"))
        }

        private func noise(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
            (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
    }
}

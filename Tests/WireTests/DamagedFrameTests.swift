import Preferences
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
        var random = SplitMix64(seed: 1)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0..<200, using: &random)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            decode(bytes)
            // Behind a valid version more of them come as far as the body.
            decode([0x08, 0x02] + bytes)
        }
    }

    /// What a damaged frame says when it can be read after all is handled without overflow too.
    @Test func theMachinesSurviveWhatDamagedFramesSay() {
        var random = SplitMix64(seed: 2)
        var world = SmallWorld()
        var understood = 0
        for step in 0..<20_000 {
            if step % 500 == 0 { world = SmallWorld() }
            var frame = SmallWorld.frames.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) where frame.count > 2 {
                let index = Int.random(in: 2..<frame.count, using: &random)
                frame[index] = UInt8.random(in: 0...255, using: &random)
            }
            if world.take(frame, at: Int64(step)) { understood += 1 }
        }
        #expect(understood > 2000)
    }

    @Test func theMachinesSurviveNumbersAtTheEndsOfTheirTypes() {
        var random = SplitMix64(seed: 3)
        let frames = SmallWorld.frames + SmallWorld.extremeFrames
        var world = SmallWorld()
        var understood = 0
        for step in 0..<20_000 {
            if step % 20 == 0 { world = SmallWorld() }
            let frame = frames.randomElement(using: &random) ?? []
            if world.take(frame, at: Int64(step) * 100) { understood += 1 }
            world.tick(at: Int64(step) * 100 + 50)
        }
        #expect(understood > 10_000)
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

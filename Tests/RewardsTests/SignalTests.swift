import Foundation
import Media
import Preferences
import Testing

@testable import Rewards

/// Pictures of a bright square on grey that falls and rises again, as often as it takes.
private func bouncing(turningAt turn: Double, rate: Int = 24, seconds: Double = 2) -> VideoClip {
    let size = PictureSize(width: 32, height: 64)
    var clip = VideoClip(size: size, rate: Rate(rate) ?? .film)
    for index in 0..<Int(seconds * Double(rate)) {
        let time = (Double(index) + 0.5) / Double(rate)
        let bottom = 60 - 60 * abs(time - turn)
        for row in 0..<size.height {
            for column in 0..<size.width {
                let place = Double(row)
                let inside = place < bottom && place > bottom - 12 && (8..<24).contains(column)
                clip.bytes += [UInt8](repeating: inside ? 220 : 60, count: 3)
            }
        }
    }
    return clip
}

extension Rate {
    fileprivate static let film = Rate(24) ?? Rate(text: "24").unsafelyUnwrapped
}

/// A tone that begins at a time and dies away.
private func ping(at start: Double, seconds: Double = 2, gain: Float = 0.5) -> AudioClip {
    let rate = 16000
    let samples = (0..<Int(seconds * Double(rate))).map { index -> Float in
        let time = Double(index) / Double(rate) - start
        return time < 0 ? 0 : gain * Float(sin(2 * .pi * 440 * time) * exp(-time / 0.15))
    }
    return AudioClip(sampleRate: rate, channels: 1, samples: samples)
}

private func scores(_ reward: some Reward, _ clip: MediaClip) throws -> [String: RewardValue] {
    try RewardSet([reward]).score(clip, prompt: "", by: reward.name)
}

@Test func clippingIsCounted() throws {
    let clean = try scores(AudioSignal(), MediaClip(audio: ping(at: 0.2)))
    #expect(clean["clipping"] == .number(0))
    var loud = ping(at: 0.2, gain: 4)
    loud.samples = loud.samples.map { min(max($0, -1), 1) }
    let clipped = try scores(AudioSignal(), MediaClip(audio: loud))
    #expect(try #require(clipped["clipping"]?.number) > 0.01)
    let (good, bad) = (clean["audio_quality"]?.number, clipped["audio_quality"]?.number)
    #expect(try #require(good) > #require(bad))
}

@Test func noiseBetweenSoundsRaisesTheFloor() throws {
    let clean = ping(at: 0.5)
    var noisy = clean
    var state: UInt32 = 1
    for index in noisy.samples.indices {
        state = state &* 1_664_525 &+ 1_013_904_223
        noisy.samples[index] += 0.02 * (Float(state >> 8) / Float(1 << 23) - 1)
    }
    let (before, after) = (
        try scores(AudioSignal(), MediaClip(audio: clean)),
        try scores(AudioSignal(), MediaClip(audio: noisy))
    )
    #expect(before["noise_floor"] == .number(-100))
    // Uniform noise of ±0.02 has a level of 20·log₁₀(0.02 / √3) = -38.8 dB.
    #expect(abs(try #require(after["noise_floor"]?.number) + 38.8) < 0.5)
    #expect(
        try #require(after["audio_quality"]?.number) < #require(before["audio_quality"]?.number))
}

@Test func silenceIsAReasonAndNotANumber() throws {
    let silence = AudioClip(
        sampleRate: 16000, channels: 1, samples: [Float](repeating: 0, count: 32000))
    let found = try scores(AudioSignal(), MediaClip(audio: silence))
    #expect(
        found["loudness"]
            == .reason("the sound is shorter than 0.4 s or never louder than -70 LUFS"))
    #expect(found["silence"] == .number(1))
}

@Test func whatIsMissingIsSaid() throws {
    for reward in RewardSet.signal.rewards {
        let empty = try RewardSet.signal.score(MediaClip(), prompt: "", by: reward.name)
        #expect(empty.count == reward.outputs.count)
        #expect(empty.values.allSatisfy { $0.number == nil })
    }
}

@Test func noiseGrainIsMeasuredInItsOwnUnit() {
    // Pseudo-random noise of deviation 0.05 on a ramp: the ramp leaves no trace.
    var random = SplitMix64(seed: 7)
    func uniform() -> Float { Float(random.next() >> 40) / Float(1 << 24) }
    let picture = (0..<128 * 64).map { index -> Float in
        let normal = (0..<12).reduce(Float(-6)) { sum, _ in sum + uniform() }
        return Float(index % 64) / 128 + 0.2 + 0.05 * normal
    }
    #expect(abs(VisualSignal.grain(picture, 64) - 0.05) < 0.002)
}

@Test func aBlurredPictureIsLessSharp() throws {
    let sharp = bouncing(turningAt: 1)
    let soft = sharp.converted(to: PictureSize(width: 8, height: 16), rate: sharp.rate)
        .converted(to: sharp.size, rate: sharp.rate)
    let (first, second) = (
        try scores(VisualSignal(), MediaClip(video: sharp)),
        try scores(VisualSignal(), MediaClip(video: soft))
    )
    #expect(try #require(first["sharpness"]?.number) > 2 * #require(second["sharpness"]?.number))
}

@Test func aStillPictureHasNoMotion() throws {
    let moving = bouncing(turningAt: 1)
    var still = moving
    let first = Array(moving.bytes.prefix(moving.size.area * 3))
    still.bytes = (0..<moving.count).flatMap { _ in first }
    let found = try scores(MotionSignal(), MediaClip(video: still))
    #expect(found["motion_quality"] == .number(0))
    #expect(found["stillness"] == .number(1))
    #expect(found["roughness"] == .reason("nothing moves"))
    let good = try scores(MotionSignal(), MediaClip(video: moving))
    #expect(try #require(good["motion_quality"]?.number) > 0.5)
}

@Test(arguments: [-0.3, -0.1, 0, 0.1, 0.3])
func aSoundThatComesLateOrEarlyIsFound(shift: Double) throws {
    let clip = MediaClip(video: bouncing(turningAt: 1), audio: ping(at: 1 + shift))
    let offset = try #require(SyncSignal.offset(clip))
    // Pictures come 42 ms apart.
    #expect(abs(offset.seconds - shift) <= 0.04)
}

@Test func anUnknownRewardOrOutputIsRefused() {
    #expect(
        throws: RewardError(
            "there is no reward 'ears'; there are signal-audio, signal-video, "
                + "signal-motion, signal-sync")
    ) {
        try RewardSet.signal.score(MediaClip(), prompt: "", by: "ears")
    }
    #expect(throws: RewardError.self) {
        try RewardSet.signal.score(
            MediaClip(), prompt: "", by: "signal-audio", outputs: ["loudnes"])
    }
}

@Test func aNumberThatIsNotFiniteBecomesAReason() {
    #expect(RewardValue(.nan) == .reason("the measure came out as nan"))
    #expect(RewardValue(.infinity) == .reason("the measure came out as inf"))
    #expect(RewardValue(0.5) == .number(0.5))
}

import Glibc
public import Media

/// What can be said of any sound without a model: clipping, silence, noise floor, loudness.
public struct AudioSignal: Reward {
    /// Makes the reward.
    public init() {}

    /// `signal-audio`.
    public var name: String { "signal-audio" }
    /// The first version.
    public var version: String { "1" }

    /// A quality and what it is made of.
    public var outputs: [RewardOutput] {
        [
            RewardOutput("audio_quality", modality: "audio"),
            RewardOutput("loudness", unit: "LUFS", modality: "audio"),
            RewardOutput("clipping", unit: "share", goal: .minimize, modality: "audio"),
            RewardOutput("silence", unit: "share", goal: .minimize, modality: "audio"),
            RewardOutput("noise_floor", unit: "dBFS", goal: .minimize, modality: "audio"),
        ]
    }

    /// Measures the sound; the prompt has no part in it.
    public func score(_ clip: MediaClip, prompt: String) -> [RewardValue] {
        guard let audio = clip.audio, audio.count > 0 else {
            return outputs.map { _ in .reason("the clip has no sound") }
        }
        let levels = Self.levels(audio)
        guard !levels.isEmpty else {
            return outputs.map { _ in .reason("the sound is shorter than 20 ms") }
        }
        let clipping = Self.clipping(audio)
        let silence = Double(levels.count { $0 < -60 }) / Double(levels.count)
        let floor = levels.sorted()[levels.count / 10]
        guard let loudness = Loudness.integrated(audio) else {
            let reason = "the sound is shorter than 0.4 s or never louder than -70 LUFS"
            return [
                .reason(reason), .reason(reason), RewardValue(clipping), RewardValue(silence),
                RewardValue(floor),
            ]
        }
        let quality =
            exp(-clipping / 0.005) * Self.ramp(floor, from: -20, to: -50)
            * Self.ramp(silence, from: 1, to: 0.9) * Self.ramp(loudness, from: -50, to: -35)
        return [quality, loudness, clipping, silence, floor].map { RewardValue($0) }
    }

    /// The share of samples that lie at full scale beside another one that does.
    static func clipping(_ audio: AudioClip) -> Double {
        var count = 0
        let step = audio.channels
        for index in audio.samples.indices where abs(audio.samples[index]) >= 0.999 {
            let before = index >= step && abs(audio.samples[index - step]) >= 0.999
            let next = index + step
            let after = next < audio.samples.count && abs(audio.samples[next]) >= 0.999
            if before || after { count += 1 }
        }
        return Double(count) / Double(audio.samples.count)
    }

    /// The level of each 20 ms in decibels below full scale, at least -100.
    static func levels(_ audio: AudioClip) -> [Double] {
        let length = max(1, audio.sampleRate / 50) * audio.channels
        return stride(from: 0, through: audio.samples.count - length, by: length).map { start in
            let sum = audio.samples[start..<start + length].reduce(0.0) {
                $0 + Double($1) * Double($1)
            }
            return max(10 * log10(max(sum / Double(length), 1e-12)), -100)
        }
    }

    /// 0 at one end, 1 at the other and beyond.
    static func ramp(_ value: Double, from zero: Double, to one: Double) -> Double {
        min(max((value - zero) / (one - zero), 0), 1)
    }
}

public import Media
public import Rewards

/// The rewards of the bounce world that are measured, not learned.
///
/// Each is its own file; together they look at a clip once. They know what the world's own clips
/// are like, and read the prompt's words.
public struct BounceMeasures: Reward {
    /// Makes the reward.
    public init() {}

    /// `bounce-measures`.
    public var name: String { "bounce-measures" }
    /// The first version.
    public var version: String { "1" }

    /// The dimensions of the method, and the synchrony besides.
    public var outputs: [RewardOutput] { Self.outputs }

    static let outputs = [
        RewardOutput("audio_quality", modality: "audio"),
        RewardOutput("text_audio", modality: "audio"),
        RewardOutput("visual_quality", modality: "video"),
        RewardOutput("motion_quality", modality: "video"),
        RewardOutput("text_video", modality: "video"),
        RewardOutput("semantic", modality: "audio_video"),
        RewardOutput("sync", modality: "audio_video"),
        RewardOutput("desync", unit: "s", goal: .minimize, modality: "audio_video"),
    ]

    /// Measures a clip of any size and rate; text measures need a prompt of this world.
    public func score(_ clip: MediaClip, prompt: String) -> [RewardValue] {
        let missing = Self.missing(clip)
        if let missing { return outputs.map { _ in .reason(missing) } }
        return score(BounceView(clip), prompt: prompt)
    }

    /// Measures what the small model sees.
    public func score(_ view: BounceView, prompt: String) -> [RewardValue] {
        guard !view.video.isEmpty, !view.mel.isEmpty else {
            return outputs.map { _ in .reason("the clip has no pictures or no sound") }
        }
        let sight = BounceSight(view)
        let sync = BounceSync(sight)
        let words = BouncePrompt(text: prompt)
        func reading(_ measure: (BounceSight, BouncePrompt) -> Double) -> RewardValue {
            guard let words else { return .reason("the prompt is none of the bounce world's") }
            return RewardValue(measure(sight, words))
        }
        return [
            RewardValue(audioQuality(sight)), reading(textAudio),
            RewardValue(visualQuality(sight)), RewardValue(motionQuality(sight)),
            reading(textVideo), RewardValue(sync.semantic), RewardValue(sync.sync),
            RewardValue(sync.desync),
        ]
    }

    static func missing(_ clip: MediaClip) -> String? {
        if clip.video.map({ $0.count == 0 }) ?? true { return "the clip has no pictures" }
        if clip.audio.map({ $0.count == 0 }) ?? true { return "the clip has no sound" }
        return nil
    }
}

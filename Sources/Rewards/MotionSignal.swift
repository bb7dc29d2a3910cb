public import Media

/// What can be said of any movement without a model: how much, how even, how often none.
public struct MotionSignal: Reward {
    /// Makes the reward.
    public init() {}

    /// `signal-motion`.
    public var name: String { "signal-motion" }
    /// The first version.
    public var version: String { "1" }

    /// A quality and what it is made of.
    public var outputs: [RewardOutput] {
        [
            RewardOutput("motion_quality", modality: "video"),
            RewardOutput("motion", unit: "brightness/s", modality: "video"),
            RewardOutput("stillness", unit: "share", goal: .minimize, modality: "video"),
            RewardOutput("roughness", unit: "share", goal: .minimize, modality: "video"),
        ]
    }

    /// Measures the movement; the prompt has no part in it.
    public func score(_ clip: MediaClip, prompt: String) -> [RewardValue] {
        guard let video = clip.video, video.count > 3 else {
            return outputs.map { _ in .reason("the clip has fewer than four pictures") }
        }
        let steps = Self.steps(Luma(video).pictures)
        let mean = steps.reduce(0, +) / Double(steps.count)
        let stillness = Double(steps.count { $0 < 0.0005 }) / Double(steps.count)
        guard mean > 0.0005 else {
            let reason = "nothing moves"
            return [
                .number(0), RewardValue(mean * video.rate.perSecond), .number(1), .reason(reason),
            ]
        }
        let roughness = Self.roughness(steps) / mean
        let quality =
            AudioSignal.ramp(roughness, from: 1.5, to: 0.3)
            * AudioSignal.ramp(stillness, from: 1, to: 0.5)
        return [quality, mean * video.rate.perSecond, stillness, roughness].map { RewardValue($0) }
    }

    /// How much changes from each picture to the next.
    static func steps(_ pictures: [[Float]]) -> [Double] {
        (1..<max(1, pictures.count)).map { Luma.difference(pictures[$0 - 1], pictures[$0]) }
    }

    /// How far a step lies from the mean of its neighbours, on average.
    private static func roughness(_ steps: [Double]) -> Double {
        let inner = steps.indices.dropFirst().dropLast()
        return inner.reduce(0) { $0 + abs(steps[$1] - (steps[$1 - 1] + steps[$1 + 1]) / 2) }
            / Double(max(inner.count, 1))
    }
}

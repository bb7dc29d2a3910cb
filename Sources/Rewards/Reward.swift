public import Media

/// Something that measures clips: a scorer of campaign files.
///
/// A reward is a pure function of the decoded clip and the prompt's text, so the same candidate has
/// the same scores on any worker.
public protocol Reward: Sendable {
    /// The scorer's name in campaign files.
    var name: String { get }

    /// Changes whenever the same clip may get another score.
    var version: String { get }

    /// What it measures.
    var outputs: [RewardOutput] { get }

    /// Measures a clip: one value for each output, in their order.
    func score(_ clip: MediaClip, prompt: String) -> [RewardValue]
}

/// A reward whose network turns clips into directions, by which sets of clips can be compared.
public protocol ClipEmbedder: Reward {
    /// Embeds a clip: a row for each modality it has, `audio` or `video`, always of one width.
    func embed(_ clip: MediaClip) -> [String: [Float]]
}

/// One number that a reward gives.
public struct RewardOutput: Sendable, Hashable {
    /// Its name in campaign files.
    public var name: String
    /// What it counts: `share`, `LUFS`, `s`; `1` for a quality from 0 to 1.
    public var unit: String
    /// Whether larger or smaller is better.
    public var goal: RewardGoal
    /// What it speaks of: `audio`, `video` or `audio_video`.
    public var modality: String

    /// Describes an output.
    public init(
        _ name: String, unit: String = "1", goal: RewardGoal = .maximize, modality: String
    ) {
        self.name = name
        self.unit = unit
        self.goal = goal
        self.modality = modality
    }
}

/// The direction in which a score is better.
public enum RewardGoal: String, Sendable {
    /// Larger is better.
    case maximize
    /// Smaller is better.
    case minimize
}

/// A score, or why there is none; never a made-up number.
public enum RewardValue: Sendable, Equatable {
    /// A finite number.
    case number(Double)
    /// Why nothing could be measured.
    case reason(String)

    /// Makes a score of a number; one that is not finite becomes a reason.
    public init(_ number: Double) {
        self = number.isFinite ? .number(number) : .reason("the measure came out as \(number)")
    }

    /// The number, if there is one.
    public var number: Double? {
        if case .number(let number) = self { number } else { nil }
    }
}

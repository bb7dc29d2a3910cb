public import Preferences

/// A dimension that two policies are compared in: what scored it, and which way is better.
public struct ComparedDimension: Sendable, Equatable, Codable {
    /// The dimension's name, unique in a comparison.
    public var name: String
    /// The modality it counts towards; nil only for a held-out one, which then stands alone.
    public var modality: String?
    /// Whether larger or smaller scores are better.
    public var goal: RankRule.Goal
    /// Whether rankings were made with it.
    public var role: Role
    /// Whether scores are shares in 0...1, which can be averaged as they are.
    public var isShare: Bool

    /// What a dimension was to the training.
    public enum Role: String, Sendable, Equatable, Codable {
        /// It decided which pairs were trained on.
        case ranked
        /// It was never trained on, and judges from outside.
        case heldOut = "held_out"
    }

    /// Describes a dimension.
    public init(
        name: String, modality: String?, goal: RankRule.Goal = .maximize, role: Role = .ranked,
        isShare: Bool = false
    ) {
        self.name = name
        self.modality = modality
        self.goal = goal
        self.role = role
        self.isShare = isShare
    }

    private enum CodingKeys: String, CodingKey {
        case name, modality, goal, role
        case isShare = "is_share"
    }

    /// 1 where larger is better, −1 where smaller is.
    var sign: Double { goal == .minimize ? -1 : 1 }
}

/// What both policies' candidates for one prompt scored.
public struct PromptScores: Sendable, Equatable {
    /// The prompt.
    public var prompt: Int64
    /// The candidates of the policy from before, each with a score per dimension; nil is missing.
    public var before: [[Double?]]
    /// The candidates of the policy from after.
    public var after: [[Double?]]

    /// Holds the scores of a prompt's candidates, in the order of the dimensions.
    public init(prompt: Int64, before: [[Double?]], after: [[Double?]]) {
        self.prompt = prompt
        self.before = before
        self.after = after
    }
}

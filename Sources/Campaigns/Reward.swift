/// One dimension of a campaign: which output of which scorer, and what it counts towards.
public struct Reward: Sendable, Equatable, Codable {
    /// The dimension's name, unique in the campaign.
    public var name: String
    /// The scorer, as the workers' engines name it; rewards that share one share its tasks.
    public var scorer: String
    /// Which of the scorer's outputs.
    public var output: String
    /// The modality it counts towards; nil only for a held-out reward.
    public var modality: String?
    /// Whether larger or smaller is better.
    public var goal: Goal
    /// Whether it takes part in the ranking.
    public var role: Role

    /// The direction in which a score is better.
    public enum Goal: String, Sendable, Equatable, Codable, FileChoice {
        /// Larger is better.
        case maximize
        /// Smaller is better.
        case minimize

        var summary: String {
            switch self {
            case .maximize: "larger scores are better"
            case .minimize: "smaller scores are better, as for an offset or a distance"
            }
        }
    }

    /// What a reward is for.
    public enum Role: String, Sendable, Equatable, Codable, FileChoice {
        /// It decides the ranking.
        case ranked
        /// It is scored and reported, and never ranked.
        case heldOut = "held_out"

        var summary: String {
            switch self {
            case .ranked: "it decides the ranking"
            case .heldOut: "it is scored and reported, and never ranked"
            }
        }
    }

    /// Names a dimension and where its score comes from.
    public init(
        name: String, scorer: String, output: String, modality: String?, goal: Goal = .maximize,
        role: Role = .ranked
    ) {
        self.name = name
        self.scorer = scorer
        self.output = output
        self.modality = modality
        self.goal = goal
        self.role = role
    }
}

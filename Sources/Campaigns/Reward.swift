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
    /// Whether its scores are shares from 0 to 1, which mean something as they are.
    public var isShare: Bool

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
        role: Role = .ranked, isShare: Bool = false
    ) {
        self.name = name
        self.scorer = scorer
        self.output = output
        self.modality = modality
        self.goal = goal
        self.role = role
        self.isShare = isShare
    }
}

extension Reward {
    private enum CodingKeys: String, CodingKey {
        case name, scorer, output, modality, goal, role
        case isShare = "share"
    }

    /// Decodes the stored form; without `share` it is none.
    public init(from decoder: any Decoder) throws {
        let stored = try decoder.container(keyedBy: CodingKeys.self)
        name = try stored.decode(String.self, forKey: .name)
        scorer = try stored.decode(String.self, forKey: .scorer)
        output = try stored.decode(String.self, forKey: .output)
        modality = try stored.decodeIfPresent(String.self, forKey: .modality)
        goal = try stored.decode(Goal.self, forKey: .goal)
        role = try stored.decode(Role.self, forKey: .role)
        isShare = try stored.decodeIfPresent(Bool.self, forKey: .isShare) ?? false
    }

    /// Encodes the stored form; `share` only where it is one, as before there was such a key.
    public func encode(to encoder: any Encoder) throws {
        var stored = encoder.container(keyedBy: CodingKeys.self)
        try stored.encode(name, forKey: .name)
        try stored.encode(scorer, forKey: .scorer)
        try stored.encode(output, forKey: .output)
        try stored.encodeIfPresent(modality, forKey: .modality)
        try stored.encode(goal, forKey: .goal)
        try stored.encode(role, forKey: .role)
        if isShare { try stored.encode(true, forKey: .isShare) }
    }
}

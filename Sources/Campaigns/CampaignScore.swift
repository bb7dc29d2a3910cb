extension Campaign {
    /// How candidates are scored.
    public struct Score: Sendable, Equatable {
        /// What is measured, in file order.
        public var rewards: [Reward]
        /// Most candidates that a scorer is handed at once; nil = as many as it takes.
        public var batch: Int?
        /// What happens to a candidate without one of its scores.
        public var onMissing: OnMissing

        /// What a missing score does.
        public enum OnMissing: String, Sendable, Equatable, Codable, FileChoice {
            /// The candidate takes no part in the ranking.
            case dropCandidate = "drop-candidate"
            /// Its prompt takes no part in the ranking.
            case dropPrompt = "drop-prompt"
            /// The ranking fails.
            case fail
        }

        /// Lists what is measured.
        public init(rewards: [Reward], batch: Int? = nil, onMissing: OnMissing = .dropCandidate) {
            self.rewards = rewards
            self.batch = batch
            self.onMissing = onMissing
        }
    }
}

extension Campaign.Score.OnMissing {
    var summary: String {
        switch self {
        case .dropCandidate: "the candidate is not ranked, and the reason is stored"
        case .dropPrompt: "the whole prompt is not ranked, and the reason is stored"
        case .fail: "the ranking fails"
        }
    }
}

extension Campaign.Score: Codable {
    private enum CodingKeys: String, CodingKey {
        case rewards, batch
        case onMissing = "on_missing"
    }

    /// Decodes the stored form; keys that older versions did not write have their defaults.
    public init(from decoder: any Decoder) throws {
        let stored = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            rewards: try stored.decode([Reward].self, forKey: .rewards),
            batch: try stored.decodeIfPresent(Int.self, forKey: .batch),
            onMissing: try stored.decodeIfPresent(OnMissing.self, forKey: .onMissing)
                ?? .dropCandidate)
    }

    /// Encodes the stored form, without keys that say nothing.
    public func encode(to encoder: any Encoder) throws {
        var stored = encoder.container(keyedBy: CodingKeys.self)
        try stored.encode(rewards, forKey: .rewards)
        try stored.encodeIfPresent(batch, forKey: .batch)
        try stored.encode(onMissing, unless: .dropCandidate, forKey: .onMissing)
    }
}

extension Answers {
    /// One application of a ranking rule.
    public struct Ranking: Codable, Hashable, Sendable {
        /// Its number within the campaign, from 1.
        public var id: Int32
        /// Its name within the campaign.
        public var name: String
        /// The campaign.
        public var campaign: String
        /// Whether it is the campaign's current one.
        public var isCurrent: Bool
        /// Whether the campaign file asks for it.
        public var isOfFile: Bool
        /// When it was made last.
        public var createdAt: String
        /// The program that made it.
        public var build: String
        /// Tells it from rankings by another rule, of other scores or of other prompts.
        public var hash: String
        /// Prompts ranked.
        public var prompts: Int
        /// Candidates that competed.
        public var candidates: Int
        /// Candidates that could not.
        public var ineligible: Int
        /// Pairs chosen.
        public var pairs: Int
        /// Prompts that gave no pair, by reason.
        public var unpaired: [String: Int]
        /// The modalities, in the order of every list of margins and totals.
        public var modalities: [String]
        /// What each guard found.
        public var guards: [Guard] = []
        /// The rule in the words of the campaign file, as JSON.
        public var rule: String
        /// What the parts of making it took; only where it has just been made.
        public var milliseconds: Times?

        /// What a guard found.
        public struct Guard: Codable, Hashable, Sendable {
            /// Its name.
            public var name: String
            /// What happened to what it found.
            public var action: String
            /// How many candidates, pairs or prompts it kept out, or of how many pairs it warns.
            public var found: Int
            /// Candidates without the value that it looks at.
            public var unmeasured: Int
        }

        /// Milliseconds.
        public struct Times: Codable, Hashable, Sendable {
            /// From Postgres to columns of numbers.
            public var read: Double
            /// Normalising, adding up, choosing.
            public var rank: Double
            /// To Postgres, with the commit.
            public var write: Double

            /// Holds times.
            public init(read: Double, rank: Double, write: Double) {
                self.read = read
                self.rank = rank
                self.write = write
            }
        }

        /// Names a ranking; counts follow.
        public init(
            id: Int32, name: String, campaign: String, isCurrent: Bool, isOfFile: Bool,
            createdAt: String, build: String, hash: String, rule: String
        ) {
            self.id = id
            self.name = name
            self.campaign = campaign
            self.isCurrent = isCurrent
            self.isOfFile = isOfFile
            self.createdAt = createdAt
            self.build = build
            self.hash = hash
            self.rule = rule
            (prompts, candidates, ineligible, pairs) = (0, 0, 0, 0)
            (unpaired, modalities) = ([:], [])
        }
    }

    /// A reward as rankings and datasets speak of it.
    public struct Reward: Codable, Hashable, Sendable {
        /// The campaign's name for it.
        public var name: String
        /// The modality it counts towards; empty for none.
        public var modality: String
        /// Whether less is better.
        public var isMinimised: Bool
        /// Whether it is scored and never ranked.
        public var isHeldOut: Bool

        /// Describes a reward.
        public init(name: String, modality: String, isMinimised: Bool, isHeldOut: Bool) {
            self.name = name
            self.modality = modality
            self.isMinimised = isMinimised
            self.isHeldOut = isHeldOut
        }
    }
}

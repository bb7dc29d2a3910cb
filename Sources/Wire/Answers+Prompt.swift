extension Answers {
    /// Every candidate of a prompt in a ranking, and why pairs were chosen or not.
    public struct PromptWhy: Codable, Hashable, Sendable {
        /// The campaign.
        public var campaign: String
        /// The ranking's name; empty where the campaign has not been ranked yet.
        public var ranking: String
        /// The prompt's key.
        public var prompt: String
        /// Its text.
        public var text: String
        /// What there is to say of the whole.
        public var sentences: [String] = []
        /// The modalities, in the order of every list of totals and margins.
        public var modalities: [String] = []
        /// The ranked rewards, then the held-out ones, in the order of every list of raw scores.
        public var rewards: [Reward] = []
        /// All candidates that there are to be, the ground truth first.
        public var candidates: [Candidate] = []
        /// The pairs that the rule looked at, the chosen ones first.
        public var pairs: [Considered] = []

        /// Names a prompt.
        public init(campaign: String, ranking: String, prompt: String, text: String) {
            self.campaign = campaign
            self.ranking = ranking
            self.prompt = prompt
            self.text = text
        }

        /// A candidate, and what decided its place.
        public struct Candidate: Codable, Hashable, Sendable {
            /// The task that makes it.
            public var id: Int64
            /// Its place within the prompt; -1 for the ground truth.
            public var ordinal: Int
            /// `competed`, `ineligible`, `left-out`, `dropped` or `missing`.
            public var part: String
            /// The same in a sentence.
            public var sentence: String
            /// Its place by score, from 1, where it competed.
            public var place: Int?
            /// The sum of its totals, or the one score of the rule.
            public var score: Double?
            /// Its raw scores by reward; null where there is none.
            public var raw: [Double?] = []
            /// Why there is none, by reward; null where there is one.
            public var reasons: [String?] = []
            /// Its normalised scores, or ranks, by ranked reward; empty where it did not compete.
            public var normalised: [Double] = []
            /// Its totals by modality; empty where it did not compete.
            public var totals: [Double] = []
            /// The guards that find something in it.
            public var findings: [String] = []

            /// Names a candidate.
            public init(id: Int64, ordinal: Int, part: String, sentence: String) {
                self.id = id
                self.ordinal = ordinal
                self.part = part
                self.sentence = sentence
            }
        }

        /// Two candidates that the rule looked at.
        public struct Considered: Codable, Hashable, Sendable {
            /// The ordinal of the winner, or of who would have been.
            public var winner: Int
            /// The loser's ordinal.
            public var loser: Int
            /// The sum of the margins.
            public var margin: Double
            /// The margins by modality.
            public var margins: [Double]
            /// Whether it is a pair.
            public var isChosen: Bool
            /// What became of it.
            public var sentence: String

            /// Holds what became of a pair.
            public init(
                winner: Int, loser: Int, margin: Double, margins: [Double], isChosen: Bool,
                sentence: String
            ) {
                self.winner = winner
                self.loser = loser
                self.margin = margin
                self.margins = margins
                self.isChosen = isChosen
                self.sentence = sentence
            }
        }
    }
}

extension Campaign {
    /// How pairs are chosen; the defaults are the method's.
    public struct Rank: Sendable, Equatable, Codable {
        /// How scores become comparable.
        public var normalize: Normalize
        /// How scores become totals per modality; `modality-micro` is the only way yet.
        public var aggregate: String
        /// How pairs are selected; `dominance-max-margin` is the only way yet.
        public var select: String
        /// The most pairs one prompt may give; the default is 1.
        public var pairsPerPrompt: Int
        /// A modality difference up to this much is a tie, and tied pairs are dropped.
        public var tieEpsilon: Double
        /// The smallest margins a pair may have: `total` and the modalities, absent ones are 0.
        public var minMargin: [String: Double]

        enum CodingKeys: String, CodingKey {
            case normalize, aggregate, select
            case pairsPerPrompt = "pairs_per_prompt"
            case tieEpsilon = "tie_epsilon"
            case minMargin = "min_margin"
        }

        /// Makes a rule; what is not given is the method's default.
        public init(
            normalize: Normalize = Normalize(), aggregate: String = "modality-micro",
            select: String = "dominance-max-margin", pairsPerPrompt: Int = 1,
            tieEpsilon: Double = 0, minMargin: [String: Double] = [:]
        ) {
            self.normalize = normalize
            self.aggregate = aggregate
            self.select = select
            self.pairsPerPrompt = pairsPerPrompt
            self.tieEpsilon = tieEpsilon
            self.minMargin = minMargin
        }
    }

    /// How scores become comparable between dimensions.
    public struct Normalize: Sendable, Equatable, Codable {
        /// The way.
        public var method: Method
        /// Over which candidates; `campaign` is the only scope yet.
        public var scope: String
        /// What is subtracted from the count in the deviation; 1 is the sample's.
        public var ddof: Int
        /// Whether the ground truth counts in mean and deviation.
        public var includeReference: Bool

        /// A way of making scores comparable.
        public enum Method: String, Sendable, Equatable, Codable, CaseIterable {
            /// Subtract the mean, divide by the deviation.
            case zscore
            /// Raw scores.
            case none
        }

        enum CodingKeys: String, CodingKey {
            case method, scope, ddof
            case includeReference = "include_reference"
        }

        /// Makes a normalisation; what is not given is the method's default.
        public init(
            method: Method = .zscore, scope: String = "campaign", ddof: Int = 1,
            includeReference: Bool = true
        ) {
            self.method = method
            self.scope = scope
            self.ddof = ddof
            self.includeReference = includeReference
        }
    }
}

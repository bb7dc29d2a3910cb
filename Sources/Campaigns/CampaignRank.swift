extension Campaign {
    /// How pairs are chosen; the defaults are the method's.
    public struct Rank: Sendable, Equatable {
        /// How scores become comparable.
        public var normalize: Normalize
        /// How scores become totals.
        public var aggregate: Aggregate
        /// What a modality counts in the aggregate `weighted`; absent ones count 1.
        public var weights: [String: Double]
        /// How pairs are selected.
        public var select: Select
        /// The most pairs one prompt may give; 1 stands for all of them with `allDominating`.
        public var pairsPerPrompt: Int
        /// A modality difference up to this much is a tie.
        public var tieEpsilon: Double
        /// What happens to two candidates that are tied in everything compared.
        public var tieAction: TieAction
        /// What part the ground truth plays in the pairs.
        public var groundTruth: GroundTruth
        /// The smallest margins a pair may have: `total` and the modalities, absent ones are 0.
        public var minMargin: [String: Double]
        /// What is looked for in candidates and pairs before they count.
        public var guards: [Guard]
        /// How much each pair counts in training.
        public var weighting: Weighting

        /// Makes a rule; what is not given is the method's default.
        public init(
            normalize: Normalize = Normalize(), aggregate: Aggregate = .modalityMicro,
            weights: [String: Double] = [:], select: Select = .dominanceMaxMargin,
            pairsPerPrompt: Int = 1, tieEpsilon: Double = 0, tieAction: TieAction = .drop,
            groundTruth: GroundTruth = .competes, minMargin: [String: Double] = [:],
            guards: [Guard] = [], weighting: Weighting = Weighting()
        ) {
            self.normalize = normalize
            self.aggregate = aggregate
            self.weights = weights
            self.select = select
            self.pairsPerPrompt = pairsPerPrompt
            self.tieEpsilon = tieEpsilon
            self.tieAction = tieAction
            self.groundTruth = groundTruth
            self.minMargin = minMargin
            self.guards = guards
            self.weighting = weighting
        }
    }

    /// How scores become comparable between dimensions.
    public struct Normalize: Sendable, Equatable, Codable {
        /// The way.
        public var method: Method
        /// Over which candidates.
        public var scope: Scope
        /// What is subtracted from the count in the deviation; 1 is the sample's.
        public var ddof: Int
        /// Whether the ground truth counts in the statistics.
        public var includeReference: Bool

        enum CodingKeys: String, CodingKey {
            case method, scope, ddof
            case includeReference = "include_reference"
        }

        /// Makes a normalisation; what is not given is the method's default.
        public init(
            method: Method = .zscore, scope: Scope = .campaign, ddof: Int = 1,
            includeReference: Bool = true
        ) {
            self.method = method
            self.scope = scope
            self.ddof = ddof
            self.includeReference = includeReference
        }
    }
}

extension Campaign.Normalize {
    /// A way of making scores comparable.
    public enum Method: String, Sendable, Equatable, Codable, FileChoice {
        /// Subtract the mean, divide by the deviation.
        case zscore
        /// Raw scores.
        case none
        /// Subtract the median, divide by 1.4826 times the median absolute deviation.
        case robust
        /// From the smallest at 0 to the largest at 1.
        case minmax
        /// The rank from 1, ties sharing their mean.
        case rank
        /// The rank minus a half, over the count.
        case quantile
        /// The normal distribution's value at that quantile.
        case quantileNormal = "quantile-normal"

        var summary: String {
            switch self {
            case .zscore: "(x - mean) / deviation; a dimension of equal scores becomes 0"
            case .none: "raw scores; only the sign of minimised dimensions is turned"
            case .robust: "(x - median) / (1.4826 x median absolute deviation)"
            case .minmax: "(x - smallest) / (largest - smallest)"
            case .rank: "the rank from 1 upwards, ties sharing their mean rank"
            case .quantile: "(rank - 0.5) / count"
            case .quantileNormal: "the standard normal value at that quantile"
            }
        }
    }

    /// Over which candidates statistics are taken.
    public enum Scope: String, Sendable, Equatable, Codable, FileChoice {
        /// All candidates of the campaign.
        case campaign
        /// The candidates of each prompt.
        case prompt

        var summary: String {
            switch self {
            case .campaign: "over all candidates of the campaign, as the released code does"
            case .prompt: "over each prompt's own candidates"
            }
        }
    }
}

extension Campaign.Rank {
    /// A way of making totals of scores.
    public enum Aggregate: String, Sendable, Equatable, Codable, FileChoice {
        /// The mean of normalised scores, by modality.
        case modalityMicro = "modality-micro"
        /// The mean of ranks, by modality.
        case modalityMacro = "modality-macro"
        /// The mean of the modalities' means.
        case modalityMean = "modality-mean"
        /// The mean of all normalised scores.
        case averageMicro = "average-micro"
        /// The mean of all ranks.
        case averageMacro = "average-macro"
        /// The weighted sum of the modalities' means.
        case weighted

        var summary: String {
            switch self {
            case .modalityMicro: "a total per modality: the mean of its normalised scores"
            case .modalityMacro: "a total per modality: the mean of its campaign-wide ranks"
            case .modalityMean: "one total: the mean of the modalities' means"
            case .averageMicro: "one total: the mean of all normalised scores"
            case .averageMacro: "one total: the mean of all campaign-wide ranks"
            case .weighted: "one total: the modalities' means times rank.weights, added up"
            }
        }
    }

    /// A way of selecting pairs.
    public enum Select: String, Sendable, Equatable, Codable, FileChoice {
        /// The dominating pair with the largest margin.
        case dominanceMaxMargin = "dominance-max-margin"
        /// Every dominating pair.
        case allDominating = "all-dominating"
        /// The best against the worst.
        case bestWorst = "best-worst"
        /// The best against any other.
        case bestRandom = "best-random"
        /// The i-th best against the i-th worst.
        case topBottomK = "top-bottom-k"
        /// The best against the one nearest to two deviations below the mean.
        case bestSigma = "best-sigma"
        /// The ground truth against a generated candidate.
        case referenceVsGenerated = "reference-vs-generated"

        var summary: String {
            switch self {
            case .dominanceMaxMargin:
                "the winner is better in every modality; of such pairs the largest total margin"
            case .allDominating: "every pair whose winner is better in every modality"
            case .bestWorst: "the best total against the worst"
            case .bestRandom: "the best total against a random other candidate"
            case .topBottomK: "the i-th best against the i-th worst, pairs_per_prompt of them"
            case .bestSigma: "the best against the one nearest to mean - 2 deviations"
            case .referenceVsGenerated: "the ground truth against a generated candidate"
            }
        }
    }

    /// What happens to two candidates that are tied in everything compared.
    public enum TieAction: String, Sendable, Equatable, Codable, FileChoice {
        /// They make no pair.
        case drop
        /// They make a pair that is marked as a tie.
        case split

        var summary: String {
            switch self {
            case .drop: "a pair that is tied in a modality is no pair"
            case .split: "two that are tied in everything are a pair marked as a tie"
            }
        }
    }

    /// What part the ground truth plays in the pairs.
    public enum GroundTruth: String, Sendable, Equatable, Codable, FileChoice {
        /// It competes on equal terms.
        case competes
        /// It counts in the statistics, then leaves.
        case statisticsOnly = "statistics-only"
        /// It is left out before anything else.
        case removed

        var summary: String {
            switch self {
            case .competes: "it competes with generated candidates on equal terms"
            case .statisticsOnly: "it counts in the statistics; pairs are of generated candidates"
            case .removed: "it is left out before anything else"
            }
        }
    }
}

extension Campaign.Rank: Codable {
    private enum CodingKeys: String, CodingKey {
        case normalize, aggregate, weights, select, guards, weighting
        case pairsPerPrompt = "pairs_per_prompt"
        case tieEpsilon = "tie_epsilon"
        case tieAction = "tie_action"
        case groundTruth = "ground_truth"
        case minMargin = "min_margin"
    }

    /// Decodes the stored form; keys that older versions did not write have their defaults.
    public init(from decoder: any Decoder) throws {
        let stored = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            normalize: try stored.decode(Campaign.Normalize.self, forKey: .normalize),
            aggregate: try stored.decode(Aggregate.self, forKey: .aggregate),
            weights: try stored.decodeIfPresent([String: Double].self, forKey: .weights) ?? [:],
            select: try stored.decode(Select.self, forKey: .select),
            pairsPerPrompt: try stored.decode(Int.self, forKey: .pairsPerPrompt),
            tieEpsilon: try stored.decode(Double.self, forKey: .tieEpsilon),
            tieAction: try stored.decodeIfPresent(TieAction.self, forKey: .tieAction) ?? .drop,
            groundTruth: try stored.decodeIfPresent(GroundTruth.self, forKey: .groundTruth)
                ?? .competes,
            minMargin: try stored.decode([String: Double].self, forKey: .minMargin),
            guards: try stored.decodeIfPresent([Guard].self, forKey: .guards) ?? [],
            weighting: try stored.decodeIfPresent(Weighting.self, forKey: .weighting) ?? .init())
    }

    /// Encodes the stored form, without keys that say nothing.
    public func encode(to encoder: any Encoder) throws {
        var stored = encoder.container(keyedBy: CodingKeys.self)
        try stored.encode(normalize, forKey: .normalize)
        try stored.encode(aggregate, forKey: .aggregate)
        try stored.encode(weights, unless: [:], forKey: .weights)
        try stored.encode(select, forKey: .select)
        try stored.encode(pairsPerPrompt, forKey: .pairsPerPrompt)
        try stored.encode(tieEpsilon, forKey: .tieEpsilon)
        try stored.encode(tieAction, unless: .drop, forKey: .tieAction)
        try stored.encode(groundTruth, unless: .competes, forKey: .groundTruth)
        try stored.encode(minMargin, forKey: .minMargin)
        try stored.encode(guards, unless: [], forKey: .guards)
        try stored.encode(weighting, unless: .init(), forKey: .weighting)
    }
}

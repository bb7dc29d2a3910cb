/// How raw scores become preference pairs: the whole rule, so that one value names one ranking.
///
/// The defaults reproduce the released AV-DPO code. Methods are enums with payloads: another
/// normalisation, aggregation or selection is another case, and every switch then asks for it.
public struct RankRule: Sendable, Equatable {
    /// One named thing a reward model measures, and what it counts towards.
    public struct Dimension: Sendable, Equatable {
        /// The dimension's name; only used in what people read.
        public var name: String
        /// The modality it counts towards, such as `audio` or `audio_video`.
        public var modality: String
        /// Whether larger or smaller raw scores are better.
        public var goal: Goal

        /// Names a dimension, its modality and its direction.
        public init(name: String, modality: String, goal: Goal = .maximize) {
            self.name = name
            self.modality = modality
            self.goal = goal
        }
    }

    /// The direction in which a raw score is better.
    public enum Goal: String, Sendable, Equatable {
        /// Larger is better.
        case maximize
        /// Smaller is better; the sign is flipped before scores are compared.
        case minimize
    }

    /// How raw scores become comparable between dimensions.
    public enum Normalisation: Sendable, Equatable {
        /// Raw scores as they are, only the sign of minimised dimensions is flipped.
        case none
        /// `(x − mean) / s` over the campaign, `s² = Σ(x − mean)² / (n − ddof)`.
        ///
        /// A dimension whose scores are all equal, or with `n ≤ ddof`, normalises to 0.
        case zScore(ddof: Int)
    }

    /// How a candidate's normalised scores become one total per modality.
    public enum Aggregation: Sendable, Equatable {
        /// The mean of the normalised scores of the modality's dimensions.
        case modalityMicro
    }

    /// How pairs are chosen among a prompt's candidates.
    public enum Selection: Sendable, Equatable {
        /// The winner is strictly better in every modality; the largest sum of margins is taken.
        case dominanceMaxMargin
    }

    /// What part the ground truth plays in a ranking.
    public enum GroundTruthPart: Sendable, Equatable {
        /// It counts in the statistics and competes on equal terms.
        case counted
        /// It competes, but mean and deviation come from generated candidates only.
        case outsideStatistics
        /// It counts in the statistics, then leaves: pairs are among generated candidates only.
        case statisticsOnly
    }

    /// The ranked dimensions, in the order of every candidate's scores.
    ///
    /// Held-out dimensions do not belong here: a score missing there must not exclude a candidate.
    public var dimensions: [Dimension]
    /// How scores become comparable.
    public var normalisation: Normalisation
    /// What part the ground truth plays.
    public var groundTruth: GroundTruthPart
    /// How scores become totals.
    public var aggregation: Aggregation
    /// How pairs are chosen.
    public var selection: Selection
    /// The most pairs one prompt may give, at least 1.
    public var pairsPerPrompt: Int
    /// A modality difference up to this much is a tie, and a tie is not better.
    public var epsilon: Double
    /// The smallest sum of margins a pair may have.
    public var minimumTotalMargin: Double
    /// The smallest margin a pair may have in a modality; absent modalities have no minimum.
    public var minimumMargins: [String: Double]

    /// Makes a rule; what is not given is the method's default.
    public init(
        dimensions: [Dimension],
        normalisation: Normalisation = .zScore(ddof: 1),
        groundTruth: GroundTruthPart = .counted,
        aggregation: Aggregation = .modalityMicro,
        selection: Selection = .dominanceMaxMargin,
        pairsPerPrompt: Int = 1,
        epsilon: Double = 0,
        minimumTotalMargin: Double = 0,
        minimumMargins: [String: Double] = [:]
    ) {
        self.dimensions = dimensions
        self.normalisation = normalisation
        self.groundTruth = groundTruth
        self.aggregation = aggregation
        self.selection = selection
        self.pairsPerPrompt = pairsPerPrompt
        self.epsilon = epsilon
        self.minimumTotalMargin = minimumTotalMargin
        self.minimumMargins = minimumMargins
    }

    /// The modalities in the order in which the dimensions first name them.
    public var modalities: [String] {
        var names: [String] = []
        for dimension in dimensions where !names.contains(dimension.modality) {
            names.append(dimension.modality)
        }
        return names
    }
}

extension RankRule {
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
    public enum Goal: String, Sendable, Equatable, Codable {
        /// Larger is better.
        case maximize
        /// Smaller is better; the sign is flipped before anything else.
        case minimize
    }

    /// How raw scores become comparable between dimensions.
    ///
    /// Ranks are ascending from 1, and equal scores share the mean of their ranks. A candidate
    /// outside the statistics stands half-way between the ranks of its neighbours. Scores that
    /// are all equal, or too few, normalise to 0 wherever a spread would divide them.
    public enum Normalisation: Sendable, Equatable {
        /// Raw scores as they are, only the sign of minimised dimensions is flipped.
        case none
        /// `(x − mean) / s`, `s² = Σ(x − mean)² / (n − ddof)`; 0 also when `n ≤ ddof`.
        case zScore(ddof: Int)
        /// `(x − smallest) / (largest − smallest)`.
        case minMax
        /// `(x − median) / (1.4826 × median of |x − median|)`.
        case robust
        /// The rank.
        case rank
        /// `(rank − ½) / n`, in 0...1.
        case quantile
        /// The standard normal distribution's value at that quantile.
        case normalQuantile
    }

    /// Over which candidates statistics and ranks are taken.
    public enum Scope: String, Sendable, Equatable, CaseIterable {
        /// All candidates of the campaign.
        case campaign
        /// The candidates of each prompt.
        case prompt
    }

    /// How a candidate's normalised scores become what is compared.
    ///
    /// There is a total per modality in every case; the first two compare these, the others one
    /// score. The macro cases take ranks within the scope instead of normalised scores.
    public enum Aggregation: Sendable, Equatable {
        /// By modality: the mean of its normalised scores.
        case modalityMicro
        /// By modality: the mean of its ranks.
        case modalityMacro
        /// One score: the mean of the modalities' means of normalised scores.
        case modalityMean
        /// One score: the mean of all normalised scores.
        case averageMicro
        /// One score: the mean of all ranks.
        case averageMacro
        /// One score: `Σ weight × mean of normalised scores`; absent modalities weigh 1.
        case weighted([String: Double])

        /// Whether ranks take the place of normalised scores.
        var isMacro: Bool { self == .modalityMacro || self == .averageMacro }

        /// Whether totals are compared modality by modality.
        var isByModality: Bool { self == .modalityMicro || self == .modalityMacro }
    }

    /// How pairs are chosen among a prompt's candidates.
    ///
    /// A candidate's score is the sum of its totals, or the one score of the aggregation. Equal
    /// scores and margins go by the lower ordinal, the winner's first.
    public enum Selection: Sendable, Equatable {
        /// The winner is strictly better in all that is compared; the largest margins are taken.
        case dominanceMaxMargin
        /// The same, and without a given limit every such pair is taken.
        case allDominating
        /// The best score against the worst.
        case bestWorst
        /// The best score against others in an order drawn from the seed, prompt and ordinal.
        case bestRandom(seed: UInt64)
        /// The i-th best against the i-th worst, as many as the limit and half the candidates.
        case topBottomK
        /// The best against the nearest to `mean − deviations × s`, with `s² = Σ(x − mean)² / n`.
        case bestSigma(deviations: Double)
        /// The ground truth against generated candidates, the worst first, whatever the scores.
        case groundTruthVersusGenerated
    }

    /// What part the ground truth plays in a ranking.
    public enum GroundTruthPart: String, Sendable, Equatable, CaseIterable {
        /// It counts in the statistics and competes on equal terms.
        case counted
        /// It competes, but the statistics are of generated candidates only.
        case outsideStatistics
        /// It counts in the statistics, then leaves: pairs are among generated candidates only.
        case statisticsOnly
        /// It takes no part: it is left out before anything else.
        case removed
    }

    /// What happens to two candidates that are tied in all that is compared.
    public enum TieAction: String, Sendable, Equatable, CaseIterable {
        /// They make no pair.
        case drop
        /// They make a pair marked as a tie, when no better pair takes its place.
        case split
    }

    /// What happens to a candidate with a missing or non-finite score.
    public enum MissingAction: String, Sendable, Equatable, CaseIterable {
        /// It takes no part.
        case dropCandidate = "drop-candidate"
        /// All candidates of its prompt take no part.
        case dropPrompt = "drop-prompt"
        /// The ranking fails.
        case fail
    }

    /// How much each pair counts in training; weights have mean 1 before each is cut to 10.
    public enum Weighting: Sendable, Equatable {
        /// Every pair counts 1.
        case none
        /// `(alpha / (p(winner) × p(loser)))^power`: pairs of frequent scores count less.
        ///
        /// `p` is the share of all candidates whose score lies in the same of `bins` equal bins.
        /// As the mean becomes 1, `alpha` shows only in the outcome's `meanWeight`.
        case histogram(bins: Int, alpha: Double, power: Double)
        /// The total margin.
        case margin
    }
}

/// Everything one ranking says: pairs, places, and a reason for all that is left out.
///
/// Every list is sorted by prompt and then by place or ordinal, whatever order the rows came in.
public struct RankOutcome: Sendable, Equatable {
    /// The modalities, in the order of every list of totals and margins.
    public var modalities: [String]
    /// What each dimension was normalised with, in the order of the rule's dimensions.
    public var statistics: [DimensionStatistics]
    /// The candidates that competed, best first within each prompt.
    public var ranking: [RankedCandidate]
    /// The chosen pairs, largest margin first within each prompt.
    public var pairs: [PreferencePair]
    /// The prompts that gave no pair, each with the reason.
    public var unpaired: [UnpairedPrompt]
    /// The candidates that could not compete, each with the reason.
    public var ineligible: [IneligibleCandidate]

    /// The share of winners that are ground truth, in 0...1; nil without pairs.
    ///
    /// A share near 1 says that the policy is too weak to learn from its own candidates.
    public var groundTruthWinnerShare: Double? {
        guard !pairs.isEmpty else { return nil }
        return Double(pairs.count { $0.winnerIsGroundTruth }) / Double(pairs.count)
    }
}

/// What a dimension's scores were normalised with.
public struct DimensionStatistics: Sendable, Equatable {
    /// The dimension's name.
    public var name: String
    /// How many candidates counted.
    public var count: Int
    /// The mean of their raw scores; 0 when none counted.
    public var mean: Double
    /// The standard deviation of their raw scores; 0 when they are all equal or too few.
    public var deviation: Double
}

/// A candidate's totals and its place among its prompt's candidates.
public struct RankedCandidate: Sendable, Equatable {
    /// The prompt the candidate answers.
    public var prompt: Int64
    /// The candidate's ordinal within its prompt.
    public var ordinal: Int
    /// Its place by the sum of totals, from 1; equal sums go by the lower ordinal.
    public var place: Int
    /// Its total per modality; larger is better.
    public var totals: [Double]
}

/// A winner and a loser for one prompt.
public struct PreferencePair: Sendable, Equatable {
    /// The prompt both answer.
    public var prompt: Int64
    /// The winner's ordinal.
    public var winner: Int
    /// The loser's ordinal.
    public var loser: Int
    /// Whether the winner is the dataset's own clip.
    public var winnerIsGroundTruth: Bool
    /// The sum of the margins.
    public var margin: Double
    /// Winner minus loser in each modality.
    public var margins: [Double]
}

/// A prompt that gave no pair.
public struct UnpairedPrompt: Sendable, Equatable {
    /// The prompt.
    public var prompt: Int64
    /// Why it gave none.
    public var reason: UnpairedReason
}

/// Why a prompt gave no pair; the raw value is what is stored.
public enum UnpairedReason: String, Sendable, Equatable, CaseIterable {
    /// No candidate has all its scores.
    case noEligibleCandidate = "no-eligible-candidate"
    /// Only one candidate has all its scores.
    case oneEligibleCandidate = "one-eligible-candidate"
    /// Every two candidates are each better than the other in some modality.
    case noDominance = "no-dominance"
    /// A candidate is nowhere worse than another, but tied with it in some modality.
    case tied
    /// Pairs exist, but all their margins are below the rule's minimum.
    case belowMinimumMargin = "below-minimum-margin"
}

/// A candidate that could not compete.
public struct IneligibleCandidate: Sendable, Equatable {
    /// The prompt the candidate answers.
    public var prompt: Int64
    /// The candidate's ordinal within its prompt.
    public var ordinal: Int
    /// The first dimension, in the rule's order, whose score is to blame.
    public var dimension: String
    /// What is wrong with that score.
    public var reason: IneligibleReason
}

/// What is wrong with a score; the raw value is what is stored.
public enum IneligibleReason: String, Sendable, Equatable, CaseIterable {
    /// There is no score.
    case missing = "missing-score"
    /// The score is infinite or not a number.
    case nonFinite = "non-finite-score"
}

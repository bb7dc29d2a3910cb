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
    /// The chosen pairs, in the order of choice within each prompt.
    public var pairs: [PreferencePair]
    /// The prompts that gave no pair, each with the reason.
    public var unpaired: [UnpairedPrompt]
    /// The candidates that could not compete, each with the reason.
    public var ineligible: [IneligibleCandidate]
    /// What each guard found, in the order of the rule's guards.
    public var guards: [GuardReport] = []
    /// The mean of the pairs' weights before they were divided by it; nil without a weighting.
    public var meanWeight: Double?

    /// The share of winners that are ground truth, in 0...1; nil without pairs.
    ///
    /// A share near 1 says that the policy is too weak to learn from its own candidates.
    public var groundTruthWinnerShare: Double? {
        guard !pairs.isEmpty else { return nil }
        return Double(pairs.count { $0.winnerIsGroundTruth }) / Double(pairs.count)
    }
}

/// A dimension's raw scores over the whole campaign: of those that count in the statistics.
///
/// With the scope `prompt` each prompt has its own; these still describe the campaign.
public struct DimensionStatistics: Sendable, Equatable {
    /// The dimension's name.
    public var name: String
    /// How many candidates counted.
    public var count: Int
    /// The mean of their raw scores; 0 when none counted.
    public var mean: Double
    /// The standard deviation of their raw scores; 0 when they are all equal or too few.
    public var deviation: Double
    /// The smallest raw score; 0 when none counted.
    public var minimum: Double
    /// The largest raw score; 0 when none counted.
    public var maximum: Double
}

/// A candidate's totals and its place among its prompt's candidates.
public struct RankedCandidate: Sendable, Equatable {
    /// The prompt the candidate answers.
    public var prompt: Int64
    /// The candidate's ordinal within its prompt.
    public var ordinal: Int
    /// Its place by score, from 1; equal scores go by the lower ordinal.
    public var place: Int
    /// Its total per modality; larger is better.
    public var totals: [Double]
    /// The sum of its totals, or the one score of the aggregation.
    public var score: Double
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
    /// The sum of the margins, or the difference of the two scores where one score is compared.
    public var margin: Double
    /// Winner minus loser in each modality.
    public var margins: [Double]
    /// Whether the two are tied: each is the winner as much as the other.
    public var isTie = false
    /// How much the pair counts in training.
    public var weight = 1.0
    /// The names of the guards that found something in it and let it count.
    public var warnings: [String] = []
    /// What the winner was compared by.
    public var winnerStanding = Standing()
    /// What the loser was compared by.
    public var loserStanding = Standing()

    /// What one member was compared by.
    public struct Standing: Sendable, Equatable {
        /// Its normalised scores, or ranks, by dimension; larger is better.
        public var normalised: [Double] = []
        /// Its total per modality.
        public var totals: [Double] = []
    }
}

/// A prompt that gave no pair.
public struct UnpairedPrompt: Sendable, Equatable {
    /// The prompt.
    public var prompt: Int64
    /// Why it gave none.
    public var reason: UnpairedReason
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

/// What a guard found.
public struct GuardReport: Sendable, Equatable, Encodable {
    /// The guard's name.
    public var name: String
    /// What happened to what it found.
    public var action: RankRule.Guard.Action
    /// How many candidates, pairs or prompts it kept out, or of how many pairs it warns.
    public var found: Int
    /// How many competing candidates lack the value that it looks at.
    public var unmeasured: Int
}

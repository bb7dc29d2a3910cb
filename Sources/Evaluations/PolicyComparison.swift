/// What two policies' scores on the same prompts say of whether the second is better.
///
/// Differences are the second (after) minus the first (before). Gains are larger when better,
/// whatever the goal, and in standard deviations of candidates, so that dimensions can be averaged.
public struct PolicyComparison: Sendable, Equatable, Codable {
    /// The name of the first policy.
    public var before: String
    /// The name of the second policy.
    public var after: String
    /// How many prompts were handed in.
    public var prompts: Int
    /// How intervals were made.
    public var resampling: Resampling
    /// Each dimension by itself, in the order handed in.
    public var dimensions: [DimensionComparison]
    /// The dimensions that rankings were made with; nil without any.
    public var ranked: ModalityComparison?
    /// The held-out dimensions; nil without any.
    public var judge: ModalityComparison?
    /// Both policies' clips as a whole against ground truth; nil where that was not measured.
    public var distances: DistanceComparison?
}

/// Two policies' scores in one dimension.
public struct DimensionComparison: Sendable, Equatable, Codable {
    /// The dimension.
    public var dimension: ComparedDimension
    /// Prompts for which both policies have a score; the others are not looked at.
    public var prompts: Int
    /// Candidates of the first policy without a score.
    public var missingBefore: Int
    /// Candidates of the second policy without a score.
    public var missingAfter: Int
    /// The mean over prompts of the first policy's scores, raw; nil without prompts.
    public var before: Double?
    /// The mean over prompts of the second policy's scores, raw.
    public var after: Double?
    /// The difference of raw scores.
    public var difference: Estimate?
    /// The standard deviation of both policies' candidates together.
    public var deviation: Double
    /// The difference in these deviations, larger better.
    public var gain: Estimate?
    /// How often the second policy is better on a prompt.
    public var wins: PromptWins?

    private enum CodingKeys: String, CodingKey {
        case dimension, prompts, before, after, difference, deviation, gain, wins
        case missingBefore = "missing_before"
        case missingAfter = "missing_after"
    }
}

/// The dimensions of one role, put together by modality.
public struct ModalityComparison: Sendable, Equatable, Codable {
    /// Each modality, in the order in which dimensions first name it.
    public var modalities: [TotalComparison]
    /// The mean of the modalities' totals.
    public var total: TotalComparison
}

/// Two policies' totals: means of z-scores, as rankings with `modality-micro` take them.
///
/// A score's z is `(x − mean) / s` over both policies' candidates (ddof 1), its sign by the goal.
/// A modality's total is the mean of its dimensions' z; the total is the mean of modalities.
public struct TotalComparison: Sendable, Equatable, Codable {
    /// The modality, or `total`.
    public var name: String
    /// The dimensions that count.
    public var dimensions: [String]
    /// Prompts for which both policies have all of these scores.
    public var prompts: Int
    /// The first policy's mean total; nil without prompts.
    public var before: Double?
    /// The second policy's mean total.
    public var after: Double?
    /// The difference, larger better.
    public var gain: Estimate?
    /// How often the second policy's total is larger on a prompt.
    public var wins: PromptWins?
    /// Raw means, where every dimension's scores are shares; those to minimise count as 1 − x.
    public var shares: ShareComparison?
}

/// Two policies' mean shares.
public struct ShareComparison: Sendable, Equatable, Codable {
    /// The first policy's mean.
    public var before: Double
    /// The second policy's mean.
    public var after: Double
    /// The difference.
    public var difference: Estimate
}

/// Why two policies cannot be compared.
public enum ComparisonError: Error, Equatable, CustomStringConvertible {
    /// Two dimensions have one name.
    case duplicateDimension(String)
    /// A ranked dimension has no modality.
    case noModality(String)
    /// A prompt comes twice.
    case duplicatePrompt(Int64)
    /// A candidate has more or fewer scores than there are dimensions.
    case scoreCount(prompt: Int64, expected: Int, found: Int)

    /// A sentence for a person.
    public var description: String {
        switch self {
        case .duplicateDimension(let name):
            "two dimensions of the comparison are called \(name); give each its own name"
        case .noModality(let name):
            "the ranked dimension \(name) has no modality; say which one it counts towards"
        case .duplicatePrompt(let prompt):
            "prompt \(prompt) was handed in twice; put its candidates together"
        case .scoreCount(let prompt, let expected, let found):
            "a candidate of prompt \(prompt) has \(found) scores, "
                + "but \(expected) dimensions are compared"
        }
    }
}

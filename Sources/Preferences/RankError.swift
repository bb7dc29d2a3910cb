/// Why scores cannot be ranked by a rule at all.
public enum RankError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The rule ranks no dimension.
    case noDimensions
    /// A candidate has another number of scores than the rule has dimensions.
    case scoreCount(prompt: Int64, ordinal: Int, expected: Int, found: Int)
    /// Two candidates of a prompt have the same ordinal.
    case duplicateCandidate(prompt: Int64, ordinal: Int)
    /// The rule allows less than one pair per prompt.
    case pairsPerPrompt(Int)
    /// The rule speaks of a modality that no dimension belongs to.
    case unknownModality(field: String, String)
    /// The rule gives every modality a weight of 0.
    case noWeight
    /// A number of the rule is outside the range that means something.
    case invalidNumber(field: String, value: Double, range: ClosedRange<Double>)
    /// Scores are missing, and the rule says that the ranking then fails.
    case missingScores(count: Int, first: IneligibleCandidate)
    /// A guard whose action is to fail has found something.
    case guardFailed(name: String, count: Int, prompt: Int64)

    /// Says what is wrong and what to do instead.
    public var description: String {
        switch self {
        case .noDimensions:
            "the rule ranks no dimension; give it at least one"
        case .scoreCount(let prompt, let ordinal, let expected, let found):
            "candidate \(ordinal) of prompt \(prompt) has \(found) scores where the rule has "
                + "\(expected) dimensions; give one score, or nil, per dimension"
        case .duplicateCandidate(let prompt, let ordinal):
            "prompt \(prompt) has two candidates with ordinal \(ordinal); ordinals must differ"
        case .pairsPerPrompt(let count):
            "the rule allows \(count) pairs per prompt; allow at least 1"
        case .unknownModality(let field, let name):
            "the rule has a \(field) for modality '\(name)', but no dimension of it"
        case .noWeight:
            "the rule gives every modality the weight 0; give at least one a larger weight"
        case .invalidNumber(let field, let value, let range):
            "the rule's \(field) is \(value); it must be \(expected(range))"
        case .missingScores(let count, let first):
            "\(count) candidates lack a score, the first is candidate \(first.ordinal) of prompt "
                + "\(first.prompt) (\(first.dimension): \(first.reason.rawValue)); score them "
                + "again, or let the rule drop such candidates"
        case .guardFailed(let name, let count, let prompt):
            "the guard \(name) speaks of \(count) pairs, the first of prompt \(prompt), and its "
                + "action is to fail; let it drop or warn, or look at these prompts"
        }
    }

    private func expected(_ range: ClosedRange<Double>) -> String {
        range == 0...Double.greatestFiniteMagnitude
            ? "finite and not negative" : "from \(range.lowerBound) to \(range.upperBound)"
    }
}

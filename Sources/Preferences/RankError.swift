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
    /// The rule gives a minimum margin for a modality that no dimension belongs to.
    case unknownModality(String)
    /// An epsilon, a minimum margin or a ddof is negative or not finite.
    case invalidNumber(field: String, value: Double)

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
        case .unknownModality(let name):
            "the rule has a minimum margin for modality '\(name)', but no dimension of it"
        case .invalidNumber(let field, let value):
            "the rule's \(field) is \(value); it must be finite and not negative"
        }
    }
}

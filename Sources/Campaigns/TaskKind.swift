/// What a task of a campaign does, in the order in which tasks depend on each other.
public enum TaskKind: String, Sendable, Equatable, Codable, CaseIterable {
    /// Takes a prompt's ground truth in as a candidate.
    case ingest
    /// Makes one candidate for one prompt.
    case generate
    /// Scores one candidate with one scorer.
    case score
    /// Ranks all candidates of the campaign and selects its pairs.
    case rank
    /// Trains an adapter or a model on a frozen set of pairs.
    case train
    /// Compares sets of clips as wholes.
    case evaluate
}

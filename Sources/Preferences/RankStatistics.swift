/// What a ranking says of its campaign as a whole.
public struct RankStatistics: Sendable, Equatable, Encodable {
    /// Prompts with a candidate.
    public var prompts: Int
    /// Candidates that competed.
    public var candidates: Int
    /// Pairs chosen.
    public var pairs: Int
    /// Pairs whose members are tied.
    public var ties: Int
    /// The share of winners that are ground truth, in 0...1; nil without pairs.
    public var groundTruthWinnerShare: Double?
    /// The total margins of the pairs.
    public var margin: Distribution
    /// The margins of the pairs in each modality.
    public var margins: [Named<Distribution>]
    /// The raw scores of each dimension, of all candidates that have all their scores.
    public var scores: [Named<Distribution>]
    /// How every two dimensions go together, larger being better in both.
    public var correlations: [DimensionCorrelation]
    /// How each dimension goes with the clip's duration, where that is known.
    public var durations: [Named<Correlation>]
    /// Prompts without a pair by reason, those that occur, in the order of the reasons' cases.
    public var unpaired: [Named<Int>]
    /// Candidates that could not compete by reason, in the same way.
    public var ineligible: [Named<Int>]
    /// What each guard found.
    public var guards: [GuardReport]

    /// Something under the name of what it is of.
    public struct Named<Value: Sendable & Equatable & Encodable>: Sendable, Equatable, Encodable {
        /// The name of a modality, a dimension or a reason.
        public var name: String
        /// What is said of it.
        public var value: Value
    }

    /// How two dimensions go together.
    public struct DimensionCorrelation: Sendable, Equatable, Encodable {
        /// The dimension that the rule names first.
        public var first: String
        /// The other.
        public var second: String
        /// How they go together.
        public var correlation: Correlation
    }

    /// Gathers what an outcome and the scores it was made of say; in any order of candidates.
    public init(
        _ outcome: RankOutcome, candidates: [CandidateScores], rule: RankRule
    ) throws(RankError) {
        // As columns, larger better, in the order of prompt and ordinal.
        let table = try ScoreTable(candidates, rule: rule)
        prompts = table.groups.count
        self.candidates = outcome.ranking.count
        pairs = outcome.pairs.count
        ties = outcome.pairs.count(where: \.isTie)
        groundTruthWinnerShare = outcome.groundTruthWinnerShare
        margin = Distribution(outcome.pairs.map(\.margin))
        margins = outcome.modalities.enumerated().map { index, name in
            Named(name: name, value: Distribution(outcome.pairs.map { $0.margins[index] }))
        }
        scores = rule.dimensions.enumerated().map { index, dimension in
            let sign: Double = dimension.goal == .minimize ? -1 : 1
            let raw = table.columns[index].map { sign * $0 + 0 }
            return Named(name: dimension.name, value: Distribution(raw))
        }
        correlations = table.correlations(rule)
        durations = table.durations(rule, candidates)
        unpaired = UnpairedReason.allCases.compactMap { reason in
            let count = outcome.unpaired.count { $0.reason == reason }
            return count == 0 ? nil : Named(name: reason.rawValue, value: count)
        }
        ineligible = IneligibleReason.allCases.compactMap { reason in
            let count = outcome.ineligible.count { $0.reason == reason }
            return count == 0 ? nil : Named(name: reason.rawValue, value: count)
        }
        guards = outcome.guards
    }
}

extension ScoreTable {
    fileprivate func correlations(_ rule: RankRule) -> [RankStatistics.DimensionCorrelation] {
        let measures = columns.map { Measure($0) }
        return columns.indices.flatMap { first in
            columns.indices.dropFirst(first + 1).map { second in
                RankStatistics.DimensionCorrelation(
                    first: rule.dimensions[first].name, second: rule.dimensions[second].name,
                    correlation: Correlation(measures[first], measures[second]))
            }
        }
    }

    fileprivate func durations(
        _ rule: RankRule, _ candidates: [CandidateScores]
    ) -> [RankStatistics.Named<Correlation>] {
        let known = rows.indices.filter { candidates[rows[$0].candidate].side.duration != nil }
        let durations = known.compactMap { candidates[rows[$0].candidate].side.duration }
        return columns.indices.map { index in
            RankStatistics.Named(
                name: rule.dimensions[index].name,
                value: Correlation(known.map { columns[index][$0] }, durations))
        }
    }
}

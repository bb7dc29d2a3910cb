/// Why a prompt's candidates were ranked and paired as they were: what `why` shows.
public struct PromptExplanation: Sendable, Equatable {
    /// The prompt.
    public var prompt: Int64
    /// The ranked dimensions, in the order of every list of raw and normalised scores.
    public var dimensions: [RankRule.Dimension]
    /// The modalities, in the order of every list of totals and margins.
    public var modalities: [String]
    /// All its candidates by ordinal, those too that could not compete.
    public var candidates: [ExplainedCandidate]
    /// The pairs that the selection looked at: the chosen ones first, in the order of choice.
    public var pairs: [ExplainedPair]
    /// Why there is no pair; nil when there is one.
    public var reason: UnpairedReason?
}

/// One candidate, and everything that decided its place.
public struct ExplainedCandidate: Sendable, Equatable {
    /// Its ordinal within the prompt.
    public var ordinal: Int
    /// Whether it is the dataset's own clip.
    public var isGroundTruth: Bool
    /// Its raw scores; nil where one is missing.
    public var raw: [Double?]
    /// Whether and how it competed.
    public var part: Part

    /// Whether and how a candidate competed.
    public enum Part: Sendable, Equatable {
        /// It competed.
        case competed(Standing)
        /// It could not: a score is missing, not finite or too large.
        case ineligible(dimension: String, IneligibleReason)
        /// It is ground truth, which the rule does not let compete.
        case groundTruthLeftOut
        /// A sibling lacks a score, and the rule then drops the whole prompt.
        case promptDropped
    }

    /// Where a candidate that competed stands.
    public struct Standing: Sendable, Equatable {
        /// Its normalised scores, or ranks; larger is better.
        public var normalised: [Double]
        /// Its total per modality.
        public var totals: [Double]
        /// The sum of its totals, or the one score of the aggregation.
        public var score: Double
        /// Its place by score, from 1.
        public var place: Int
        /// The names of the guards that find something in it.
        public var findings: [String]
    }
}

/// A pair that the selection looked at, and what became of it.
public struct ExplainedPair: Sendable, Equatable {
    /// The ordinal of the winner, or of who would have been.
    public var winner: Int
    /// The loser's ordinal.
    public var loser: Int
    /// The total margin.
    public var margin: Double
    /// Winner minus loser in each modality.
    public var margins: [Double]
    /// What became of it.
    public var verdict: Verdict

    /// What became of a pair.
    public enum Verdict: Sendable, Equatable {
        /// It is a pair.
        case chosen
        /// It is a pair whose members are tied.
        case chosenAsTie
        /// It could be a pair, but the rule's number was reached before.
        case beyondLimit
        /// The would-be winner is worse in this modality; nil: by score.
        case worse(modality: String?)
        /// Nowhere worse, but not better everywhere.
        case tied
        /// Its margin in this modality is below the rule's minimum; nil: in total.
        case belowMinimum(modality: String?)
        /// Both members are the same clip.
        case sameContent
        /// This guard keeps it out.
        case guarded(name: String)
    }
}

/// Returns why a prompt was ranked and paired as it was, or nil when it has no candidates.
///
/// Statistics and guards are of the whole campaign, so all its candidates are needed.
public func explain(
    prompt: Int64, candidates: [CandidateScores], rule: RankRule
) throws(RankError) -> PromptExplanation? {
    let field = try Field(candidates: candidates, rule: rule)
    guard let group = field.table.groups.first(where: { $0.prompt == prompt }) else { return nil }
    let (outcome, considered) = try field.outcome(spotlight: prompt)
    let siblings = candidates.filter { $0.prompt == prompt }.sorted { $0.ordinal < $1.ordinal }
    return PromptExplanation(
        prompt: prompt, dimensions: rule.dimensions, modalities: outcome.modalities,
        candidates: siblings.map { field.explain($0, in: group) },
        pairs: considered.map { field.explain($0, outcome, prompt) },
        reason: outcome.unpaired.first { $0.prompt == prompt }?.reason)
}

extension Field {
    fileprivate func explain(
        _ candidate: CandidateScores, in group: ScoreTable.Group
    ) -> ExplainedCandidate {
        ExplainedCandidate(
            ordinal: candidate.ordinal, isGroundTruth: candidate.isGroundTruth,
            raw: candidate.scores, part: part(of: candidate, in: group))
    }

    private func part(
        of candidate: CandidateScores, in group: ScoreTable.Group
    ) -> ExplainedCandidate.Part {
        if let row = group.rows.first(where: { table.rows[$0].ordinal == candidate.ordinal }) {
            let place = totals.order(group.rows, bestFirst: true).firstIndex(of: row) ?? 0
            return .competed(
                ExplainedCandidate.Standing(
                    normalised: table.columns.map { $0[row] }, totals: totals.values(of: row),
                    score: totals.scores[row], place: place + 1, findings: sight.findings(row)))
        }
        let entry = table.ineligible.first {
            $0.prompt == candidate.prompt && $0.ordinal == candidate.ordinal
        }
        if let entry { return .ineligible(dimension: entry.dimension, entry.reason) }
        let isLeftOut = [.removed, .statisticsOnly].contains(rule.groundTruth)
        return candidate.isGroundTruth && isLeftOut ? .groundTruthLeftOut : .promptDropped
    }

    fileprivate func explain(
        _ entry: Considered, _ outcome: RankOutcome, _ prompt: Int64
    ) -> ExplainedPair {
        let (winner, loser) = (table.rows[entry.winner].ordinal, table.rows[entry.loser].ordinal)
        let isKept = outcome.pairs.contains {
            $0.prompt == prompt && $0.winner == winner && $0.loser == loser
        }
        let verdict: ExplainedPair.Verdict =
            switch entry.verdict {
            case .chosen where !isKept:
                .guarded(name: UnpairedReason.groundTruthWinnerShare.rawValue)
            case .chosen(let isTie): isTie ? .chosenAsTie : .chosen
            case .beyondLimit: .beyondLimit
            case .worse(let modality): .worse(modality: modality.map { outcome.modalities[$0] })
            case .tied: .tied
            case .belowMinimum(let modality):
                .belowMinimum(modality: modality.map { outcome.modalities[$0] })
            case .sameContent: .sameContent
            case .barred(let index): .guarded(name: rule.guards[index].name)
            }
        return ExplainedPair(
            winner: winner, loser: loser, margin: totals.margin(entry.winner, entry.loser),
            margins: totals.margins(entry.winner, entry.loser), verdict: verdict)
    }
}

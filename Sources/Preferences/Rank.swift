/// Ranks a campaign's candidates and chooses its preference pairs.
///
/// Pure, and the same to the bit for every order of `candidates`. A candidate with a missing or
/// non-finite score is left out of everything, statistics too, and listed with the reason.
/// Takes O(n log n) for n candidates, plus O(c²) for each prompt's c candidates.
public func rank(
    candidates: [CandidateScores], rule: RankRule
) throws(RankError) -> RankOutcome {
    let field = try Field(candidates: candidates, rule: rule)
    return try field.outcome(spotlight: nil).outcome
}

/// The candidates that compete, with everything that pairs are chosen by.
struct Field {
    let rule: RankRule
    let candidates: [CandidateScores]
    let table: ScoreTable
    let statistics: [DimensionStatistics]
    let totals: Totals
    let sight: GuardSight
    let selector: PairSelector

    init(candidates: [CandidateScores], rule: RankRule) throws(RankError) {
        try rule.check()
        self.rule = rule
        self.candidates = candidates
        var table = try ScoreTable(candidates, rule: rule)
        statistics = table.statistics(rule)
        // Ranks are among those who compete, normalised scores among all who count.
        if !rule.aggregation.isMacro { table.normalise(by: rule) }
        if rule.groundTruth == .statisticsOnly { table.dropGroundTruth() }
        if rule.aggregation.isMacro { table.rankColumns(rule) }
        self.table = table
        totals = Totals(of: table, rule: rule)
        sight = GuardSight(rule, candidates: candidates, table: table)
        selector = PairSelector(rule: rule, totals: totals, sight: sight, rows: table.rows)
    }

    /// Chooses every prompt's pairs; of the prompt in the spotlight it keeps all considered.
    func outcome(
        spotlight: Int64?
    ) throws(RankError) -> (outcome: RankOutcome, considered: [Considered]) {
        var outcome = RankOutcome(
            modalities: rule.modalities, statistics: statistics, ranking: [], pairs: [],
            unpaired: [], ineligible: table.ineligible)
        outcome.ranking.reserveCapacity(table.rows.count)
        outcome.guards = zip(rule.guards, zip(sight.found, sight.unmeasured)).map {
            GuardReport(name: $0.name, action: $0.action, found: $1.0, unmeasured: $1.1)
        }
        var considered: [Considered] = []
        var kept: [Considered] = []
        for group in table.groups {
            appendPlaces(of: group.rows, to: &outcome.ranking)
            let refusal = selector.choose(among: group, &considered)
            if let refusal {
                outcome.unpaired.append(UnpairedPrompt(prompt: group.prompt, reason: refusal))
            }
            for entry in considered {
                guard case .chosen(let isTie) = entry.verdict else { break }
                outcome.pairs.append(pair(entry, isTie: isTie, in: group))
            }
            count(considered, refusal, &outcome.guards)
            if group.prompt == spotlight { kept = considered }
        }
        try limitGroundTruth(&outcome)
        weigh(&outcome)
        return (outcome, kept)
    }

    private func appendPlaces(of group: Range<Int>, to ranking: inout [RankedCandidate]) {
        for (place, row) in totals.order(group, bestFirst: true).enumerated() {
            ranking.append(
                RankedCandidate(
                    prompt: table.rows[row].prompt, ordinal: table.rows[row].ordinal,
                    place: place + 1, totals: totals.values(of: row), score: totals.scores[row]))
        }
    }

    private func pair(
        _ entry: Considered, isTie: Bool, in group: ScoreTable.Group
    ) -> PreferencePair {
        let (winner, loser) = (entry.winner, entry.loser)
        return PreferencePair(
            prompt: group.prompt, winner: table.rows[winner].ordinal,
            loser: table.rows[loser].ordinal,
            winnerIsGroundTruth: table.rows[winner].isGroundTruth,
            margin: totals.margin(winner, loser), margins: totals.margins(winner, loser),
            isTie: isTie, warnings: warnings(winner, loser, in: group),
            winnerStanding: standing(winner), loserStanding: standing(loser))
    }

    private func standing(_ row: Int) -> PreferencePair.Standing {
        PreferencePair.Standing(
            normalised: table.columns.map { $0[row] }, totals: totals.values(of: row))
    }

    private func warnings(
        _ winner: Int, _ loser: Int, in group: ScoreTable.Group
    ) -> [String] {
        var names: [String] = []
        for (index, entry) in rule.guards.enumerated() where entry.action != .drop {
            let finds =
                if case .minimumDeviation = entry.kind {
                    selector.isTooUniform(group.rows, action: entry.action)
                } else {
                    sight.warns(index, winner: winner, loser: loser)
                }
            if finds && !names.contains(entry.name) { names.append(entry.name) }
        }
        return names
    }

    /// Counts the prompts and pairs that guards kept out; candidates are counted already.
    private func count(
        _ considered: [Considered], _ refusal: UnpairedReason?, _ reports: inout [GuardReport]
    ) {
        for (index, entry) in rule.guards.enumerated() where entry.action == .drop {
            switch entry.kind {
            case .minimumDeviation:
                if refusal == .minimumDeviation { reports[index].found += 1 }
            case .nearDuplicate:
                reports[index].found += considered.count {
                    $0.verdict == .barred(guardIndex: index)
                }
            case .groundTruthWinnerShare, .staticMotion, .silence, .offPolicy: break
            }
        }
    }
}

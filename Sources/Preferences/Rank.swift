/// Ranks a campaign's candidates and chooses its preference pairs.
///
/// Pure, and the same to the bit for every order of `candidates`. A candidate with a missing or
/// non-finite score is left out of everything, statistics too, and listed with the reason.
/// Takes O(n log n) for n candidates, plus O(c²) for each prompt's c candidates.
public func rank(
    candidates: [CandidateScores], rule: RankRule
) throws(RankError) -> RankOutcome {
    try check(rule)
    var table = try ScoreTable(candidates, dimensions: rule.dimensions)
    let statistics = table.normalise(by: rule)
    if rule.groundTruth == .statisticsOnly { table.dropGroundTruth() }
    let totals = Totals(of: table, rule: rule)
    let selector = PairSelector(rule: rule, totals: totals)
    var outcome = RankOutcome(
        modalities: rule.modalities, statistics: statistics, ranking: [], pairs: [],
        unpaired: [], ineligible: table.ineligible)
    outcome.ranking.reserveCapacity(table.rows.count)
    var start = 0
    for prompt in table.prompts {
        var end = start
        while end < table.rows.count, table.rows[end].prompt == prompt { end += 1 }
        let group = start..<end
        appendPlaces(of: group, in: table, totals: totals, to: &outcome.ranking)
        switch selector.choose(among: group) {
        case .success(let choices):
            outcome.pairs += choices.map { pair($0, in: table, totals: totals) }
        case .failure(let refusal):
            outcome.unpaired.append(UnpairedPrompt(prompt: prompt, reason: refusal.reason))
        }
        start = end
    }
    return outcome
}

private func check(_ rule: RankRule) throws(RankError) {
    guard !rule.dimensions.isEmpty else { throw .noDimensions }
    guard rule.pairsPerPrompt >= 1 else { throw .pairsPerPrompt(rule.pairsPerPrompt) }
    var numbers: [(field: String, value: Double)] = [
        ("epsilon", rule.epsilon), ("minimum total margin", rule.minimumTotalMargin),
    ]
    if case .zScore(let ddof) = rule.normalisation { numbers.append(("ddof", Double(ddof))) }
    for name in rule.minimumMargins.keys.sorted() {
        guard rule.modalities.contains(name) else { throw .unknownModality(name) }
        numbers.append(("minimum margin of \(name)", rule.minimumMargins[name] ?? 0))
    }
    for number in numbers where !(number.value.isFinite && number.value >= 0) {
        throw .invalidNumber(field: number.field, value: number.value)
    }
}

private func appendPlaces(
    of group: Range<Int>, in table: ScoreTable, totals: Totals, to ranking: inout [RankedCandidate]
) {
    let order = group.sorted {
        let (left, right) = (totals.sum(of: $0), totals.sum(of: $1))
        return left != right ? left > right : $0 < $1
    }
    for (place, row) in order.enumerated() {
        ranking.append(
            RankedCandidate(
                prompt: table.rows[row].prompt, ordinal: table.rows[row].ordinal,
                place: place + 1, totals: totals.values(of: row)))
    }
}

private func pair(
    _ choice: PairSelector.Choice, in table: ScoreTable, totals: Totals
) -> PreferencePair {
    let (winner, loser) = (choice.winner, choice.loser)
    return PreferencePair(
        prompt: table.rows[winner].prompt, winner: table.rows[winner].ordinal,
        loser: table.rows[loser].ordinal,
        winnerIsGroundTruth: table.rows[winner].isGroundTruth, margin: choice.margin,
        margins: (0..<totals.modalities).map {
            totals.value(winner, $0) - totals.value(loser, $0)
        })
}

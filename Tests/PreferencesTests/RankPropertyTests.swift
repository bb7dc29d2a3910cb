import Testing

@testable import Preferences

/// Prompts with a few candidates each; some scores are missing, some are on a coarse grid so
/// that ties occur.
private func randomRows(
    _ random: inout SplitMix64, isCoarse: Bool, hasGaps: Bool = true
) -> [CandidateScores] {
    var rows: [CandidateScores] = []
    for prompt in 0..<60 {
        for ordinal in 0..<Int.random(in: 1...5, using: &random) {
            let scores: [Double?] = (0..<7).map { _ in
                if hasGaps && Int.random(in: 0..<60, using: &random) == 0 { return nil }
                return isCoarse
                    ? Double(Int.random(in: -3...3, using: &random)) / 10
                    : Double.random(in: -4...4, using: &random)
            }
            rows.append(
                CandidateScores(
                    prompt: Int64(prompt), ordinal: ordinal, isGroundTruth: ordinal == 0,
                    scores: scores, side: randomSide(&random)))
        }
    }
    return rows
}

private func randomSide(_ random: inout SplitMix64) -> SideValues {
    SideValues(
        duration: Double.random(in: 1...9, using: &random),
        motion: Bool.random(using: &random) ? Double.random(in: 0...3, using: &random) : nil,
        silence: Double.random(in: 0...1, using: &random),
        perceptualHash: UInt64.random(in: 0...255, using: &random),
        content: UInt64.random(in: 0...9, using: &random),
        isOffPolicy: Bool.random(using: &random))
}

/// A rule that may be any combination of what a rule can say.
private func randomRule(_ random: inout SplitMix64) -> RankRule {
    var rule = goldenRule()
    func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }
    rule.normalisation = pick([
        .none, .zScore(ddof: 1), .minMax, .robust, .rank, .quantile, .normalQuantile,
    ])
    rule.scope = pick(RankRule.Scope.allCases)
    rule.groundTruth = pick(RankRule.GroundTruthPart.allCases)
    rule.aggregation = pick([
        .modalityMicro, .modalityMacro, .modalityMean, .averageMicro, .averageMacro,
        .weighted(["audio": 3]),
    ])
    rule.selection = pick([
        .dominanceMaxMargin, .allDominating, .bestWorst, .bestRandom(seed: 5), .topBottomK,
        .bestSigma(deviations: 2), .groundTruthVersusGenerated,
    ])
    rule.pairsPerPrompt = pick([nil, 1, 2, 3])
    rule.epsilon = pick([0, 0, 0.3])
    rule.ties = pick(RankRule.TieAction.allCases)
    rule.minimumTotalMargin = pick([0, 0, 0.5])
    rule.minimumMargins = pick([[:], [:], ["video": 0.1]])
    rule.missing = pick([.dropCandidate, .dropPrompt])
    rule.weighting = pick([.none, .margin, .histogram(bins: 20, alpha: 0.72, power: 1)])
    rule.guards = [
        RankRule.Guard(.minimumDeviation(0.05)), .init(.groundTruthWinnerShare(0.5)),
        .init(.staticMotion(maximumZ: -1, .winner)), .init(.silence(maximumShare: 0.8, .both)),
        .init(.nearDuplicate(maximumDistance: 1)), .init(.offPolicy),
    ].filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
    return rule
}

@Test(arguments: UInt64(1)...200)
func theOrderOfRowsDoesNotChangeABit(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = randomRows(&random, isCoarse: seed.isMultiple(of: 2))
    let rule = randomRule(&random)
    let outcome = try rank(candidates: rows, rule: rule)
    let explained = try explain(prompt: 17, candidates: rows, rule: rule)
    for _ in 0..<3 {
        let shuffled = rows.shuffled(using: &random)
        let other = try rank(candidates: shuffled, rule: rule)
        #expect(other == outcome, "\(rule)")
        let bits = { (outcome: RankOutcome) in
            outcome.ranking.flatMap { $0.totals.map(\.bitPattern) }
                + outcome.pairs.flatMap { ($0.margins + [$0.weight]).map(\.bitPattern) }
        }
        #expect(bits(other) == bits(outcome))
        #expect(try explain(prompt: 17, candidates: shuffled, rule: rule) == explained)
    }
}

@Test(arguments: UInt64(1)...200)
func whateverTheRulePairsAreTwoEachPromptHasOneOrAReasonAndAllIsFinite(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = randomRows(&random, isCoarse: seed.isMultiple(of: 2))
    let rule = randomRule(&random)
    let outcome = try rank(candidates: rows, rule: rule)
    let limit = rule.pairsPerPrompt ?? (rule.selection == .allDominating ? 10 : 1)
    for (_, pairs) in Dictionary(grouping: outcome.pairs, by: \.prompt) {
        #expect(pairs.count <= limit)
        #expect(Set(pairs.map { [$0.winner, $0.loser].sorted() }).count == pairs.count)
    }
    for pair in outcome.pairs {
        #expect(pair.winner != pair.loser)
        #expect(([pair.margin, pair.weight] + pair.margins).allSatisfy { $0.isFinite })
        #expect(pair.weight >= 0 && pair.weight <= 10)
        #expect(pair.margin >= rule.minimumTotalMargin || rule.minimumTotalMargin == 0)
    }
    #expect(outcome.ranking.allSatisfy { ($0.totals + [$0.score]).allSatisfy { $0.isFinite } })
    let paired = Set(outcome.pairs.map(\.prompt))
    #expect(paired.isDisjoint(with: outcome.unpaired.map(\.prompt)))
    #expect(paired.union(outcome.unpaired.map(\.prompt)) == Set(rows.map(\.prompt)))
    #expect(outcome.unpaired.map(\.prompt) == outcome.unpaired.map(\.prompt).sorted())
    for prompt in [Int64(0), 17, 59] {
        let why = try #require(try explain(prompt: prompt, candidates: rows, rule: rule))
        let chosen = why.pairs.filter { [.chosen, .chosenAsTie].contains($0.verdict) }
        #expect(
            chosen.map { [$0.winner, $0.loser] }
                == outcome.pairs.filter { $0.prompt == prompt }.map { [$0.winner, $0.loser] })
        #expect(why.reason == outcome.unpaired.first { $0.prompt == prompt }?.reason)
    }
}

@Test(arguments: UInt64(1)...40, [RankRule.Normalisation.zScore(ddof: 1), .minMax, .robust])
func pairsDoNotChangeWhenADimensionIsScaledAndShifted(
    seed: UInt64, normalisation: RankRule.Normalisation
) throws {
    var random = SplitMix64(seed: seed)
    let rows = randomRows(&random, isCoarse: seed.isMultiple(of: 2))
    var rule = goldenRule(normalisation)
    rule.scope = seed.isMultiple(of: 3) ? .prompt : .campaign
    let outcome = try rank(candidates: rows, rule: rule)
    var moved = rows
    for dimension in 0..<7 {
        let scale = Double.random(in: 0.01...50, using: &random)
        let shift = Double.random(in: -9...9, using: &random)
        for row in moved.indices {
            moved[row].scores[dimension] = rows[row].scores[dimension].map { $0 * scale + shift }
        }
    }
    let other = try rank(candidates: moved, rule: rule)
    #expect(
        other.pairs.map { [$0.winner, $0.loser] } == outcome.pairs.map { [$0.winner, $0.loser] })
    #expect(other.unpaired == outcome.unpaired)
    for (left, right) in zip(other.pairs, outcome.pairs) {
        #expect(isClose(left.margin, right.margin, 1e-9))
    }
}

@Test(arguments: UInt64(1)...40)
func ranksDoNotChangeABitUnderMonotoneMaps(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = randomRows(&random, isCoarse: seed.isMultiple(of: 2))
    var mapped = rows
    for row in mapped.indices {
        mapped[row].scores = rows[row].scores.enumerated().map { dimension, score in
            // Each strictly increasing, none affine.
            score.map { dimension.isMultiple(of: 2) ? $0 * $0 * $0 + $0 : $0 / (10 + $0) }
        }
    }
    for normalisation in [RankRule.Normalisation.rank, .quantile, .normalQuantile] {
        for aggregation in [RankRule.Aggregation.modalityMicro, .modalityMacro, .averageMacro] {
            var rule = goldenRule(normalisation, aggregation: aggregation)
            rule.scope = seed.isMultiple(of: 3) ? .prompt : .campaign
            let outcome = try rank(candidates: rows, rule: rule)
            let other = try rank(candidates: mapped, rule: rule)
            #expect(other.ranking == outcome.ranking && other.pairs == outcome.pairs)
        }
    }
}

@Test(arguments: UInt64(1)...40)
func negatingAMinimisedDimensionAndItsGoalChangesNothing(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = randomRows(&random, isCoarse: false)
    var negated = rows
    for row in negated.indices { negated[row].scores[6] = rows[row].scores[6].map { -$0 } }
    var rule = randomRule(&random)
    let left = try rank(candidates: rows, rule: rule)
    rule.dimensions[6].goal = .maximize
    let right = try rank(candidates: negated, rule: rule)
    #expect(left.pairs == right.pairs && left.ranking == right.ranking)
}

@Test(arguments: UInt64(1)...40)
func everyPairIsStrictlyBetterInEveryModalityAndNoneIsBetter(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var rows = randomRows(&random, isCoarse: seed.isMultiple(of: 2))
    for index in rows.indices { rows[index].side.content = nil }
    let outcome = try rank(candidates: rows, rule: goldenRule())
    let byPrompt = Dictionary(grouping: outcome.ranking, by: \.prompt)
    for pair in outcome.pairs {
        #expect(pair.margins.allSatisfy { $0 > 0 })
        for winner in byPrompt[pair.prompt] ?? [] {
            for loser in byPrompt[pair.prompt] ?? [] {
                let margins = zip(winner.totals, loser.totals).map { $0 - $1 }
                guard margins.allSatisfy({ $0 > 1e-9 }) else { continue }
                #expect(margins.reduce(0, +) <= pair.margin + 1e-9)
            }
        }
    }
    #expect(outcome.ranking.count + outcome.ineligible.count == rows.count)
}

@Test(arguments: UInt64(1)...100)
func dominanceIsIrreflexiveAsymmetricAndTransitive(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var rows = randomRows(&random, isCoarse: seed.isMultiple(of: 2))
    for index in rows.indices { rows[index].side.content = nil }
    let rule = goldenRule(selection: .allDominating)
    let outcome = try rank(candidates: rows, rule: rule)
    for (_, pairs) in Dictionary(grouping: outcome.pairs, by: \.prompt) {
        let dominates = Set(pairs.map { [$0.winner, $0.loser] })
        for pair in dominates {
            #expect(pair[0] != pair[1] && !dominates.contains([pair[1], pair[0]]))
            for next in dominates where next[0] == pair[1] {
                #expect(dominates.contains([pair[0], next[1]]))
            }
        }
    }
}

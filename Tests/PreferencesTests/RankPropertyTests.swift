import Preferences
import Testing

/// SplitMix64: small, seeded, the same everywhere.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

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
                    scores: scores))
        }
    }
    return rows
}

@Test(arguments: UInt64(1)...40)
func theOrderOfRowsDoesNotChangeABit(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    let rows = randomRows(&random, isCoarse: seed.isMultiple(of: 2))
    let outcome = try rank(candidates: rows, rule: goldenRule())
    for _ in 0..<5 {
        let shuffled = try rank(candidates: rows.shuffled(using: &random), rule: goldenRule())
        #expect(shuffled == outcome)
        let bits = { (outcome: RankOutcome) in
            outcome.ranking.flatMap { $0.totals.map(\.bitPattern) }
        }
        #expect(bits(shuffled) == bits(outcome))
    }
}

@Test(arguments: UInt64(1)...40)
func zScorePairsDoNotChangeWhenADimensionIsScaledAndShifted(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    let rows = randomRows(&random, isCoarse: seed.isMultiple(of: 2))
    let outcome = try rank(candidates: rows, rule: goldenRule())
    var moved = rows
    for dimension in 0..<7 {
        let scale = Double.random(in: 0.01...50, using: &random)
        let shift = Double.random(in: -9...9, using: &random)
        for row in moved.indices {
            moved[row].scores[dimension] = rows[row].scores[dimension].map { $0 * scale + shift }
        }
    }
    let other = try rank(candidates: moved, rule: goldenRule())
    #expect(
        other.pairs.map { [$0.winner, $0.loser] } == outcome.pairs.map { [$0.winner, $0.loser] })
    #expect(other.unpaired == outcome.unpaired)
    for (left, right) in zip(other.pairs, outcome.pairs) {
        #expect(isClose(left.margin, right.margin, 1e-9))
    }
}

@Test(arguments: UInt64(1)...40)
func negatingAMinimisedDimensionAndItsGoalChangesNothing(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    let rows = randomRows(&random, isCoarse: false)
    var negated = rows
    for row in negated.indices { negated[row].scores[6] = rows[row].scores[6].map { -$0 } }
    var rule = goldenRule()
    rule.dimensions[6].goal = .maximize
    let left = try rank(candidates: rows, rule: goldenRule())
    let right = try rank(candidates: negated, rule: rule)
    #expect(left.pairs == right.pairs)
}

@Test(arguments: UInt64(1)...40)
func everyPairIsStrictlyBetterInEveryModalityAndNoneIsBetter(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    let rows = randomRows(&random, isCoarse: seed.isMultiple(of: 2))
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
    let prompts = Set(rows.map(\.prompt))
    #expect(Set(outcome.pairs.map(\.prompt)).union(outcome.unpaired.map(\.prompt)) == prompts)
    #expect(outcome.pairs.count + outcome.unpaired.count == prompts.count)
    #expect(outcome.ranking.count + outcome.ineligible.count == rows.count)
}

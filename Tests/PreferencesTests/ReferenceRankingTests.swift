@testable import Preferences
import Testing

@Test func theReferenceHasEveryStrategyNormalisationAndPartOfTheGroundTruth() throws {
    #expect(try PreferenceFixture.whole.get().cases.count == 36)
}

@Test(arguments: 0..<36)
func rewardsAndPairsEqualTheReferenceOnTwoHundredPrompts(index: Int) throws {
    let fixture = try PreferenceFixture.whole.get()
    let expected = fixture.cases[index]
    var rule = PreferenceFixture.rule(for: expected.key)
    for epsilon in [0, 1e-9] {
        rule.epsilon = epsilon
        let outcome = try rank(candidates: fixture.rows, rule: rule)
        var pairs: [[Int]?] = Array(repeating: nil, count: expected.pairs.count)
        for pair in outcome.pairs { pairs[Int(pair.prompt)] = [pair.winner, pair.loser] }
        #expect(pairs == expected.pairs, "\(expected)")
        var found = expected.rewards.map { $0.map { _ in Double.nan } }
        for candidate in outcome.ranking {
            found[Int(candidate.prompt) * 4 + candidate.ordinal] =
                rule.aggregation.isByModality ? candidate.totals : [candidate.score]
        }
        let isEqual = zip(found.joined(), expected.rewards.joined()).allSatisfy {
            $0.isNaN && $1.isNaN || ($0 - $1).magnitude <= 1e-9
        }
        #expect(isEqual, "\(expected)")
    }
}

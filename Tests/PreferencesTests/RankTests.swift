@testable import Preferences
import Testing

private let twoModalities = RankRule(
    dimensions: [
        .init(name: "a", modality: "audio"), .init(name: "v", modality: "video"),
    ], normalisation: .none)

private func candidates(_ scores: [[Double?]], prompt: Int64 = 1) -> [CandidateScores] {
    scores.enumerated().map {
        CandidateScores(prompt: prompt, ordinal: $0.offset, scores: $0.element)
    }
}

private func reason(_ scores: [[Double?]], _ rule: RankRule = twoModalities) throws
    -> UnpairedReason?
{
    try rank(candidates: candidates(scores), rule: rule).unpaired.first?.reason
}

@Test func aCandidateWithAMissingScoreIsIneligibleWithTheDimensionNamed() throws {
    let outcome = try rank(
        candidates: candidates([[1, nil], [2, 2], [3, 3]]), rule: twoModalities)
    #expect(
        outcome.ineligible == [
            IneligibleCandidate(prompt: 1, ordinal: 0, dimension: "v", reason: .missing)
        ])
    #expect(outcome.pairs.map { [$0.winner, $0.loser] } == [[2, 1]])
}

@Test(arguments: [Double.nan, .infinity, -.infinity])
func aCandidateWithANonFiniteScoreIsIneligible(score: Double) throws {
    let outcome = try rank(
        candidates: candidates([[score, 1], [2, 2], [3, 3]]), rule: twoModalities)
    #expect(
        outcome.ineligible == [
            IneligibleCandidate(prompt: 1, ordinal: 0, dimension: "a", reason: .nonFinite)
        ])
}

@Test func anIneligibleCandidateDoesNotCountInTheStatistics() throws {
    var rule = twoModalities
    rule.normalisation = .zScore(ddof: 1)
    let scores: [[Double?]] = [[1, 1], [2, 2], [3, 3]]
    let all = try rank(candidates: candidates(scores + [[900, nil]]), rule: rule)
    let eligible = try rank(candidates: candidates(scores), rule: rule)
    #expect(all.statistics == eligible.statistics)
    #expect(all.ranking == eligible.ranking)
}

@Test func everyPromptWithoutAPairHasItsReason() throws {
    #expect(try reason([[nil, 1], [1, nil]]) == .noEligibleCandidate)
    #expect(try reason([[1, 1], [1, nil]]) == .oneEligibleCandidate)
    #expect(try reason([[1, 2], [2, 1]]) == .noDominance)
    #expect(try reason([[1, 1], [1, 1]]) == .tied)
    #expect(try reason([[1, 1], [2, 1]]) == .tied)
    var strict = twoModalities
    strict.minimumTotalMargin = 3
    #expect(try reason([[1, 1], [2, 2]], strict) == .belowMinimumMargin)
    strict.minimumTotalMargin = 0
    strict.minimumMargins = ["video": 1.5]
    #expect(try reason([[1, 1], [2, 2]], strict) == .belowMinimumMargin)
    #expect(try reason([[1, 1], [2, 2.5]], strict) == nil)
}

@Test func aDifferenceUpToEpsilonIsATie() throws {
    var rule = twoModalities
    rule.epsilon = 0.5
    #expect(try reason([[1, 1], [2, 1.5]], rule) == .tied)
    #expect(try reason([[1, 1], [2, 1.75]], rule) == nil)
}

@Test func aTieThatIsSplitIsAPairMarkedAsOneAndTheLowerOrdinalWins() throws {
    var rule = twoModalities
    rule.ties = .split
    let outcome = try rank(candidates: candidates([[1, 1], [1, 1]]), rule: rule)
    #expect(outcome.pairs.map { [$0.winner, $0.loser] } == [[0, 1]])
    #expect(outcome.pairs.map(\.isTie) == [true] && outcome.unpaired == [])
    // Tied in one modality only is no tie, and a real pair comes first.
    #expect(try reason([[1, 1], [2, 1]], rule) == .tied)
    let better = try rank(candidates: candidates([[1, 1], [1, 1], [2, 2]]), rule: rule)
    #expect(better.pairs.map { [$0.winner, $0.loser] } == [[2, 0]])
    #expect(better.pairs.map(\.isTie) == [false])
}

@Test func aLittleWorseInOneModalityAndTiedInAnotherIsATieWhateverTheSum() throws {
    var rule = RankRule(
        dimensions: twoModalities.dimensions + [.init(name: "j", modality: "audio_video")],
        normalisation: .none)
    rule.epsilon = 0.5
    // The first is better by 0.6 and tied in the rest, but its sum is lower.
    #expect(try reason([[0.6, 0, 0], [0, 0.5, 0.5]], rule) == .tied)
}

@Test func roundingIsNotPreference() throws {
    // 0.1 + 0.2 is not 0.3 in binary; a mean over them must still be a tie.
    let rule = RankRule(
        dimensions: [.init(name: "a", modality: "audio"), .init(name: "b", modality: "audio")],
        normalisation: .none)
    #expect(try reason([[0.1, 0.2], [0.3, 0.0]], rule) == .tied)
}

@Test func equalMarginsGoToTheLowestOrdinals() throws {
    let outcome = try rank(
        candidates: candidates([[0, 0], [1, 1], [0, 0], [1, 1]]), rule: twoModalities)
    #expect(outcome.pairs.map { [$0.winner, $0.loser] } == [[1, 0]])
}

@Test func severalPairsPerPromptComeByMargin() throws {
    var rule = twoModalities
    rule.pairsPerPrompt = 2
    let outcome = try rank(
        candidates: candidates([[0, 0], [1, 1], [3, 3]]), rule: rule)
    #expect(outcome.pairs.map { [$0.winner, $0.loser] } == [[2, 0], [2, 1]])
    #expect(outcome.pairs.map(\.margin) == [6, 4])
    #expect(outcome.pairs.map(\.margins) == [[3, 3], [2, 2]])
    rule.pairsPerPrompt = 9
    #expect(try rank(candidates: candidates([[0, 0], [1, 1]]), rule: rule).pairs.count == 1)
}

@Test func minimisedDimensionsAreBetterWhenSmaller() throws {
    let rule = RankRule(
        dimensions: [.init(name: "desync", modality: "audio_video", goal: .minimize)])
    let outcome = try rank(candidates: candidates([[0.9], [0.2]]), rule: rule)
    #expect(outcome.pairs.map { [$0.winner, $0.loser] } == [[1, 0]])
}

@Test func aConstantDimensionNormalisesToZero() throws {
    let rule = RankRule(dimensions: [.init(name: "x", modality: "video")])
    let outcome = try rank(candidates: candidates([[0.1], [0.1], [0.1]]), rule: rule)
    #expect(outcome.ranking.allSatisfy { $0.totals == [0] })
    #expect(outcome.unpaired.map(\.reason) == [.tied])
}

@Test func scoresNearTheLargestNumberNeverMakeAPair() throws {
    let huge = Double.greatestFiniteMagnitude
    let outcome = try rank(
        candidates: candidates([[huge, huge], [-huge, -huge], [huge, 1]]),
        rule: RankRule(dimensions: twoModalities.dimensions))
    #expect(outcome.pairs.isEmpty)
}

@Test func groundTruthOutsideTheStatisticsStillCompetes() throws {
    var rows = candidates([[50, 50], [1, 1], [3, 3]])
    rows[0].isGroundTruth = true
    let rule = RankRule(
        dimensions: twoModalities.dimensions, groundTruth: .outsideStatistics)
    let outcome = try rank(candidates: rows, rule: rule)
    #expect(outcome.statistics.map(\.mean) == [2, 2])
    #expect(outcome.statistics.map(\.count) == [2, 2])
    #expect(outcome.pairs.first?.winnerIsGroundTruth == true)
}

@Test func placesGoByTheSumOfTotalsAndThenByOrdinal() throws {
    let outcome = try rank(
        candidates: candidates([[1, 0], [5, 5], [0, 1]]), rule: twoModalities)
    #expect(outcome.ranking.map(\.ordinal) == [1, 0, 2])
    #expect(outcome.ranking.map(\.place) == [1, 2, 3])
}

@Test func noCandidatesGiveAnEmptyOutcome() throws {
    let outcome = try rank(candidates: [], rule: twoModalities)
    #expect(outcome.pairs.isEmpty && outcome.unpaired.isEmpty && outcome.ranking.isEmpty)
    #expect(outcome.groundTruthWinnerShare == nil)
}

@Test func aRuleOrTableThatCannotBeRankedSaysWhy() {
    func error(_ rows: [CandidateScores], _ change: (inout RankRule) -> Void) -> String {
        var rule = twoModalities
        change(&rule)
        do {
            _ = try rank(candidates: rows, rule: rule)
            return "no error"
        } catch {
            return error.description
        }
    }
    #expect(
        error([]) { $0.dimensions = [] } == "the rule ranks no dimension; give it at least one")
    #expect(
        error(candidates([[1]])) { _ in }
            == "candidate 0 of prompt 1 has 1 scores where the rule has 2 dimensions; give one "
            + "score, or nil, per dimension")
    #expect(
        error(candidates([[1, 1]]) + candidates([[2, 2]])) { _ in }
            == "prompt 1 has two candidates with ordinal 0; ordinals must differ")
    #expect(
        error([]) { $0.pairsPerPrompt = 0 }
            == "the rule allows 0 pairs per prompt; allow at least 1")
    #expect(
        error([]) { $0.minimumMargins = ["smell": 1] }
            == "the rule has a minimum margin for modality 'smell', but no dimension of it")
    #expect(
        error([]) { $0.epsilon = -1 }
            == "the rule's epsilon is -1.0; it must be finite and not negative")
}

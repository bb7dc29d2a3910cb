@testable import Preferences
import Testing

private func ranked(_ scores: [Int64: [Double]]) -> [RankedCandidate] {
    scores.flatMap { prompt, scores in
        scores.enumerated().map {
            RankedCandidate(prompt: prompt, ordinal: $0, place: 1, totals: [], score: $1)
        }
    }
}

@Test func everyTwoCandidatesOfAPromptAreComparedOnce() throws {
    let first = ranked([1: [3, 2, 1], 2: [1, 1]])
    let second = ranked([1: [3, 1, 2], 2: [2, 1]])
    let found = try OrderAgreement(first, second)
    #expect(found.count == 4)
    #expect(found.agreeing == 2)
    #expect(found.reversed == 1)
    // Of better, tied, worse: observed 2/4, expected (3·3 + 1·0 + 0·1)/16.
    #expect(found.kappa.map { ($0 - (0.5 - 9.0 / 16) / (1 - 9.0 / 16)).magnitude < 1e-12 } == true)
}

@Test func whatCompetesInOneRankingAloneIsNotCompared() throws {
    let found = try OrderAgreement(ranked([1: [2, 1, 0]]), ranked([1: [2, 1], 3: [1, 2]]))
    #expect(found.count == 1 && found.agreeing == 1)
    #expect(found.kappa == nil)
    #expect(try OrderAgreement([], []).count == 0)
}

@Test func aHeldOutRewardSaysWhetherItAgrees() {
    let candidates = (0..<2).flatMap { prompt in
        (0..<2).map { CandidateScores(prompt: Int64(prompt), ordinal: $0, scores: []) }
    }
    let pairs = (0..<2).map {
        PreferencePair(
            prompt: Int64($0), winner: 1, loser: 0, winnerIsGroundTruth: false, margin: 1,
            margins: [1])
    }
    func share(_ scores: [Double?], _ goal: RankRule.Goal = .maximize) -> Double? {
        HeldOutStatistics(
            name: "x", goal: goal, pairs: pairs, candidates: candidates, scores: scores
        ).winnerBetterShare
    }
    #expect(share([0, 1, 0, 1]) == 1)
    #expect(share([0, 1, 0, 1], .minimize) == 0)
    #expect(share([0, 1, 5, 5]) == 0.75)
    #expect(share([0, 1, nil, 1]) == 1)
    #expect(share([nil, 1, .nan, 1]) == nil)
}

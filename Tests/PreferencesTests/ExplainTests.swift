@testable import Preferences
import Testing

private let rule = RankRule(
    dimensions: [
        .init(name: "a", modality: "audio"), .init(name: "v", modality: "video", goal: .minimize),
    ], normalisation: .none)

private func prompt(_ scores: [[Double?]], sides: [SideValues] = []) -> [CandidateScores] {
    scores.enumerated().map {
        CandidateScores(
            prompt: 1, ordinal: $0, isGroundTruth: $0 == 0, scores: $1,
            side: $0 < sides.count ? sides[$0] : SideValues())
    }
}

private func why(_ rows: [CandidateScores], _ rule: RankRule = rule) throws -> PromptExplanation {
    try #require(try explain(prompt: 1, candidates: rows, rule: rule))
}

private func verdicts(_ why: PromptExplanation) -> [String: ExplainedPair.Verdict] {
    Dictionary(
        why.pairs.map { ("\($0.winner)>\($0.loser)", $0.verdict) },
        uniquingKeysWith: { one, _ in one }
    )
}

@Test func anExplanationHasEveryCandidateScoreTotalAndPlace() throws {
    let found = try why(prompt([[1, 4], [3, 1], [2, nil]]))
    #expect(found.dimensions.map(\.name) == ["a", "v"] && found.modalities == ["audio", "video"])
    #expect(found.candidates.map(\.raw) == [[1, 4], [3, 1], [2, nil]])
    #expect(
        found.candidates[1].part
            == .competed(
                .init(normalised: [3, -1], totals: [3, -1], score: 2, place: 1, findings: [])))
    #expect(found.candidates[2].part == .ineligible(dimension: "v", .missing))
    #expect(found.reason == nil)
    #expect(
        found.pairs == [
            ExplainedPair(winner: 1, loser: 0, margin: 5, margins: [2, 3], verdict: .chosen)
        ])
}

@Test func everyPairThatWasConsideredSaysWhatBecameOfIt() throws {
    var strict = rule
    strict.epsilon = 0.5
    strict.minimumMargins = ["audio": 2]
    strict.guards = [.init(.silence(maximumShare: 0.5, .winner))]
    let rows = prompt(
        [[0, 0], [10, -10], [10.2, -10.3], [11, -20], [-5, -30], [20, -40], [16, -9]],
        sides: [.init(), .init(), .init(), .init(), .init(), .init(silence: 1), .init(content: 1)])
    let found = verdicts(try why(rows, strict))
    #expect(found["3>0"] == .chosen)
    #expect(found["1>0"] == .beyondLimit)
    #expect(found["2>1"] == .tied)
    #expect(found["3>1"] == .belowMinimum(modality: "audio"))
    #expect(found["4>0"] == .worse(modality: "audio"))
    #expect(found["5>0"] == .guarded(name: "silence"))
}

@Test func selectionsByScoreSayWhichPairsTheyLookedAt() throws {
    var byScore = rule
    byScore.aggregation = .averageMicro
    byScore.selection = .topBottomK
    byScore.pairsPerPrompt = 2
    byScore.minimumTotalMargin = 3
    let found = try why(prompt([[0, 0], [4, 0], [6, 0], [10, 0]]), byScore)
    #expect(
        verdicts(found) == ["3>0": .chosen, "2>1": .belowMinimum(modality: nil)])
}

@Test func badScoresSayWhatIsWrong() throws {
    func parts(_ rows: [CandidateScores], _ rule: RankRule = rule) throws -> [ExplainedCandidate
        .Part]
    {
        try why(rows, rule).candidates.map(\.part)
    }
    let bad = prompt([[.nan, 1], [.infinity, 1], [nil, nil], [1, 1e200]])
    #expect(
        try parts(bad) == [
            .ineligible(dimension: "a", .nonFinite), .ineligible(dimension: "a", .nonFinite),
            .ineligible(dimension: "a", .missing), .ineligible(dimension: "v", .tooLarge),
        ])
    #expect(try why(bad).reason == .noEligibleCandidate)
    #expect(try why(prompt([[1, 1]])).reason == .oneEligibleCandidate)
    #expect(try why(prompt([[1, 1], [1, 1], [1, 1]])).reason == .tied)

    var whole = rule
    whole.missing = .dropPrompt
    let half = prompt([[1, 1], [2, 0], [nil, 0]])
    #expect(
        try parts(half, whole) == [
            .promptDropped, .promptDropped, .ineligible(dimension: "a", .missing),
        ])
    #expect(try why(half, whole).reason == .missingScore)
    #expect(try why(half).reason == nil)

    whole.missing = .fail
    let expected = RankError.missingScores(
        count: 1,
        first: IneligibleCandidate(prompt: 1, ordinal: 2, dimension: "a", reason: .missing))
    #expect(throws: expected) { try rank(candidates: half, rule: whole) }
}

@Test func groundTruthThatIsLeftOutSaysSo() throws {
    var generated = rule
    for part in [RankRule.GroundTruthPart.removed, .statisticsOnly] {
        generated.groundTruth = part
        let found = try why(prompt([[9, 0], [1, 1], [2, 0]]), generated)
        #expect(found.candidates[0].part == .groundTruthLeftOut)
        #expect(verdicts(found) == ["2>1": .chosen])
    }
    // What is removed may lack scores, even where that is to fail.
    generated.groundTruth = .removed
    generated.missing = .fail
    #expect(try why(prompt([[nil, 0], [1, 1], [2, 0]]), generated).reason == nil)
    generated.selection = .groundTruthVersusGenerated
    #expect(try why(prompt([[9, 0], [1, 1], [2, 0]]), generated).reason == .noGroundTruth)
}

@Test func aPairThatTheWholeCampaignKeepsOutSaysSo() throws {
    var shared = rule
    shared.guards = [.init(.groundTruthWinnerShare(0))]
    let found = try why(prompt([[9, 0], [1, 1]]), shared)
    #expect(verdicts(found) == ["0>1": .guarded(name: "max-reference-winner-share")])
    #expect(found.reason == .groundTruthWinnerShare)
}

@Test func aPromptWithoutCandidatesHasNoExplanation() throws {
    #expect(try explain(prompt: 2, candidates: prompt([[1, 1]]), rule: rule) == nil)
}

import Evaluations
import Foundation
import Testing

private func fixture() throws -> EvaluationsFixture { try EvaluationsFixture.whole.get() }

@Test func dimensionsEqualNumpy() throws {
    let found = try fixture().compared()
    #expect(found.dimensions.count == 8)
    for (found, expected) in zip(found.dimensions, try fixture().comparison.dimensions) {
        #expect(found.dimension.name == expected.name)
        #expect(found.prompts == expected.prompts)
        #expect([found.missingBefore, found.missingAfter] == expected.missing)
        #expect(isClose(found.before, expected.before) && isClose(found.after, expected.after))
        #expect(isClose(found.deviation, expected.deviation))
        expectAgrees(found.difference, expected.difference)
        expectAgrees(found.gain, expected.gain)
        expectAgrees(found.wins, expected.wins)
    }
}

@Test func modalitiesAndTheirTotalsEqualNumpy() throws {
    let (found, expected) = (try fixture().compared(), try fixture().comparison)
    let ranked = try #require(found.ranked)
    #expect(ranked.modalities.map(\.name) == ["audio", "video", "audio_video"])
    #expect(ranked.total.dimensions.count == 6)
    let judge = try #require(found.judge)
    #expect(judge.modalities.map(\.name) == ["audio", "people"])
    for (found, expected) in [(ranked, expected.ranked), (judge, expected.judge)] {
        let all = zip(
            found.modalities + [found.total], expected.modalities + [expected.total])
        for (found, expected) in all {
            #expect(found.prompts == expected.prompts)
            #expect(isClose(found.before, expected.before, 1e-9))
            #expect(isClose(found.after, expected.after, 1e-9))
            expectAgrees(found.gain, expected.gain)
            expectAgrees(found.wins, expected.wins)
        }
    }
}

@Test func onlyAModalityOfSharesHasRawMeans() throws {
    let ranked = try #require(try fixture().compared().ranked)
    #expect(ranked.modalities.map { $0.shares != nil } == [false, true, false])
    #expect(ranked.total.shares == nil)
    let (found, expected) = (ranked.modalities[1].shares, try fixture().comparison.videoShares)
    #expect(isClose(found?.before, expected[0]) && isClose(found?.after, expected[1]))
    expectAgrees(found?.difference, Array(expected[2...]))
}

@Test func theOrderOfPromptsChangesNoBit() throws {
    let fixture = try fixture()
    let turned = try comparePolicies(
        before: "base", after: "round 1", dimensions: fixture.dimensions,
        prompts: fixture.scores.reversed())
    #expect(try turned == fixture.compared())
}

@Test func policiesChangePlacesWithoutATrace() throws {
    let (fixture, forth) = (try fixture(), try fixture().compared())
    let back = try comparePolicies(
        before: "round 1", after: "base", dimensions: fixture.dimensions,
        prompts: fixture.scores.map {
            PromptScores(prompt: $0.prompt, before: $0.after, after: $0.before)
        })
    for (left, right) in zip(forth.dimensions, back.dimensions) {
        #expect(left.before == right.after && left.missingAfter == right.missingBefore)
        #expect(isClose(left.gain?.value, -(right.gain?.value ?? .nan)))
        #expect(left.wins?.wins == right.wins?.losses && left.wins?.ties == right.wins?.ties)
    }
    #expect(forth.ranked?.total.wins?.wins == back.ranked?.total.wins?.losses)
}

@Test func aVerdictNeedsTheWholeInterval() throws {
    let gains = try fixture().compared().dimensions.map { $0.gain?.verdict }
    #expect(
        gains == [.better, .unclear, .better, .unclear, .unclear, .better, .better, .worse])
}

@Test func anUnusableScoreIsCountedAndNotCompared() throws {
    let found = try comparePolicies(
        before: "a", after: "b",
        dimensions: [.init(name: "x", modality: "audio"), .init(name: "y", modality: "video")],
        prompts: [
            PromptScores(prompt: 1, before: [[1, 1], [.nan, 1]], after: [[2, 1]]),
            PromptScores(prompt: 2, before: [[nil, 1]], after: [[5, 1]]),
            PromptScores(prompt: 3, before: [], after: [[.infinity, 1]]),
        ])
    let x = found.dimensions[0]
    #expect(x.prompts == 1 && x.missingBefore == 2 && x.missingAfter == 1)
    #expect(x.before == 1 && x.after == 2)
    #expect(found.dimensions[1].prompts == 2)
    #expect(found.ranked?.total.prompts == 1 && found.judge == nil)
}

@Test func policiesThatScoreTheSameAreTied() throws {
    let found = try comparePolicies(
        before: "a", after: "b", dimensions: [.init(name: "x", modality: "audio")],
        prompts: (0..<5).map { PromptScores(prompt: $0, before: [[0.1]], after: [[0.1]]) })
    #expect(found.dimensions[0].gain == Estimate(value: 0, lower: 0, upper: 0))
    #expect(found.dimensions[0].gain?.verdict == .unclear)
    #expect(found.ranked?.total.wins?.ties == 5 && found.ranked?.total.wins?.rate == 0.5)
}

@Test func withoutPromptsThereAreNoNumbers() throws {
    let found = try comparePolicies(
        before: "a", after: "b", dimensions: [.init(name: "x", modality: "audio")], prompts: [])
    #expect(found.dimensions[0].before == nil && found.dimensions[0].gain == nil)
    #expect(found.ranked?.total.wins == nil && found.ranked?.total.prompts == 0)
}

@Test func whatCannotBeComparedIsRefused() {
    func compare(_ dimensions: [ComparedDimension], _ prompts: [PromptScores]) throws {
        _ = try comparePolicies(
            before: "a", after: "b", dimensions: dimensions, prompts: prompts)
    }
    let x = ComparedDimension(name: "x", modality: "audio")
    let prompt = PromptScores(prompt: 4, before: [[1]], after: [[1]])
    #expect(throws: ComparisonError.duplicateDimension("x")) { try compare([x, x], []) }
    #expect(throws: ComparisonError.duplicatePrompt(4)) { try compare([x], [prompt, prompt]) }
    #expect(throws: ComparisonError.scoreCount(prompt: 4, expected: 0, found: 1)) {
        try compare([], [prompt])
    }
    #expect(throws: ComparisonError.noModality("y")) {
        try compare([ComparedDimension(name: "y", modality: nil)], [])
    }
}

@Test func aComparisonIsWrittenInSnakeCaseAndReadBack() throws {
    let comparison = try fixture().compared()
    let data = try JSONEncoder().encode(comparison)
    #expect(try JSONDecoder().decode(PolicyComparison.self, from: data) == comparison)
    let text = String(decoding: data, as: UTF8.self)
    #expect(text.contains(#""missing_before":2"#) && text.contains(#""is_share":true"#))
    #expect(text.firstMatch(of: /"[a-z]+[A-Z]\w*":/) == nil)
}

/// Whether an estimate has the same value, and an interval within its Monte Carlo error.
///
/// Ten thousand resamples place each end within 3 % of the width of where any number would.
private func expectAgrees(
    _ found: Estimate?, _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
) {
    let width = expected[2] - expected[1]
    #expect(isClose(found?.value, expected[0], 1e-9), sourceLocation: sourceLocation)
    for (end, other) in [(found?.lower, expected[1]), (found?.upper, expected[2])] {
        #expect(
            ((end ?? .nan) - other).magnitude <= 0.03 * width, sourceLocation: sourceLocation)
    }
}

private func expectAgrees(
    _ found: PromptWins?, _ expected: EvaluationsFixture.Wins,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(isClose(found?.rate, expected.rate), sourceLocation: sourceLocation)
    guard let wilson = expected.wilson else { return }
    #expect(isClose(found?.lower, wilson[0], 1e-9), sourceLocation: sourceLocation)
    #expect(isClose(found?.upper, wilson[1], 1e-9), sourceLocation: sourceLocation)
}

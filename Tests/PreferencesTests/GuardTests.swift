@testable import Preferences
import Testing

private let rule = RankRule(
    dimensions: [
        .init(name: "a", modality: "audio"), .init(name: "v", modality: "video"),
    ], normalisation: .none)

/// One prompt whose candidates score 0, 1, 2… in everything.
private func ladder(_ sides: [SideValues], prompt: Int64 = 1) -> [CandidateScores] {
    sides.enumerated().map {
        CandidateScores(
            prompt: prompt, ordinal: $0, isGroundTruth: $0 == 0,
            scores: [Double($0), Double($0)], side: $1)
    }
}

private func outcome(
    _ rows: [CandidateScores], _ kind: RankRule.Guard.Kind,
    _ action: RankRule.Guard.Action = .drop
) throws -> RankOutcome {
    var guarded = rule
    guarded.guards = [RankRule.Guard(kind, action: action)]
    return try rank(candidates: rows, rule: guarded)
}

private func members(_ outcome: RankOutcome) -> [[Int]] {
    outcome.pairs.map { [$0.winner, $0.loser] }
}

@Test func aGuardThatDropsLeavesTheNextBestPair() throws {
    let rows = ladder([SideValues(silence: 0), .init(silence: 0.2), .init(silence: 0.9)])
    let dropped = try outcome(rows, .silence(maximumShare: 0.8, .both))
    #expect(members(dropped) == [[1, 0]])
    #expect(
        dropped.guards == [GuardReport(name: "silence", action: .drop, found: 1, unmeasured: 0)])
    #expect(try members(outcome(rows, .silence(maximumShare: 0.8, .loser))) == [[2, 0]])
}

@Test func aGuardThatWarnsNamesItselfInThePair() throws {
    let rows = ladder([SideValues(silence: 0), .init(silence: 0.2), .init(silence: 0.9)])
    let warned = try outcome(rows, .silence(maximumShare: 0.8, .winner), .warn)
    #expect(members(warned) == [[2, 0]] && warned.pairs[0].warnings == ["silence"])
    #expect(warned.guards[0].found == 1)
    let quiet = try outcome(rows, .silence(maximumShare: 0.95, .winner), .warn)
    #expect(quiet.pairs[0].warnings == [] && quiet.guards[0].found == 0)
}

@Test func aGuardThatFailsNamesThePrompt() throws {
    let rows = ladder([SideValues(silence: 0), .init(silence: 0.9)])
    #expect(throws: RankError.guardFailed(name: "silence", count: 1, prompt: 1)) {
        try outcome(rows, .silence(maximumShare: 0.8, .winner), .fail)
    }
    #expect(try members(outcome(rows, .silence(maximumShare: 0.8, .loser), .fail)) == [[1, 0]])
}

@Test func whatWasNotMeasuredIsCountedAndCounts() throws {
    let rows = ladder([SideValues(), .init(silence: .nan), .init()])
    let found = try outcome(rows, .silence(maximumShare: 0.1, .both))
    #expect(members(found) == [[2, 0]])
    #expect(found.guards[0].unmeasured == 3 && found.guards[0].found == 0)
}

@Test func aPromptWhosePairsAreAllKeptOutHasTheGuardAsItsReason() throws {
    let silent = ladder([SideValues(silence: 1), .init(silence: 1)])
    #expect(
        try outcome(silent, .silence(maximumShare: 0.8, .both)).unpaired.map(\.reason)
            == [.silence])
    var byScore = rule
    byScore.selection = .bestWorst
    byScore.guards = [.init(.silence(maximumShare: 0.8, .loser))]
    let losers = ladder([SideValues(silence: 1), .init(silence: 0)])
    #expect(try rank(candidates: losers, rule: byScore).unpaired.map(\.reason) == [.silence])
    let alike = ladder([SideValues(perceptualHash: 0b1000), .init(perceptualHash: 0b1111)])
    let near = try outcome(alike, .nearDuplicate(maximumDistance: 3))
    #expect(near.unpaired.map(\.reason) == [.nearDuplicate] && near.guards[0].found == 1)
    #expect(try outcome(alike, .nearDuplicate(maximumDistance: 2)).pairs.count == 1)
    let uniform = try outcome(ladder([SideValues(), .init()]), .minimumDeviation(1.01))
    #expect(uniform.unpaired.map(\.reason) == [.minimumDeviation])
    #expect(try outcome(ladder([SideValues(), .init()]), .minimumDeviation(1)).pairs.count == 1)
}

@Test func staticClipsAreFoundByTheirDistanceFromTheMean() throws {
    let motions = [1.0, 1.1, 0.9, 1.05, 0.95, 0.1]
    let rows = ladder(motions.map { SideValues(motion: $0) })
    #expect(try members(outcome(rows, .staticMotion(maximumZ: -1.5, .winner))) == [[4, 0]])
    #expect(try members(outcome(rows, .staticMotion(maximumZ: -2.5, .winner))) == [[5, 0]])
}

@Test func groundTruthIsNeverOffPolicy() throws {
    let rows = ladder([
        SideValues(isOffPolicy: true), .init(isOffPolicy: false), .init(isOffPolicy: true),
    ])
    #expect(try members(outcome(rows, .offPolicy)) == [[1, 0]])
}

@Test func twoOfTheSameContentAreNeverAPair() throws {
    let rows = ladder([SideValues(content: 7), .init(content: 7)])
    #expect(try rank(candidates: rows, rule: rule).unpaired.map(\.reason) == [.sameContent])
    let unknown = ladder([SideValues(), .init()])
    #expect(try rank(candidates: unknown, rule: rule).pairs.count == 1)
}

@Test func theSmallestMarginsLeaveUntilTheShareOfGroundTruthIsKept() throws {
    var rows: [CandidateScores] = []
    // Prompts 0 to 5 are won by the ground truth by ever more, prompts 6 and 7 are not.
    for prompt in 0..<8 {
        let lead = prompt < 6 ? Double(prompt + 1) : -1
        for (ordinal, score) in [lead, 0].enumerated() {
            rows.append(
                CandidateScores(
                    prompt: Int64(prompt), ordinal: ordinal, isGroundTruth: ordinal == 0,
                    scores: [score, score]))
        }
    }
    let kept = try outcome(rows, .groundTruthWinnerShare(0.5))
    #expect(kept.pairs.map(\.prompt) == [4, 5, 6, 7] && kept.groundTruthWinnerShare == 0.5)
    #expect(kept.unpaired.map(\.prompt) == [0, 1, 2, 3])
    #expect(kept.unpaired.allSatisfy { $0.reason == .groundTruthWinnerShare })
    let warned = try outcome(rows, .groundTruthWinnerShare(0.5), .warn)
    #expect(warned.pairs.count == 8 && warned.guards[0].found == 4)
    #expect(try outcome(rows, .groundTruthWinnerShare(0.75)).pairs.count == 8)
    #expect(try outcome(rows, .groundTruthWinnerShare(0)).pairs.map(\.prompt) == [6, 7])
    #expect(try outcome(rows, .groundTruthWinnerShare(1)).pairs.count == 8)
    #expect(throws: RankError.guardFailed(name: "max-reference-winner-share", count: 4, prompt: 0))
    {
        try outcome(rows, .groundTruthWinnerShare(0.5), .fail)
    }
}

@testable import Campaigns
@testable import Scheduling
@testable import Store
import Testing

@Test func aRankingHasAPairOrAReasonForEachPrompt() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3))
    // The second candidate is better, but for prompt 1, where each is better in one modality.
    try store.complete(0..<3) { prompt, ordinal, output in
        let better = prompt == 1 && output == "loudness" ? 0 : 1
        return ordinal == better ? 0.9 : 0.1
    }
    let summary = try store.rank(rankTask())
    #expect(summary.prompts == 3)
    #expect(summary.candidates == 6)
    #expect(summary.pairs == 2)
    #expect(summary.unpaired == ["no-dominance": 1])
    let ranking = try #require(try store.ranking(of: 1))
    #expect(ranking.id == rankTask())
    #expect(ranking.isCurrent)
    #expect(ranking.modalities == ["video", "audio"])
    #expect(ranking.pairs == 2)
    #expect(ranking.unpaired == summary.unpaired)
    let pairs = try store.pairs(of: ranking)
    #expect(pairs.map(\.prompt) == ["p0", "p2"])
    #expect(pairs.map(\.winner) == [taskID(0, 1), taskID(2, 1)])
    #expect(pairs.map(\.loserOrdinal) == [0, 0])
    #expect(
        pairs.allSatisfy { $0.margins.count == 2 && $0.margin == $0.margins[0] + $0.margins[1] })
    let page = try store.pairs(of: ranking, after: (pairs[0].number, pairs[0].place))
    #expect(page == Array(pairs.dropFirst()))
}

@Test func rankingAgainReplacesTheRanking() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3))
    try store.complete(0..<3) { _, ordinal, _ in Double(ordinal) }
    let first = try store.rank(rankTask())
    let pairs = try store.pairs(of: try #require(try store.ranking(of: 1)))
    #expect(try store.rank(rankTask()) == first)
    #expect(try store.pairs(of: try #require(try store.ranking(of: 1))) == pairs)
    #expect(pairs.count == 3)
}

@Test func aCandidateWithoutAScoreIsLeftOutWithTheReason() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<2))
    try store.complete(0..<2) { prompt, ordinal, output in
        prompt == 1 && ordinal == 1 && output == "loudness" ? nil : Double(ordinal)
    }
    let summary = try store.rank(rankTask())
    #expect(summary.ineligible == 1)
    #expect(summary.unpaired == ["one-eligible-candidate": 1])
    #expect(
        try store.text("task_prompt(candidate_id), dimension, reason) from ineligible")
            == "1|loud|silent clip")
}

@Test func aCandidateThatWasNeverScoredIsIneligible() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    try store.apply(Changes(emitted: [taskID(0, 0)], completed: [completion(taskID(0, 0))]))
    let summary = try store.rank(rankTask())
    #expect(summary.candidates == 0)
    #expect(summary.ineligible == 1)
    #expect(try store.text("dimension, reason) from ineligible") == "sharp|missing-score")
}

@Test func aRankingSpeaksOfThePromptsOfItsRecipe() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<4))
    try store.complete(0..<4) { _, ordinal, _ in Double(ordinal) }
    let fewer = try store.submit(
        sampleCampaign(),
        prompts: samplePrompts(0..<1) + samplePrompts(2..<4))
    let slot = try #require(fewer.snapshot.plan.slots.lastIndex { $0.isActive })
    #expect(try store.rank(rankTask(slot)).pairs == 3)
    #expect(try store.rank(rankTask()).pairs == 4)
    // The current one is shown, not the newest.
    #expect(try store.ranking(of: 1)?.id == rankTask(slot))
}

@Test func anotherRuleIsAnotherRankingOfTheSameScores() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<2))
    try store.complete(0..<2) { prompt, ordinal, _ in Double(ordinal * (1 + prompt)) }
    #expect(try store.rank(rankTask()).pairs == 2)
    let first = try #require(try store.ranking(of: 1))
    _ = try store.submit(
        sampleCampaign(
            rank: Campaign.Rank(
                normalize: Campaign.Normalize(method: .none), minMargin: ["total": 3])),
        prompts: samplePrompts(0..<2))
    let summary = try store.rank(rankTask(7))
    #expect(summary.pairs == 1)
    #expect(summary.unpaired == ["below-minimum-margin": 1])
    #expect(try store.pairs(of: first).count == 2)
}

@Test func onlyARankTaskCanBeRanked() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    #expect(throws: StoreError.self) { try store.rank(rankTask(0)) }
    #expect(throws: StoreError.self) { try store.rank(rankTask(40)) }
    #expect(throws: StoreError.self) { try store.rank(rankTask(of: 7)) }
}

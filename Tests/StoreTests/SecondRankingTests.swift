@testable import Campaigns
import Postgres
import Preferences
@testable import Scheduling
@testable import Store
import Testing

/// A campaign of four prompts whose candidates were scored and ranked: the second is better.
private func rankedStore() throws -> Store {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<4))
    try store.complete(0..<4) { prompt, ordinal, output in
        // Prompt 3 has no dominating pair: each candidate is better in one modality.
        let better = prompt == 3 && output == "loudness" ? 0 : 1
        let value = output == "loudness" ? 1 : Double(prompt) + 1
        return ordinal == better ? value : 0
    }
    _ = try store.rank(rankTask())
    return store
}

private func rank(
    _ store: inout Store, _ rank: Campaign.Rank, _ wish: RankWish = RankWish(name: "v2")
) throws -> (TaskID, RankSummary) {
    let task = try store.addRanking(sampleCampaign(rank: rank), to: 1)
    var times = RankTimes()
    return (task, try store.rank(task, wish, &times))
}

@Test func aSecondRankingStandsBesideTheFirst() throws {
    var store = try rankedStore()
    let (task, summary) = try rank(&store, Campaign.Rank(select: .bestWorst))
    #expect(task.slot == Slot.rank + 1)
    #expect(summary.pairs == 4)
    let rankings = try store.rankings(of: 1)
    #expect(rankings.map(\.name) == ["r1", "v2"])
    #expect(rankings.map(\.number) == [1, 2])
    #expect(rankings.map(\.pairs) == [3, 4])
    #expect(rankings.map(\.isCurrent) == [true, false])
    #expect(rankings.map(\.isOfFile) == [true, false])
    #expect(rankings[1].rule.contains("best-worst"))
    #expect(try store.pairs(of: rankings[0]).count == 3)
    #expect(try store.pairs(of: rankings[1]).count == 4)
}

@Test func theSameRuleAgainIsTheSameRanking() throws {
    var store = try rankedStore()
    let rule = Campaign.Rank(normalize: .init(method: .rank), aggregate: .modalityMean)
    let (task, first) = try rank(&store, rule)
    let pairs = try store.pairs(of: store.rankings(of: 1)[1])
    #expect(try rank(&store, rule).1 == first)
    #expect(try store.rankings(of: 1).map(\.name) == ["r1", "v2"])
    #expect(try store.pairs(of: store.rankings(of: 1)[1]) == pairs)
    // That of the campaign's file is known too.
    #expect(try store.addRanking(sampleCampaign(), to: 1) == rankTask())
    // Another name is another name for the same.
    #expect(try rank(&store, rule, RankWish(name: "v3")).0 == task)
    #expect(try store.rankings(of: 1).map(\.name) == ["r1", "v3"])
}

@Test func aNameBelongsToOneRanking() throws {
    var store = try rankedStore()
    #expect(throws: StoreError.self) {
        try rank(&store, Campaign.Rank(select: .bestWorst), RankWish(name: "r1"))
    }
    #expect(try store.rankings(of: 1).count == 1)
}

@Test func theChosenRankingIsCurrentUntilTheFileAsksForAnother() throws {
    var store = try rankedStore()
    let (task, _) = try rank(
        &store, Campaign.Rank(select: .bestWorst), RankWish(name: "v2", isChosen: true))
    #expect(try store.ranking(of: 1)?.id == task)
    // Ranking the file's rule again is no new wish.
    _ = try store.rank(rankTask())
    #expect(try store.ranking(of: 1)?.id == task)
    try store.choose(nil, of: 1)
    #expect(try store.ranking(of: 1)?.name == "r1")
    try store.choose(task, of: 1)
    let changed = sampleCampaign(rank: Campaign.Rank(tieEpsilon: 0.5))
    let submission = try store.submit(changed, prompts: samplePrompts(0..<4))
    let slot = try #require(submission.snapshot.plan.slots.lastIndex { $0.isActive })
    _ = try store.rank(rankTask(slot))
    #expect(try store.ranking(of: 1)?.id == rankTask(slot))
}

@Test func aRuleThatWasAskedForMayBecomeThatOfTheFile() throws {
    var store = try rankedStore()
    let rule = Campaign.Rank(select: .bestWorst)
    let (task, _) = try rank(&store, rule)
    let submission = try store.submit(sampleCampaign(rank: rule), prompts: samplePrompts(0..<4))
    #expect(submission.snapshot.plan.slots.lastIndex { $0.isActive } == task.slot)
    #expect(try store.ranking(of: 1)?.name == "v2")
}

@Test func aRuleThatNeedsOtherWorkIsRefused() throws {
    var store = try rankedStore()
    #expect(throws: StoreError.self) {
        try store.addRanking(sampleCampaign(samples: 3), to: 1)
    }
    let more = sampleRewards + [Reward(name: "x", scorer: "new", output: "x", modality: "audio")]
    #expect(throws: StoreError.self) {
        try store.addRanking(sampleCampaign(rewards: more), to: 1)
    }
    // Ranking by fewer of the stored scores needs nothing.
    var fewer = sampleRewards
    fewer[1].role = .heldOut
    let task = try store.addRanking(sampleCampaign(rewards: fewer), to: 1)
    #expect(task.slot == Slot.rank + 1)
}

@Test func aPairSaysAllThatDecidedIt() throws {
    var store = try rankedStore()
    let rule = Campaign.Rank(
        select: .bestWorst, guards: [.init(type: .minStd, value: 10, action: .warn)],
        weighting: .init(method: .margin))
    let (task, _) = try rank(&store, rule)
    let ranking = try #require(try store.rankings(of: 1).first { $0.id == task })
    let pairs = try store.pairs(of: ranking)
    for pair in pairs {
        let (winner, loser) = (pair.winnerStanding, pair.loserStanding)
        #expect(zip(winner.totals, loser.totals).map { $0 - $1 } == pair.margins)
        #expect(winner.normalised.count == 3)
        #expect(pair.warnings == ["min-std"])
    }
    #expect((pairs.map(\.weight).reduce(0, +) / 4 - 1).magnitude < 1e-12)
    #expect(ranking.guards.contains("\"found\": 4"))
}

@Test func heldOutRewardsAreReportedAndNeverRanked() throws {
    var store = try leadingStore()
    var rewards = sampleRewards
    rewards[1].role = .heldOut
    rewards[1].modality = nil
    _ = try store.submit(sampleCampaign(rewards: rewards), prompts: samplePrompts(0..<3))
    try store.complete(0..<3) { prompt, ordinal, output in
        // The held-out one likes the loser, and lacks a score that then costs nothing.
        if output == "motion" { return prompt == 2 ? nil : Double(1 - ordinal) }
        return Double(ordinal)
    }
    #expect(try store.rank(rankTask()).pairs == 3)
    let report = try store.report(of: rankTask())
    #expect(report.statistics.scores.map(\.name) == ["sharp", "loud"])
    #expect(report.heldOut.map(\.name) == ["moving"])
    #expect(report.heldOut[0].pairs == 2)
    #expect(report.heldOut[0].winnerBetterShare == 0)
    #expect(report.heldOut[0].scores.count == 4)
}

@Test func rankingsAreComparedByPairsAndByOrder() throws {
    var store = try rankedStore()
    let (task, _) = try rank(&store, Campaign.Rank(select: .bestWorst))
    let difference = try store.compare(rankTask(), task)
    #expect(difference.pairs.same == 3)
    #expect(difference.pairs.onlySecond == 1)
    #expect(difference.overlap == 0.75)
    #expect(difference.order.count == 4)
    #expect(difference.order.agreeing == 4)
}

@Test func guardsLookAtTheScoresOfTheirOutputs() throws {
    var store = try leadingStore()
    let rewards =
        sampleRewards.filter { $0.output != "motion" }
        + [Reward(name: "moving", scorer: "look", output: "motion", modality: nil, role: .heldOut)]
    let rule = Campaign.Rank(
        guards: [.init(type: .staticMotion, maxZ: 0.5, appliesTo: .winner)])
    _ = try store.submit(
        sampleCampaign(rewards: rewards, rank: rule), prompts: samplePrompts(0..<2))
    try store.complete(0..<2) { prompt, ordinal, output in
        output == "motion" ? (prompt == 0 && ordinal == 1 ? 9 : 0) : Double(ordinal)
    }
    let summary = try store.rank(rankTask())
    #expect(summary.pairs == 1)
    #expect(summary.unpaired == ["static-motion": 1])
}

@Test func theSameClipTwiceIsNoPair() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    try store.complete(0..<1) { _, ordinal, _ in Double(ordinal) }
    try store.write { (connection) throws(StoreError) -> Void in
        try connection.storing { (connection) throws(PostgresError) in
            _ = try connection.execute(
                "update candidates set media = '[{\"role\": \"joint\", \"sha256\": \"ab\"}]'")
        }
    }
    #expect(try store.rank(rankTask()).unpaired == ["same-content": 1])
}

@testable import Campaigns
@testable import Scheduling
@testable import Store
import Testing

@Test func aNewCampaignHasAPlanAndNoTasks() throws {
    var store = try leadingStore()
    let submission = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3))
    #expect(submission.created)
    #expect(!submission.unchanged)
    let plan = submission.snapshot.plan
    #expect(plan.prompts == 3)
    #expect(
        plan.slots.map(\.taskClass.need.kind) == [
            .generate, .generate, .score, .score, .score, .score, .rank,
        ])
    #expect(plan.slots.map(\.source) == [nil, nil, 0, 0, 1, 1, nil])
    #expect(plan.slots.map(\.isWholeCampaign) == [false, false, false, false, false, false, true])
    #expect(plan.maxRunning == 50)
    #expect(plan.failureBudget == .share(0.05))
    let generate = plan.slots[0].taskClass
    #expect(generate.need == Capability(kind: .generate, name: "ball@1", batch: 1024))
    #expect(generate.resources == Resources(cpus: 1500, memory: 1 << 30, gpus: 250))
    #expect(generate.labels == [LabelRule(key: "zone", values: ["a", "b"])])
    #expect(generate.retry == RetryRule(retries: 1, backoff: 1000, crashLimit: 3))
    #expect(generate.model == "ball@1")
    #expect(plan.slots[2].taskClass.model == "look")
    #expect(submission.snapshot.stages.allSatisfy { $0 == Stage.blocked.rawValue })
}

@Test func theSameSubmissionAgainChangesNothing() throws {
    var store = try leadingStore()
    let first = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3))
    let before = try store.tables()
    let second = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3))
    #expect(!second.created)
    #expect(second.unchanged)
    #expect(second.id == first.id)
    #expect(second.snapshot.plan == first.snapshot.plan)
    #expect(try store.tables() == before)
}

@Test func moreSamplesKeepTheNumbersOfTheFirst() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<2))
    try store.complete(0..<2)
    let more = try store.submit(sampleCampaign(samples: 3), prompts: samplePrompts(0..<2))
    let slots = more.snapshot.plan.slots
    #expect(slots.count == 11)
    #expect(slots.filter(\.isActive).count == 10)
    #expect(!slots[Slot.rank].isActive)
    #expect(slots[7].taskClass.need.kind == .generate)
    #expect(slots[8].source == 7)
    #expect(slots[10].isWholeCampaign)
    #expect(more.snapshot.stages.count { $0 == Stage.completed.rawValue } == 12)
}

@Test func onlyARankingIsNewWhenOnlyTheRuleIs() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<2))
    let changed = try store.submit(
        sampleCampaign(rank: Campaign.Rank(pairsPerPrompt: 2)), prompts: samplePrompts(0..<2))
    #expect(!changed.unchanged)
    let slots = changed.snapshot.plan.slots
    #expect(slots.count == 8)
    #expect(slots.map(\.isActive) == [true, true, true, true, true, true, false, true])
    #expect(slots[7].isWholeCampaign)
    // Back to the first rule: it comes back under its number.
    let back = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<2))
    #expect(back.snapshot.plan.slots.map(\.isActive).suffix(2) == [true, false])
}

@Test func promptsComeAndGoUnderTheirNumbers() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<4))
    let fewer = try store.submit(sampleCampaign(), prompts: samplePrompts(2..<6))
    #expect(fewer.snapshot.plan.prompts == 6)
    #expect(fewer.snapshot.plan.retired == [0, 1])
    #expect(fewer.catalog.input(for: taskID(5, 0)).prompt == "p5")
    let again = try store.submit(
        sampleCampaign(), prompts: samplePrompts(1..<3).reversed())
    #expect(again.snapshot.plan.prompts == 6)
    #expect(again.snapshot.plan.retired == [0, 3, 4, 5])
    #expect(try store.text("count(*)) from prompts") == "6")
}

@Test func otherPromptsAreRankedAnew() throws {
    var store = try leadingStore()
    let first = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<2))
    let more = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3))
    #expect(first.snapshot.plan.slots.count == 7)
    #expect(more.snapshot.plan.slots.count == 8)
    #expect(more.snapshot.plan.slots.map(\.isActive).suffix(2) == [false, true])
}

@Test func addedGroundTruthKeepsThePromptsNumber() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<2))
    let prompts = samplePrompts(0..<2).map {
        Prompt(
            key: $0.key, text: $0.text,
            groundTruth: .init(video: "/gt/\($0.key).mp4", audio: nil))
    }
    let changed = try store.submit(sampleCampaign(includeReference: true), prompts: prompts)
    #expect(changed.snapshot.plan.prompts == 2)
    #expect(changed.snapshot.plan.retired == [])
    let slots = changed.snapshot.plan.slots
    let ingest = try #require(slots.firstIndex { $0.taskClass.need.kind == .ingest })
    let media = changed.catalog.input(for: taskID(1, ingest)).groundTruth
    #expect(media == [Media(role: "joint", path: "/gt/p1.mp4", sha256: "")])
    let same = try store.submit(sampleCampaign(includeReference: true), prompts: prompts)
    #expect(same.unchanged)
}

@Test func aRenamedRewardKeepsItsScores() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    try store.complete(0..<1)
    var rewards = sampleRewards
    rewards[0].name = "crisp"
    let renamed = try store.submit(
        sampleCampaign(rewards: rewards), prompts: samplePrompts(0..<1))
    #expect(renamed.snapshot.plan.slots.count == 8)
    #expect(renamed.snapshot.plan.slots.map(\.isActive).prefix(6).allSatisfy { $0 })
    #expect(try store.scores(of: taskID(0, 0)).map(\.dimension) == ["moving", "crisp", "loud"])
}

@Test func anotherOutputOfAScorerIsScoredBesideTheOld() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    try store.complete(0..<1)
    let rewards =
        sampleRewards + [Reward(name: "bright", scorer: "look", output: "light", modality: "video")]
    let more = try store.submit(sampleCampaign(rewards: rewards), prompts: samplePrompts(0..<1))
    let slots = more.snapshot.plan.slots
    let look = try #require(slots.lastIndex { $0.source == 0 && $0.isActive })
    #expect(look > Slot.rank)
    // Its candidates wait for it with their files.
    #expect(Set(more.candidateMedia.keys) == [taskID(0, 0), taskID(0, 1)])
    let scores = ["sharpness", "motion", "light"].map { Score(output: $0, value: 1) }
    try store.apply(
        Changes(
            emitted: [taskID(0, look)], completed: [completion(taskID(0, look), .scores(scores))]))
    #expect(try store.text("count(*)) from scores where candidate_id % 4096 = 0") == "6")
}

@Test func aCancelledCampaignIsNotTakenUpAgain() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    for state in [CampaignState.cancelling, .cancelled] {
        try store.apply(
            Changes(campaigns: [CampaignChange(campaign: 1, state: state, reason: "")]))
        #expect(
            throws: StoreError.conflict(
                "campaign 'first' is \(state) and cannot be taken up again; "
                    + "submit under another name")
        ) { try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1)) }
    }
    let other = try store.submit(sampleCampaign("second"), prompts: samplePrompts(0..<1))
    #expect(other.id == 2)
}

@Test func aCompletedCampaignRunsAgainWhenThereIsMoreToDo() throws {
    var store = try leadingStore()
    _ = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    try store.complete(0..<1)
    try store.apply(
        Changes(
            emitted: [rankTask()], completed: [completion(rankTask(), .nothing)],
            campaigns: [CampaignChange(campaign: 1, state: .completed, reason: "")]))
    let same = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1))
    #expect(same.snapshot.state == .completed)
    let more = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<2))
    #expect(more.snapshot.state == .running)
    // It is running durably: a restart finds it so.
    let restored = try store.snapshot().snapshot.campaigns
    #expect(restored.map(\.state) == [.running])
    #expect(restored[0].stages == more.snapshot.stages)
    #expect(try store.campaign("first")?.finishedAt == nil)
}

@Test func aFailedSubmissionLeavesNothing() throws {
    var store = try leadingStore()
    let bad = [Prompt(key: "p", text: "zero \u{0} byte")]
    #expect(throws: StoreError.self) { try store.submit(sampleCampaign(), prompts: bad) }
    #expect(try store.campaigns() == [])
    #expect(try store.submit(sampleCampaign(), prompts: samplePrompts(0..<1)).created)
}

extension Store {
    /// Everything a submission may write, as text.
    fileprivate mutating func tables() throws -> String {
        try ["campaigns", "recipes", "prompts", "events"].map {
            try text("\($0)::text) from \($0) order by 1")
        }.joined(separator: "\n")
    }
}

import Campaigns
import Testing

private func campaign(_ overrides: [String: String] = [:]) throws -> Campaign {
    try #require(
        try CampaignFile.documents(of: goodFile, file: "c.yaml", overrides: overrides).first?
            .campaign)
}

private func diff(_ overrides: [String: String], prompts: Int? = 120) throws -> CampaignDiff {
    CampaignDiff(from: try campaign(), to: try campaign(overrides), prompts: prompts)
}

@Test func theSameCampaignHasNoChanges() throws {
    let diff = try diff([:])
    #expect(diff.isEmpty)
    #expect(diff.consequences == ["Nothing changes."])
}

@Test func aChangedRankingMakesNothing() throws {
    let diff = try diff(["rank": "{normalize: {ddof: 0}, min_margin: {video: 0.5}}"])
    #expect(
        diff.changes == [
            .init(path: "rank.normalize.ddof", before: "1", after: "0"),
            .init(path: "rank.min_margin.video", before: nil, after: "0.5"),
        ])
    #expect(diff.consequences == ["Ranking only: nothing is generated or scored again."])
}

@Test func moreSamplesMakeOnlyWhatIsMissing() throws {
    #expect(
        try diff(["generate.num_samples": "6"]).consequences == [
            "360 new generate tasks, 720 new score tasks; the ranking runs again after them."
        ])
    #expect(
        try diff(["generate.num_samples": "4"], prompts: nil).consequences == [
            "1 new generate task for each prompt, 2 new score tasks for each prompt; "
                + "the ranking runs again after them."
        ])
}

@Test func fewerSamplesAreNoLongerAskedFor() throws {
    #expect(
        try diff(["generate.num_samples": "1"]).consequences == [
            "Ranking only: nothing is generated or scored again.",
            "240 generate tasks, 480 score tasks of the present file are no longer asked for; "
                + "what they made is kept.",
        ])
}

@Test func aChangedScorerScoresOnly() throws {
    let diff = try diff(["score.rewards.0.scorer": "clap"])
    #expect(
        diff.changes == [
            .init(path: "score.rewards[clarity].scorer", before: "ears", after: "clap")
        ])
    #expect(
        diff.consequences == [
            "360 new score tasks; the ranking runs again after them.",
            "360 score tasks of the present file are no longer asked for; what they made is kept.",
        ])
}

@Test func anotherSeedGeneratesAndScoresAllAnew() throws {
    let diff = try diff(["seed": "8", "generate.params.steps": "9"])
    #expect(diff.changes.map(\.path) == ["seed", "generate.params.steps"])
    #expect(
        diff.consequences.first
            == "360 new generate tasks, 720 new score tasks; the ranking runs again after them.")
}

@Test func whatOnlyConcernsSchedulingSaysSo() throws {
    #expect(
        try diff(["priority": "5", "resources.score.gpus": "1", "labels.a": "b"]).consequences == [
            "No task runs again.",
            "priority, resources: concerns every task that is not running yet.",
        ])
}

@Test func otherPromptsAreSaidToBeOthers() throws {
    let diff = try diff(["prompts.limit": "5"])
    #expect(diff.changes == [.init(path: "prompts.limit", before: nil, after: "5")])
    #expect(diff.consequences.count == 1)
}

@Test func anotherNameIsAnotherCampaign() throws {
    #expect(
        try diff(["name": "other"]).consequences == [
            "Another name is another campaign: all of its tasks are new."
        ])
}

@Test func rewardsAreComparedByName() throws {
    let both = try campaign()
    var one = both
    one.score.rewards.removeFirst()
    #expect(
        CampaignDiff(from: both, to: one).changes == [
            .init(
                path: "score.rewards[clarity]",
                before: "{name: clarity, scorer: ears, output: clarity, modality: audio, "
                    + "goal: maximize, role: ranked, share: false}",
                after: nil)
        ])
    var turned = both
    turned.score.rewards.reverse()
    #expect(
        CampaignDiff(from: both, to: turned).changes == [
            .init(
                path: "score.rewards", before: "clarity, sharpness",
                after: "sharpness, clarity (another order)")
        ])
}

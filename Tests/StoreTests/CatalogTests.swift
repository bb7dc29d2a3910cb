@testable import Campaigns
@testable import Scheduling
@testable import Store
import Testing

@Test func aGenerateTaskHasPromptParametersAndSeed() throws {
    var store = try leadingStore()
    let catalog = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3)).catalog
    let input = catalog.input(for: taskID(2, 1))
    #expect(input.need == Capability(kind: .generate, name: "ball@1"))
    #expect(input.prompt == "p2")
    #expect(input.text == "a red ball bounces 2 times")
    #expect(input.ordinal == 1)
    #expect(input.parameters == #"{"steps":4}"#)
    #expect(input.seed == candidateSeed(campaignSeed: 7, promptKey: "p2", ordinal: 1))
    #expect(catalog.describe(taskID(2, 1)) == "generate 1 of p2 with ball@1")
}

@Test func aScoreTaskHasItsCandidate() throws {
    var store = try leadingStore()
    let catalog = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3)).catalog
    let media = [Media(role: "joint", path: "/a.avi", sha256: "")]
    let input = catalog.input(for: taskID(2, 4), media: media)
    #expect(input.need == Capability(kind: .score, name: "look"))
    #expect(input.candidate == .init(id: taskID(2, 1), media: media))
    #expect(input.outputs == ["sharpness", "motion"])
    #expect(catalog.candidate(of: taskID(2, 4)) == taskID(2, 1))
    #expect(catalog.candidate(of: taskID(2, 0)) == nil)
}

@Test func aRankTaskHasNoPrompt() throws {
    var store = try leadingStore()
    let catalog = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3)).catalog
    let input = catalog.input(for: rankTask())
    #expect(input.need == Capability(kind: .rank, name: "rank"))
    #expect(input.prompt == "")
    #expect(catalog.describe(rankTask()) == "rank first")
}

@Test func groundTruthOfTwoFilesHasTwoRoles() throws {
    var store = try leadingStore()
    let prompt = Prompt(
        key: "p", text: "ü", groundTruth: .init(video: "/v.mp4", audio: "/a.wav"))
    let catalog = try store.submit(
        sampleCampaign(includeReference: true), prompts: [prompt]
    ).catalog
    let input = catalog.input(for: taskID(0, 0))
    #expect(input.need.kind == .ingest)
    #expect(input.ordinal == -1)
    #expect(
        input.groundTruth == [
            Media(role: "video", path: "/v.mp4", sha256: ""),
            Media(role: "audio", path: "/a.wav", sha256: ""),
        ])
    #expect(catalog.describe(taskID(0, 0)) == "ingest ground truth of p with ball@1")
}

@Test func aCatalogIsTheSameAfterARestart() throws {
    var store = try leadingStore()
    let first = try store.submit(sampleCampaign(), prompts: samplePrompts(0..<3)).catalog
    let second = try #require(try store.snapshot().catalogs.first)
    for prompt in 0..<3 {
        for slot in 0..<6 {
            #expect(
                first.input(for: taskID(prompt, slot)) == second.input(for: taskID(prompt, slot)))
        }
    }
    #expect(second.campaign == sampleCampaign())
}

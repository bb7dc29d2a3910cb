import Campaigns
import Foundation
import Testing

private let jobs = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Jobs")

private func load(_ name: String) throws -> (campaign: Campaign, prompts: [Prompt]) {
    let folder = jobs.appending(path: name)
    let path = folder.appending(path: "campaign.yaml").path
    let campaign = try #require(try CampaignFile.load(path).first)
    return (campaign, try PromptFile.read(for: campaign, folder: folder.path))
}

@Test func theFirstCampaignDecodesWithItsPrompts() throws {
    let (campaign, prompts) = try load("first")
    #expect(prompts.count == 12)
    #expect(campaign.scorers == ["example-audio", "example-video", "example-sync"])
    #expect(campaign.recipes().count == 3 + 3 * 3 + 1)
}

@Test func theReplayHasTheShapeOfThePaper() throws {
    let (campaign, prompts) = try load("replay")
    #expect(prompts.allSatisfy { $0.groundTruth != nil })
    #expect(campaign.score.rewards.count == 7)
    // (3 generated + ground truth) × 4 reward models, and those 4 candidates: 20 tasks a prompt.
    #expect(campaign.recipes().count == 4 + 4 * 4 + 1)
}

@Test func theControlDiffersFromItsLoopInNothingButWhatIsMinimised() throws {
    func round(_ file: String) throws -> Round {
        let path = jobs.appending(path: "rounds/\(file)").path
        return try #require(try CampaignFile.submittable(path).compactMap(\.round).first)
    }
    let loop = try round("campaign.yaml")
    var control = try round("control.yaml")
    #expect(control.data == Round.Data(round: loop.name))
    #expect(control.objective == .sft && control.name == "control")
    (control.name, control.data, control.objective) = (loop.name, loop.data, loop.objective)
    (control.labels, control.loss, control.gates) = (loop.labels, loop.loss, loop.gates)
    #expect(control == loop)
}

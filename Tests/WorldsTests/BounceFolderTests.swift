import Campaigns
import Linux
import Media
import TemporaryFolders
import Testing

@testable import Worlds

private func folder(_ path: String, _ form: BounceFolder.Form) throws -> BounceFolder {
    BounceFolder(
        path: path, size: PictureSize(width: 32, height: 64), rate: try #require(Rate(8)),
        form: form, seed: 5)
}

/// A campaign that reads a prompts file with these columns.
private func campaign(_ columns: Campaign.Columns) -> Campaign {
    Campaign(
        name: "world", prompts: Campaign.Prompts(source: "tuning.csv", columns: columns),
        generate: Campaign.Generate(model: "bounce"), score: Campaign.Score(rewards: []))
}

@Test(arguments: BounceFolder.Form.allCases)
func aCampaignReadsTheFolder(form: BounceFolder.Form) throws {
    let place = try TemporaryFolder()
    try folder(place.path, form).write(.tuning, count: 3)
    var columns = Campaign.Columns(referenceVideo: "reference_video")
    if form == .mp4 { columns.referenceAudio = "reference_audio" }
    let report = PromptFile.report(
        of: try text(ofFile: place.file("tuning.csv")), file: place.file("tuning.csv"),
        for: campaign(columns))
    #expect(report.problems.isEmpty)
    #expect(report.prompts.count == 3)
    let prompt = try #require(report.prompts.first)
    let truth = try #require(prompt.groundTruth)
    let clip = try MediaClip.read(try #require(truth.video))
    #expect(clip.video?.count == 16)
    #expect(truth.audio != nil || clip.audio?.count == 32000)
    #expect(BouncePrompt(text: prompt.text) == BounceSplit.tuning.prompts.first)
}

@Test func theSameOptionsGiveTheSameBytes() throws {
    let first = try TemporaryFolder()
    let second = try TemporaryFolder()
    for place in [first.path, second.path] {
        try folder(place, .mkv).write(.evaluation, count: 2)
    }
    let names = first.names().filter { $0.contains(".") }
    #expect(names.count == 3)
    for name in names {
        let bytes = try contents(ofFile: first.file(name))
        #expect(try bytes == contents(ofFile: second.file(name)))
    }
}

@Test func moreClipsThanPromptsAreFurtherClips() throws {
    let scenes = try folder("unused", .mkv).scenes(of: .tuning, count: 205)
    #expect(Set(scenes.map(\.name)).count == 205)
    #expect(scenes[100].prompt == scenes[0].prompt)
    #expect(scenes[100].name == "\(scenes[0].name)-2")
}

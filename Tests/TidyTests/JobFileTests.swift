import Campaigns
import Testing

private let jobFiles = SourceTree.project.files.map(\.path).filter {
    $0.hasPrefix("Jobs/") && $0.hasSuffix(".yaml")
}

@Test func thereAreJobFiles() {
    #expect(!jobFiles.isEmpty)
}

@Test(arguments: jobFiles)
func everyJobFileDecodesWithItsPrompts(path: String) throws {
    let whole = SourceTree.project.root + "/" + path
    let folder = whole.split(separator: "/").dropLast().map { "/" + $0 }.joined()
    let documents = try CampaignFile.read(whole)
    #expect(!documents.isEmpty)
    for campaign in documents.compactMap(\.campaign) {
        let prompts = try PromptFile.read(for: campaign, folder: folder)
        #expect(!prompts.isEmpty, "\(campaign.name) has no prompts")
    }
}

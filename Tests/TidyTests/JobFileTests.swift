import Campaigns
import Testing

private let jobFiles = SourceTree.project.files.map(\.path).filter {
    $0.hasPrefix("Jobs/") && $0.hasSuffix(".yaml")
}

@Test func thereAreJobFiles() {
    #expect(!jobFiles.isEmpty)
}

@Test(arguments: jobFiles)
func everyJobFileDecodes(path: String) throws {
    let campaigns = try CampaignFile.load(SourceTree.project.root + "/" + path)
    #expect(!campaigns.isEmpty)
}

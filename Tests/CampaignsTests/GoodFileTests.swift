import Foundation
import Testing

@testable import Campaigns

private let good = names(in: "Good", ending: ".yaml")

private func documents(_ name: String) throws -> [FileDocument] {
    try CampaignFile.read(folder("Good") + "/\(name).yaml")
}

@Test(arguments: good)
func everyGoodFileDecodesWithItsPrompts(name: String) throws {
    let documents = try documents(name)
    #expect(!documents.isEmpty)
    for campaign in documents.compactMap(\.campaign) {
        let report = PromptFile.report(for: campaign, folder: folder("Good"))
        #expect(report.problems == [])
        #expect(!report.prompts.isEmpty)
    }
}

@Test func theGoodFilesTogetherUseEveryKey() throws {
    var used: Set<String> = []
    for name in good {
        let text = try text(folder("Good") + "/\(name).yaml")
        for node in YAMLDocuments.parse(text, file: name, problems: ProblemList()) {
            let kind = try #require(node.kindText.flatMap(FileKind.init))
            used.formUnion(keys(of: node, .section(kind.fields), kind.word))
        }
    }
    #expect(good.count >= 10)
    #expect(CampaignFile.fields.map(\.path).filter { !used.contains($0) } == [])
}

/// Returns the paths of the documented fields that a value gives.
private func keys(of node: DocumentNode, _ form: Form, _ path: String) -> [String] {
    switch (node.content, form) {
    case (.mapping(let entries), .section(let fields)):
        entries.flatMap { entry -> [String] in
            guard let field = fields.first(where: { $0.key == entry.key }) else { return [] }
            let below = "\(path).\(entry.key)"
            return [below] + keys(of: entry.value, field.form, below)
        }
    case (.sequence(let items), .list(let item, _)):
        items.flatMap { keys(of: $0, item, path) }
    case (.mapping(let entries), .map(let value, _)):
        entries.flatMap { keys(of: $0.value, value, path) }
    case (_, .either(let forms, _)):
        forms.flatMap { keys(of: node, $0, path) }
    default:
        []
    }
}

@Test(arguments: good)
func aResolvedFileDecodesAsTheSame(name: String) throws {
    for document in try documents(name) {
        let resolved = document.resolvedYAML()
        let again = try CampaignFile.documents(of: resolved, file: "resolved.yaml")
        #expect(again.map(\.content) == [document.content], "\(resolved)")
        #expect(again.first?.resolvedYAML() == resolved)
        #expect(again.first?.unsupported.map(\.message) == document.unsupported.map(\.message))
    }
}

@Test(arguments: ["01-least", "02-paper", "03-round"])
func aResolvedFileShowsEveryDefault(name: String) throws {
    let resolved = try #require(try documents(name).first).resolvedYAML()
    let path = folder("Snapshots") + "/resolved-\(name).yaml"
    #expect(resolved == (try recorded(resolved, at: path)))
}

@Test(arguments: good)
func aStoredCampaignIsReadBackAsTheSame(name: String) throws {
    for campaign in try documents(name).compactMap(\.campaign) {
        let stored = campaign.canonicalJSON()
        let read = try Campaign(canonicalJSON: stored)
        #expect(read == campaign)
        #expect(read.canonicalJSON() == stored)
        #expect(read.recipes() == campaign.recipes())
    }
}

@Test func whatCannotRunYetIsNotedWithItsPlaceAndRefusedAtSubmit() throws {
    let found = try documents("02-paper").flatMap(\.unsupported).map {
        "\($0.line): \($0.path): \($0.message)"
    }
    #expect(
        found == [
            "58: limits.max_disk: not supported yet; remove it"
        ])
    #expect(throws: CampaignFileError.self) {
        try CampaignFile.load(folder("Good") + "/02-paper.yaml")
    }
    let campaign = try #require(try documents("02-paper").first?.campaign)
    #expect(campaign.unsupported().count == found.count)
    #expect(try documents("05-ranking").flatMap(\.unsupported) == [])
    #expect(try documents("03-round").flatMap(\.unsupported) == [])
    let full = try documents("11-round-with-everything").flatMap(\.unsupported)
    #expect(full.map { "\($0.line): \($0.path)" } == ["8: adapter.type"])
}

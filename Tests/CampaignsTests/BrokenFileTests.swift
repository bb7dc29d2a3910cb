import Campaigns
import Foundation
import Testing

private let broken = names(in: "Broken", ending: ".yaml")

@Test func thereAreManyBrokenFiles() {
    #expect(broken.count >= 60)
}

/// Each file of the folder with what a person is told of it, in the `.message` of the same name.
///
/// `DUET_RECORD=1 swift test --filter everyBrokenFile` writes the messages anew; read them.
@Test(arguments: broken)
func everyBrokenFileSaysWhatIsWrongAndWhatToDo(name: String) throws {
    let found = try messages(of: name)
    #expect(found == (try recorded(found, at: folder("Broken") + "/\(name).message")))
    #expect(!found.isEmpty)
}

/// Returns what is said of a file: its problems, or else the problems and notes of its prompts.
///
/// A line `# set a.b=c` at its top is an override, as `--set a.b=c` would give it.
private func messages(of name: String) throws -> String {
    let file = folder("Broken") + "/\(name).yaml"
    var overrides: [String: String] = [:]
    for line in try text(file).split(separator: "\n").prefix(while: { $0.hasPrefix("# set ") }) {
        let parts = line.dropFirst(6).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        overrides[String(parts[0])] = String(parts[1])
    }
    var lines: [String] = []
    do throws(CampaignFileError) {
        for document in try CampaignFile.read(file, overrides: overrides) {
            guard let campaign = document.campaign else { continue }
            let report = PromptFile.report(for: campaign, folder: folder("Broken"))
            lines += report.problems.map(\.description)
            lines += report.notes.map { "note: \($0)" }
        }
    } catch {
        lines = error.problems.map(\.description)
    }
    let text = lines.map { $0 + "\n" }.joined()
    return text.replacing(folder("Broken") + "/", with: "")
        .replacing(folder("Broken"), with: "its folder")
}

@Test func aHugeTreeOfAliasesIsRefused() {
    var file = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
        let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
        file += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(message(file) == "c.yaml:1: holds more than 100000 values; split the file")
}

@Test func aMissingFileSaysSo() {
    #expect(
        throws: CampaignFileError(problems: [
            Problem(file: "/nowhere/c.yaml", line: 0, path: "", message: "does not exist")
        ])
    ) {
        try CampaignFile.load("/nowhere/c.yaml")
    }
}

/// Returns what is said of a file that is to be submitted.
func message(_ file: String, _ overrides: [String: String] = [:]) -> String {
    do {
        _ = try CampaignFile.decode(file, file: "c.yaml", overrides: overrides)
        return "no problem"
    } catch {
        return error.description
    }
}

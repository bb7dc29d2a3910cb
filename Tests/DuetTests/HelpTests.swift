import ArgumentParser
import Console
import Foundation
import Testing

@testable import duet

/// Every command with its words, such as `campaign submit`.
private func commands(
    _ command: any ParsableCommand.Type = Duet.self, _ words: [String] = []
) -> [(words: [String], command: any ParsableCommand.Type)] {
    let configuration = command.configuration
    let children =
        configuration.ungroupedSubcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
    return [(words, command)]
        + children.flatMap { commands($0, words + [$0.configuration.commandName ?? ""]) }
}

private let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/Help"

/// With DUET_REWRITE_SNAPSHOTS set, the files are written anew instead of compared.
private let rewrites = Terminal.variable("DUET_REWRITE_SNAPSHOTS") != nil

@Test func theHelpOfEveryVerbIsAsItWas() throws {
    var names: Set<String> = []
    for (words, command) in commands() {
        let name = (["duet"] + words).joined(separator: "-") + ".txt"
        names.insert(name)
        let help = Duet.helpMessage(for: command, columns: 100) + "\n"
        let path = "\(folder)/\(name)"
        if rewrites { try help.write(toFile: path, atomically: true, encoding: .utf8) }
        let known = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        #expect(help == known, "write it anew with DUET_REWRITE_SNAPSHOTS=1 swift test")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    let stray = Set(files.filter { $0.hasSuffix(".txt") }).subtracting(names)
    if rewrites {
        for name in stray { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    }
    #expect(rewrites || stray.isEmpty, "no command has these")
}

@Test func noHelpIsWiderThanAHundredColumns() {
    for (words, command) in commands() {
        for line in Duet.helpMessage(for: command, columns: 100).split(separator: "\n") {
            #expect(line.displayWidth <= 100, "\(words.joined(separator: " ")): \(line)")
        }
    }
}

/// Paragraphs are wrapped where they are shown, and examples are short enough not to be.
@Test func helpReadsWellInEightyColumns() {
    for (words, command) in commands() {
        let name = words.joined(separator: " ")
        var before = ""
        for part in command.configuration.discussion.split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            let line = String(part)
            if line.hasPrefix("  ") {
                #expect(line.displayWidth <= 80, "\(name): \(line)")
            } else if !line.isEmpty, before != "EXAMPLES" {
                #expect(before.isEmpty, "\(name): '\(line)' goes on from the line before")
            }
            before = line
        }
    }
}

@Test func everyVerbSaysWhatItDoesInOneSentenceAndShowsHow() {
    for (words, command) in commands() where !words.isEmpty {
        let configuration = command.configuration
        let name = words.joined(separator: " ")
        #expect(configuration.abstract.hasSuffix("."), "\(name)")
        #expect(!configuration.abstract.dropLast().contains(". "), "\(name)")
        let isVerb =
            configuration.ungroupedSubcommands.isEmpty && configuration.groupedSubcommands.isEmpty
        if isVerb {
            #expect(configuration.discussion.contains("EXAMPLES\n  duet \(name)"), "\(name)")
        }
    }
}

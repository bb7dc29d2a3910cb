import ArgumentParser
import Campaigns
import Console
import Foundation
import Wire
import Words

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check campaign files with their prompts, without a coordinator.",
        discussion: """
            All that is wrong is said at once, with file, line and what to write instead.

            EXAMPLES
              duet validate campaign.yaml
              duet validate Jobs/*/campaign.yaml
              duet validate campaign.yaml --set generate.num_samples=5
            """)

    @Argument(help: "Campaign files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @Option(help: "Override a value of the file, as path=value; may be given several times.")
    var set: [String] = []

    func run() throws {
        let overrides = try parseOverrides(set)
        var problems = 0
        for file in files { problems += try validate(file, overrides) }
        if problems > 0 {
            throw Failure.usage("\(counted(problems, "problem")) to put right")
        }
    }

    /// Says what is to be said of a file; returns how many problems it has.
    private func validate(_ file: String, _ overrides: [String: String]) throws -> Int {
        let paint = Paint(for: Terminal.output)
        let folder = URL(filePath: file).deletingLastPathComponent().path
        do throws(CampaignFileError) {
            var problems = 0
            for document in try CampaignFile.read(file, overrides: overrides) {
                for note in document.unsupported { say("\(note)") }
                let isReady = document.unsupported.isEmpty
                let what = "\(file): \(document.kind.rawValue.lowercased()) \(document.name)"
                guard let campaign = document.campaign else {
                    say("\(what): \(verdict(isReady, paint))")
                    continue
                }
                let report = PromptFile.report(
                    for: campaign, folder: folder, lookingForNearDuplicates: true)
                for problem in report.problems { say("\(problem)") }
                for note in report.notes { say("note: \(note)") }
                problems += report.problems.count
                guard report.problems.isEmpty else { continue }
                let dropped = report.total - report.prompts.count
                let rest = dropped > 0 ? " (\(grouped(dropped)) do not take part)" : ""
                say(
                    "\(what): \(counted(report.prompts.count, "prompt"))\(rest), "
                        + verdict(isReady, paint))
            }
            return problems
        } catch {
            for problem in error.problems { say("\(problem)") }
            return error.problems.count
        }
    }

    private func verdict(_ isReady: Bool, _ paint: Paint) -> String {
        isReady
            ? paint("ok", .green)
            : paint("valid, but this version cannot run all of it yet", .yellow)
    }
}

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what a campaign file changes against what was submitted.",
        discussion: """
            Ends with 0 when nothing differs and with 1 when something does, as diff(1).

            EXAMPLES
              duet diff -f campaign.yaml
              duet diff -f campaign.yaml --set rank.aggregate=average-micro
            """)

    @OptionGroup var address: CoordinatorAddress

    @Option(
        name: .shortAndLong, help: "A campaign file.",
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: "Override a value of the file, as path=value; may be given several times.")
    var set: [String] = []

    func run() throws {
        var client = try Client(address.endpoint)
        var differs = false
        for (campaign, prompts) in try Submissions(file, set: set).campaigns {
            let difference = try Difference(campaign, prompts: prompts.count, with: &client)
            differs = differs || !difference.isNone
            Terminal.write(difference.text(Paint(for: Terminal.output)))
        }
        if differs { throw ExitCode(1) }
    }
}

/// What a campaign file changes against what was submitted under its name.
struct Difference {
    private let name: String
    /// Nil when no campaign has the name.
    private let diff: CampaignDiff?

    init(_ campaign: Campaign, prompts: Int, with client: inout Client) throws {
        name = campaign.name
        let known = try client.value(.campaigns).list.contains { $0["name"].plain == campaign.name }
        guard known else {
            diff = nil
            return
        }
        let before = try submittedCampaign(try client.query(.campaignFile(campaign.name)))
        diff = CampaignDiff(from: before, to: campaign, prompts: prompts)
    }

    /// Whether submitting would change nothing.
    var isNone: Bool { diff.map(\.changes.isEmpty) ?? false }

    func text(_ paint: Paint) -> String {
        guard let diff else { return "campaign \(name) is new\n" }
        if diff.changes.isEmpty { return "campaign \(name) is as it was submitted\n" }
        var lines = ["campaign \(name) changes:"]
        for change in diff.changes {
            if let before = change.before {
                lines.append(paint("- \(change.path): \(before)", .red))
            }
            if let after = change.after {
                lines.append(paint("+ \(change.path): \(after)", .green))
            }
        }
        lines += diff.consequences.map { "  " + paint.commands($0) }
        return lines.map { $0 + "\n" }.joined()
    }
}

/// Reads a campaign as the coordinator keeps it.
func submittedCampaign(_ json: Data) throws -> Campaign {
    do throws(CampaignFileError) {
        return try Campaign(canonicalJSON: String(decoding: json, as: UTF8.self))
    } catch {
        throw Failure.work("what the coordinator keeps is no campaign of this version: \(error)")
    }
}

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what a field of campaign files means, takes, and is by default.",
        discussion: """
            EXAMPLES
              duet explain campaign
              duet explain campaign.rank.normalize
            """)

    @Argument(
        help: "A field's path, such as campaign.rank.normalize.",
        completion: .custom { _, _, _ in CampaignFile.fields.map(\.path) })
    var field: String

    func run() throws {
        do throws(CampaignFileError) {
            let text = try CampaignFile.explain(field)
            Terminal.write(text.hasSuffix("\n") ? text : text + "\n")
        } catch { throw Failure.notFound("\(error)") }
    }
}

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of campaign files, for editors.",
        discussion: """
            An editor with a YAML language server checks and completes files that begin so:

              # yaml-language-server: $schema=duet.schema.json

            EXAMPLES
              duet schema > duet.schema.json
            """)

    func run() throws {
        let text = CampaignFile.schema()
        Terminal.write(text.hasSuffix("\n") ? text : text + "\n")
    }
}

/// A campaign file to begin with.
func fileTemplate() -> String {
    let text = CampaignFile.template(.campaign)
    return text.hasSuffix("\n") ? text : text + "\n"
}

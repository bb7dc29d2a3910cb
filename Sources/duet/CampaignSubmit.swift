import ArgumentParser
import Campaigns
import Console
import Foundation
import Linux
import Wire
import Words

/// What submitting takes.
struct SubmissionOptions: ParsableArguments {
    @OptionGroup var address: CoordinatorAddress

    @OptionGroup var format: AnswerOptions

    @Option(help: "Override a value of the file, as path=value; may be given several times.")
    var set: [String] = []

    @Flag(name: .shortAndLong, help: "Follow the campaigns to their end.")
    var watch = false

    /// Submits the campaigns, says what became of each, and follows them when asked to.
    func submit(_ campaigns: [(Campaign, [Prompt])]) throws {
        var client = try Client(address.endpoint)
        for (campaign, prompts) in campaigns {
            let submitted = try duet.submit(campaign, prompts, with: &client)
            let answer = Value.object([
                .init("id", .integer(Int64(submitted.campaign))),
                .init("name", .text(submitted.name)), .init("created", .flag(submitted.created)),
                .init("unchanged", .flag(submitted.unchanged)),
                .init("tasks", .integer(submitted.tasks)),
            ])
            if format.print(answer, name: "name") { continue }
            let what =
                submitted.created ? "submitted" : submitted.unchanged ? "unchanged" : "changed"
            say(
                "campaign \(submitted.name) (\(submitted.campaign)) \(what): "
                    + "\(counted(prompts.count, "prompt")), \(counted(submitted.tasks, "task"))")
        }
        let names = campaigns.map(\.0.name)
        if watch { return try follow(names, at: address.endpoint) }
        if format.output == .text, let first = names.first, Terminal.isTerminal(Terminal.output) {
            remark("`duet campaign watch \(first)` follows it.")
        }
    }
}

struct CampaignSubmit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submit the campaigns of a file; submitting again changes nothing twice.",
        usage: "duet campaign submit <file> [<options>]",
        discussion: """
            With --watch a bar for each stage shows rate and ETA, and the exit code is 1
            when tasks failed or the campaign was halted or cancelled.

            EXAMPLES
              duet campaign submit Jobs/first/campaign.yaml --watch
              duet campaign submit Jobs/first/campaign.yaml --set generate.num_samples=5
            """)

    @Argument(help: "A campaign file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @OptionGroup var options: SubmissionOptions

    func run() throws { try options.submit(try loadCampaigns(file, set: options.set)) }
}

struct CampaignApply: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Say what a file changes against what runs, then submit it.",
        usage: "duet campaign apply -f <file> [<options>]",
        discussion: """
            EXAMPLES
              duet campaign apply -f Jobs/first/campaign.yaml
              duet campaign apply -f Jobs/first/campaign.yaml --dry-run
            """)

    @Option(
        name: .shortAndLong, help: "A campaign file.",
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(help: "Only say what would change.")
    var dryRun = false

    @OptionGroup var options: SubmissionOptions

    func run() throws {
        let campaigns = try loadCampaigns(file, set: options.set)
        var client = try Client(options.address.endpoint)
        for (campaign, prompts) in campaigns where options.format.output == .text {
            let difference = try Difference(campaign, prompts: prompts.count, with: &client)
            Terminal.write(difference.text(Paint(for: Terminal.output)))
        }
        if !dryRun { try options.submit(campaigns) }
    }
}

/// Reads a campaign file with the prompts of each of its campaigns.
func loadCampaigns(_ file: String, set: [String]) throws -> [(Campaign, [Prompt])] {
    let overrides = try parseOverrides(set)
    do throws(CampaignFileError) {
        var loaded: [(Campaign, [Prompt])] = []
        let folder = URL(filePath: file).deletingLastPathComponent().path
        for campaign in try CampaignFile.load(file, overrides: overrides) {
            let report = PromptFile.report(for: campaign, folder: folder)
            guard report.problems.isEmpty else {
                throw CampaignFileError(problems: report.problems)
            }
            for note in report.notes { remark("note: \(note)") }
            loaded.append((campaign, report.prompts))
        }
        return loaded
    } catch {
        throw Failure.usage("\(error)\n`duet validate \(file)` checks it again")
    }
}

/// Reads `--set` values.
func parseOverrides(_ set: [String]) throws -> [String: String] {
    var overrides: [String: String] = [:]
    for text in set {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Failure.usage("--set \(text): write it as path=value")
        }
        overrides[String(parts[0])] = String(parts[1])
    }
    return overrides
}

/// Sends a campaign in parts and waits until it is durable.
///
/// A coordinator that dies while it collects the parts forgets them, so its successor gets all of
/// them again: submitting is idempotent, also when the first one had been committed.
func submit(
    _ campaign: Campaign, _ prompts: [Prompt], with client: inout Client
) throws -> Reply.Submitted {
    let deadline = Clock.monotonic + 120_000_000_000
    while true {
        // Everything that follows on the connection reaches the coordinator that answers this, or
        // a later one.
        let hello = try client.post(.hello)
        let last = try upload(campaign, prompts, with: &client)
        client.keepReply(to: last)
        guard let epoch = try client.epoch(answering: hello) else { continue }
        var isKnown = true
        while isKnown {
            if let reply = try client.reply(to: last, patience: 1000) {
                guard case .submitted(let submitted) = reply else {
                    throw Failure.work("the coordinator's answer makes no sense")
                }
                return submitted
            }
            guard Clock.monotonic < deadline else {
                throw Failure.unreachable(
                    "the coordinator has not confirmed campaign \(campaign.name) within 120 s; "
                        + "submit it again, which changes nothing twice")
            }
            isKnown = try client.epoch(patience: 30_000) == epoch
        }
    }
}

/// Sends all parts; returns the number of the request that will be answered.
private func upload(
    _ campaign: Campaign, _ prompts: [Prompt], with client: inout Client
) throws -> UInt64 {
    let partSize = 5000
    let upload = UInt64.random(in: 1 ... .max)
    var last: UInt64 = 0
    for start in stride(from: 0, to: max(prompts.count, 1), by: partSize) {
        let some = prompts[start..<min(start + partSize, prompts.count)]
        let part = SubmissionPart(
            upload: upload, campaign: start == 0 ? campaign.canonicalJSON() : "",
            prompts: some.map {
                WirePrompt(
                    key: $0.key, text: $0.text, video: $0.groundTruth?.video ?? "",
                    audio: $0.groundTruth?.audio ?? "")
            },
            isLast: start + partSize >= prompts.count)
        last = try client.post(.submit(part))
    }
    return last
}

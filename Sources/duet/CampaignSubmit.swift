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

    /// Submits campaigns and rounds, says what became of each, and follows them when asked to.
    func submit(_ all: Submissions) throws {
        let exports = try all.campaigns.map {
            try ExportOrder.declared(by: $0.0, base: all.folder)
        }
        var client = try Client(address.endpoint)
        for round in all.rounds {
            try round.check(among: all, with: &client)
        }
        for (written, prompts) in all.campaigns {
            var campaign = written
            campaign.generate.adapter = try storedAdapter(
                campaign.generate.adapter, folder: all.folder, with: &client)
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
        for round in all.rounds {
            let sentence = try round.submit(among: all, with: &client)
            if format.output == .text { say(sentence) }
        }
        let names = all.campaigns.map(\.0.name)
        if watch {
            if !names.isEmpty { try follow(names, thenWriting: exports.flatMap(\.self)) }
            for round in all.rounds {
                try followRounds(round.round.name, at: address.endpoint)
            }
            return
        }
        guard format.output == .text else { return }
        for (name, orders) in zip(names, exports) where !orders.isEmpty {
            let them = orders.count == 1 ? "the dataset" : "the \(orders.count) datasets"
            say(
                "`duet pairs export \(name)` writes \(them) that its file declares when it has "
                    + "completed")
        }
        if let first = names.first, Terminal.isTerminal(Terminal.output) {
            remark("`duet campaign watch \(first)` follows it.")
        }
    }

    /// Follows campaigns to their end and writes the datasets of those that completed, also where
    /// tasks failed: what that means for pairs was for the ranking to say.
    private func follow(_ names: [String], thenWriting orders: [ExportOrder]) throws {
        var failure: (any Error)?
        do { try duet.follow(names, at: address.endpoint) } catch { failure = error }
        var client = try Client(address.endpoint)
        let ready = try orders.filter { order in
            try client.value(.campaign(order.campaign))["state"].plain == "completed"
        }
        try write(ready, from: address.endpoint, as: format)
        if let failure { throw failure }
    }
}

struct CampaignSubmit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submit the campaigns of a file; submitting again changes nothing twice.",
        usage: "duet campaign submit <file> [<options>]",
        discussion: """
            With --watch a bar for each stage shows rate and ETA, the datasets are written that \
            the file declares under export, and the exit code is 1 when tasks failed or the \
            campaign was halted or cancelled.

            EXAMPLES
              duet campaign submit Jobs/first/campaign.yaml --watch
              duet campaign submit Jobs/first/campaign.yaml --set generate.num_samples=5
            """)

    @Argument(help: "A campaign file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @OptionGroup var options: SubmissionOptions

    func run() throws { try options.submit(try Submissions(file, set: options.set)) }
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
        let all = try Submissions(file, set: options.set)
        var client = try Client(options.address.endpoint)
        for (campaign, prompts) in all.campaigns where options.format.output == .text {
            let difference = try Difference(campaign, prompts: prompts.count, with: &client)
            Terminal.write(difference.text(Paint(for: Terminal.output)))
        }
        if !dryRun { try options.submit(all) }
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

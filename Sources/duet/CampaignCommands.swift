import ArgumentParser
import Campaigns
import Foundation
import Scheduling
import Wire

struct CampaignCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign", abstract: "Submit campaigns and look at them.",
        subcommands: [
            CampaignSubmit.self, CampaignList.self, CampaignShow.self, CampaignCancel.self,
        ])
}

struct CampaignSubmit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submit the campaigns of a file; submitting again changes nothing twice.",
        discussion: """
            EXAMPLES
              duet campaign submit Jobs/first/campaign.yaml
              duet campaign submit Jobs/first/campaign.yaml --set generate.num_samples=5
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions

    @Argument(help: "A campaign file.")
    var file: String

    @Option(help: "Override a value of the file, as path=value; may be given several times.")
    var set: [String] = []

    func run() throws {
        try reportingFailures {
            let campaigns = try loadCampaigns(file, set: set)
            var client = try Client(address.endpoint)
            for (campaign, prompts) in campaigns {
                let submitted = try submit(campaign, prompts, with: &client)
                if format.output == .json {
                    print(
                        """
                        {"id":\(submitted.campaign),"name":"\(submitted.name)",\
                        "created":\(submitted.created),"unchanged":\(submitted.unchanged),\
                        "tasks":\(submitted.tasks)}
                        """)
                } else {
                    let what =
                        submitted.created
                        ? "submitted" : submitted.unchanged ? "unchanged" : "changed"
                    print(
                        "campaign \(submitted.name) (\(submitted.campaign)) \(what): "
                            + "\(prompts.count) prompts, \(submitted.tasks) tasks")
                }
            }
        }
    }
}

/// Reads a campaign file with the prompts of each of its campaigns.
func loadCampaigns(_ file: String, set: [String]) throws -> [(Campaign, [Prompt])] {
    var overrides: [String: String] = [:]
    for text in set {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Failure.usage("--set \(text): write it as path=value")
        }
        overrides[String(parts[0])] = String(parts[1])
    }
    do throws(CampaignFileError) {
        var loaded: [(Campaign, [Prompt])] = []
        let folder = URL(filePath: file).deletingLastPathComponent().path
        for campaign in try CampaignFile.load(file, overrides: overrides) {
            loaded.append((campaign, try PromptFile.read(for: campaign, folder: folder)))
        }
        return loaded
    } catch {
        throw Failure.usage("\(error)")
    }
}

/// Sends a campaign in parts and waits until it is durable.
func submit(
    _ campaign: Campaign, _ prompts: [Prompt], with client: inout Client
) throws -> Reply.Submitted {
    let partSize = 5000
    let upload = UInt64.random(in: 1 ... .max)
    let starts = Array(stride(from: 0, to: max(prompts.count, 1), by: partSize))
    for start in starts {
        let some = prompts[start..<min(start + partSize, prompts.count)]
        let part = SubmissionPart(
            upload: upload, campaign: start == 0 ? campaign.canonicalJSON() : "",
            prompts: some.map {
                WirePrompt(
                    key: $0.key, text: $0.text, video: $0.groundTruth?.video ?? "",
                    audio: $0.groundTruth?.audio ?? "")
            },
            isLast: start == starts.last)
        if !part.isLast {
            _ = try client.post(.submit(part))
            continue
        }
        guard case .submitted(let submitted) = try client.ask(.submit(part), patience: 120_000)
        else { throw Failure.work("the coordinator's answer makes no sense") }
        return submitted
    }
    throw Failure.work("nothing to submit")
}

struct CampaignList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show all campaigns.",
        discussion: "EXAMPLES\n  duet campaign list -o json")

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions

    func run() throws {
        try reportingFailures {
            var client = try Client(address.endpoint)
            let json = try client.query(.campaigns)
            if format.output == .json { return printJSON(json) }
            var table = Table(["ID", "NAME", "STATE", "PROMPTS", "TASKS", "DONE", "FAILED"])
            for campaign in try decodeAnswer([Answers.Campaign].self, from: json) {
                table.add([
                    "\(campaign.id)", campaign.name, campaign.state, "\(campaign.prompts)",
                    "\(campaign.tasks.total)", "\(campaign.tasks.completed)",
                    "\(campaign.tasks.failed)",
                ])
            }
            table.show()
        }
    }
}

struct CampaignShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one campaign with its tasks by kind.",
        discussion: "EXAMPLES\n  duet campaign show bouncing-balls")

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions

    @Argument(help: "Its name or number.")
    var campaign: String

    func run() throws {
        try reportingFailures {
            var client = try Client(address.endpoint)
            let json = try client.query(.campaign(campaign))
            if format.output == .json { return printJSON(json) }
            let shown = try decodeAnswer(Answers.Campaign.self, from: json)
            print("campaign \(shown.name) (\(shown.id)): \(shown.state)")
            if !shown.reason.isEmpty { print("  \(shown.reason)") }
            let end = shown.finishedAt.map { ", ended \($0)" } ?? ""
            print("  submitted \(shown.createdAt)\(end)")
            if let pairs = shown.pairs { print("  \(pairs) pairs from \(shown.prompts) prompts") }
            var table = Table(["KIND", "TASKS", "BLOCKED", "OPEN", "DONE", "FAILED", "CANCELLED"])
            for kind in Scheduling.TaskKind.allCases {
                guard let counts = shown.kinds["\(kind)"] else { continue }
                table.add(
                    ["\(kind)"]
                        + [
                            counts.total, counts.blocked, counts.open, counts.completed,
                            counts.failed, counts.cancelled,
                        ].map { "\($0)" })
            }
            table.show()
        }
    }
}

struct CampaignCancel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Drop what has not started; what runs may finish.",
        discussion: "EXAMPLES\n  duet campaign cancel bouncing-balls")

    @OptionGroup var address: CoordinatorAddress

    @Argument(help: "Its name or number.")
    var campaign: String

    @Flag(help: "Stop running tasks too.")
    var kill = false

    func run() throws {
        try reportingFailures {
            var client = try Client(address.endpoint)
            let reply = try client.ask(.campaign(campaign, kill ? .kill : .cancel))
            if case .done(let message) = reply { print(message) }
        }
    }
}

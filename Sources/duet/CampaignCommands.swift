import ArgumentParser
import Campaigns
import Console
import Foundation
import Wire
import Words

struct CampaignCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign",
        abstract: "Submit campaigns, follow them, and find out why they wait or failed.",
        discussion: """
            CAMPAIGN is a number, a name, the beginning of one name only, a list like 3-7,9, or \
            `last` or `all`.
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "File",
                subcommands: [
                    CampaignInit.self, CampaignSubmit.self, CampaignApply.self,
                ]),
            CommandGroup(
                name: "Looking",
                subcommands: [
                    CampaignList.self, CampaignShow.self, CampaignWatch.self, CampaignWhy.self,
                    CampaignStats.self, CampaignCost.self,
                ]),
            CommandGroup(
                name: "Changing",
                subcommands: [
                    CampaignPause.self, CampaignResume.self, CampaignCancel.self,
                    CampaignKill.self, CampaignRetry.self, CampaignRerank.self,
                    CampaignDelete.self,
                ]),
        ])
}

struct CampaignList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show campaigns with what has become of their tasks.",
        usage: "duet campaign list [<campaign>] [<options>]",
        discussion: """
            EXAMPLES
              duet campaign list
              duet campaign list --filter 'tasks.failed>0' --sort -tasks.failed
              duet campaign list 3-7,9 -o wide
              duet campaign list --columns name,state,pairs -o csv
              duet campaign list --watch
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions
    @OptionGroup var options: ListOptions

    @Argument(help: "Only these campaigns.", completion: .custom(Completion.campaigns))
    var campaign = "all"

    func run() throws {
        var client = try Client(address.endpoint)
        try list(
            try format.layout(Columns.campaigns), options,
            empty: "There is no campaign here; `duet campaign submit FILE` submits one."
        ) { try client.campaigns(campaign) }
    }
}

struct CampaignShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one campaign with its tasks by kind.",
        discussion: """
            EXAMPLES
              duet campaign show first
              duet campaign show last -o json
              duet campaign show first --resolved    # its file with every default
            """)

    @OptionGroup var address: CoordinatorAddress

    @OptionGroup var format: AnswerOptions

    @Flag(help: "Print the campaign file as it was submitted, with every default visible.")
    var resolved = false

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    func run() throws {
        var client = try Client(address.endpoint)
        let found = try client.campaign(campaign)
        if resolved {
            let json = try client.query(.campaignFile(found["name"].plain))
            if format.output == .text {
                let file = try submittedCampaign(json)
                Terminal.write(file.resolvedYAML())
                return
            }
            _ = format.print(try Value(json: json), name: "name")
            return
        }
        if format.print(found, name: "name") { return }
        Terminal.write(description(found, Paint(for: Terminal.output)))
    }

    private func description(_ row: Value, _ paint: Paint) -> String {
        let state = row["state"].plain
        var lines = [
            "campaign \(row["name"].plain) (\(row["id"].plain)): "
                + paint(state, stateColour(state))
        ]
        let width = Terminal.listingColumns
        if let reason = row["reason"].text, !reason.isEmpty, reason != state {
            lines += sentence(reason, width: width, paint)
        }
        let end = row["finished_at"].text.map { ", ended \(shortTime($0))" } ?? ""
        lines.append("  submitted \(shortTime(row["created_at"].plain))\(end)")
        let labels = row["labels"].members.map { "\($0.key)=\($0.value.plain)" }
        if !labels.isEmpty { lines.append("  labels \(labels.joined(separator: ", "))") }
        lines += sentence(activity(row), width: width, paint)
        if let most = row["max_failed"].integer {
            lines.append(
                "  failure budget: \(row["budget_used"].plain) of \(most) failed tasks are used")
        }
        if let pairs = row["pairs"].integer {
            lines.append(
                "  \(counted(pairs, "pair")) from "
                    + counted(row["prompts"].integer ?? 0, "prompt"))
        }
        lines.append("")
        let kinds = stages.map(\.kind).filter { row["kinds"][$0] != .null }
        lines += tableLines(
            Self.kindColumns,
            kinds.map { kind in
                .object([Value.Member("kind", .text(kind))] + row["kinds"][kind].members)
            }, width: Terminal.listingColumns, paint: paint)
        if (row.at("tasks.failed").integer ?? 0) > 0 || ["paused", "halted"].contains(state) {
            lines += ["", paint.commands("`duet campaign why \(row["name"].plain)` says why.")]
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static let kindColumns: [Column] = [
        Column("kind", "KIND", importance: 9),
        Column("total", "TASKS", .count, importance: 9),
        Column("blocked", "BLOCKED", .count, importance: 5),
        Column("open", "OPEN", .count, importance: 8),
        Column("completed", "DONE", .count, importance: 9),
        Column("failed", "FAILED", .count, importance: 9),
        Column("skipped", "SKIPPED", .count, importance: 4),
        Column("cancelled", "CANCELLED", .count, importance: 4),
    ]
}

struct CampaignWatch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow a campaign to its end: a bar for each stage, with rate and ETA.",
        discussion: """
            Without a terminal it prints a line from time to time. Ctrl-C ends the watching and \
            not the campaign. Ends with 1 when tasks failed or the campaign was halted or \
            cancelled.

            EXAMPLES
              duet campaign watch first
            """)

    @OptionGroup var address: CoordinatorAddress

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try client.campaign(campaign)["name"].plain
        try follow([name], at: address.endpoint)
    }
}

struct CampaignInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Print a campaign file to begin with, every line commented.",
        discussion: """
            EXAMPLES
              duet campaign init > campaign.yaml
              duet validate campaign.yaml
              duet explain campaign.rank            # what a field means
            """)

    func run() throws {
        Terminal.write(fileTemplate())
        remark("Its prompts are read from prompts.csv beside it, which begins with `id,text`.")
    }
}

struct CampaignWhy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say why a campaign does not run or end, or why a prompt gave its pair or none.",
        usage: "duet campaign why <campaign> [<prompt>] [<options>]",
        discussion: """
            With a prompt's key it shows every candidate with its scores, raw and normalised, its \
            totals, and what became of every pair that the rule looked at.

            EXAMPLES
              duet campaign why first
              duet campaign why last -o json
              duet campaign why first p000001
              duet campaign why first p000001 --ranking v2
            """)

    @OptionGroup var address: CoordinatorAddress

    @OptionGroup var format: AnswerOptions

    @OptionGroup var ranking: RankingOption

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    @Argument(help: "A prompt's key, or the beginning of one key only.")
    var prompt: String?

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try client.campaign(campaign)["name"].plain
        let width = Terminal.listingColumns
        let paint = Paint(for: Terminal.output)
        if let prompt {
            let why = try client.value(
                .prompt(campaign: name, ranking: ranking.ranking, prompt: prompt))
            if format.print(why, name: "prompt") { return }
            Terminal.write(promptWhyText(why, width: width, paint))
            return
        }
        let why = try client.value(.why(name))
        if format.print(why, name: "campaign") { return }
        Terminal.write(whyText(why, width: width, paint))
    }
}

struct CampaignCost: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Show what a campaign has used: slot-hours and GPU-hours by stage.",
        usage: "duet campaign cost <campaign> [<options>]",
        discussion: """
            The last row of a campaign is all of it. PER CANDIDATE is the time of a slot.

            EXAMPLES
              duet campaign cost first
              duet campaign cost all -o csv
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions

    @Argument(help: "The campaigns.", completion: .custom(Completion.campaigns))
    var campaign: String

    func run() throws {
        var client = try Client(address.endpoint)
        var rows: [Value] = []
        for found in try client.campaigns(campaign) {
            let cost = try client.value(.cost(found["name"].plain))
            let name = Value.Member("campaign", cost["campaign"])
            rows += cost["rows"].list.map { .object([name] + $0.members) }
            let each = Value.Member(
                "seconds_per_candidate", cost["seconds_per_candidate"])
            rows.append(.object([name] + cost["total"].members + [each]))
        }
        var printer = ListingPrinter(
            try format.layout(Columns.cost, identity: "campaign", name: "campaign"))
        Terminal.write(printer.text(of: rows) + printer.end())
    }
}

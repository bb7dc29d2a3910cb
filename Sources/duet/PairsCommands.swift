import ArgumentParser
import Console
import Wire

struct PairsCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairs",
        abstract: "Look at winners and losers, and write them as datasets.",
        discussion:
            "verify, card, split and diff look at exported folders without a coordinator.",
        subcommands: [
            PairsList.self, PairsShow.self, PairsStats.self, PairsExport.self, PairsVerify.self,
            PairsCard.self, PairsSplit.self, PairsDiff.self,
        ])
}

struct PairsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the pairs of a ranking.",
        usage: "duet pairs list <campaign> [<options>]",
        discussion: """
            EXAMPLES
              duet pairs list first
              duet pairs list first --filter 'margin>1' -o csv
              duet pairs list first --ranking v2 -o jsonl > pairs.jsonl
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions
    @OptionGroup var paging: PageOptions
    @OptionGroup var ranking: RankingOption

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try client.campaign(campaign)["name"].plain
        let layout = try format.layout(Columns.pairs, name: "prompt")
        try stream(
            layout, limit: paging.limit, after: paging.after,
            empty: "Campaign \(name) has no pairs yet; `duet campaign why \(name)` says why."
        ) { after, limit in
            try client.value(
                .pairs(
                    campaign: name, ranking: ranking.ranking, filter: paging.filter ?? "",
                    after: after, limit: limit)
            ).list
        }
    }
}

/// How a listing of any length is filtered and paged.
struct PageOptions: ParsableArguments {
    @Option(help: "Only rows for which this holds, such as 'state=failed and kind=score'.")
    var filter: String?

    @Option(help: "At most so many; by default all of them, page by page.")
    var limit: Int?

    @Option(
        help: ArgumentHelp("Only rows after the one with this number, to go on.", valueName: "id"))
    var after: Int64 = 0

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit \(limit): write 1 or more.") }
    }
}

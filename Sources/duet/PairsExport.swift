import ArgumentParser
import Campaigns
import Console
import Datasets
import Foundation
import Linux
import Wire
import Words

struct PairsExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the pairs of a ranking as a dataset that training tools open.",
        usage: "duet pairs export <campaign> [<folder>] [<options>]",
        discussion: """
            Pairs come from the coordinator, media from the artifact folder. A run that was ended \
            is taken up by running it again; more pairs write only what changed. The same pairs \
            make the same bytes. Splits go by a hash of the prompt.

            Without a folder, every dataset is written that the campaign's file declares under \
            export.

            EXAMPLES
              duet pairs export first                   # what its file declares
              duet pairs export first out/pairs
              duet pairs export first out/csv --format javisdit-csv --min-margin 0.5
              duet pairs export first out/wds --format webdataset \\
                --splits train=0.98,test=0.02
              duet pairs export first out/v2 --ranking v2 --winner generated
              duet pairs export first out/few \\
                --filter 'margins.audio>1 and winner.clarity>0.5'
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions
    @OptionGroup var ranking: RankingOption
    @OptionGroup var choice: PairChoice

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    @Argument(help: "The folder to write; it is made, or holds an earlier export.")
    var folder: String?

    @Option(
        name: .customLong("format"), help: "The layout of the files; parquet unless it is given.")
    var layout: ExportFormat?

    @Option(help: "Shares of prompts by split, such as train=0.98,test=0.02; by default train=1.")
    var splits: String?

    @Option(help: "Media bytes after which a new file begins; by default 500MB.")
    var maxShard: String?

    @Option(
        help: "What declared folders are relative to; by default the current folder.",
        completion: .directory)
    var base: String?

    @Option(help: "Roles to export, such as joint,audio; by default film, and sound beside it.")
    var media: String?

    @Option(help: "Another folder with the coordinator's artifacts.", completion: .directory)
    var artifacts: String?

    @Flag(help: "In formats that list paths, name the artifacts instead of copying them.")
    var reference = false

    @Option(help: "In formats that list paths, what stands before the paths of copied media.")
    var prefix: String?

    @Option(help: "The licence, as the Hub spells it, such as cc-by-4.0.")
    var license = "other"

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try client.campaign(campaign)["name"].plain
        var orders =
            try folder.map { [ExportOrder(campaign: name, options: try options(for: $0))] }
            ?? declared(by: name, with: &client)
        for index in orders.indices {
            orders[index].ranking = ranking.ranking
            orders[index].roles = media?.split(separator: ",").map(String.init)
            (orders[index].artifacts, orders[index].license) = (artifacts, license)
            orders[index].options.placement = try placement
            orders[index].filters = choice.filters(for:)
        }
        try write(orders, from: address.endpoint, as: format)
    }

    private func declared(
        by name: String, with client: inout Client
    ) throws -> [ExportOrder] {
        if layout != nil || splits != nil || maxShard != nil {
            throw Failure.usage(
                "--format, --splits and --max-shard go with a folder; without one the campaign's "
                    + "file says them")
        }
        let campaign = try submittedCampaign(try client.query(.campaignFile(name)))
        let orders = try ExportOrder.declared(by: campaign, base: base ?? "")
        guard !orders.isEmpty else {
            throw Failure.usage(
                "campaign \(name) declares no exports; name a folder, as in "
                    + "`duet pairs export \(name) out/pairs`")
        }
        return orders
    }

    private func options(for folder: String) throws -> ExportOptions {
        if base != nil { throw Failure.usage("--base goes with the folders that a file declares") }
        var options = ExportOptions(format: layout ?? .parquet, folder: folder)
        options.splits = try splitRule(splits ?? "train=1")
        let size = maxShard ?? "500MB"
        guard let bytes = Quantity.bytes(size), bytes > 0 else {
            throw Failure.usage("--max-shard \(size): write a size such as 500MB or 2GiB")
        }
        options.shardBytes = bytes
        return options
    }

    private var placement: MediaPlacement {
        get throws {
            if reference, prefix != nil {
                throw Failure.usage(
                    "--reference copies nothing, so --prefix has nothing to precede")
            }
            return reference ? .referenced : prefix.map { .copiedBelow(prefix: $0) } ?? .copied
        }
    }
}

/// Reads `train=0.98,test=0.02`.
func splitRule(_ text: String) throws -> SplitRule {
    let parts = try text.split(separator: ",").map { part in
        let sides = part.split(separator: "=", maxSplits: 1)
        guard sides.count == 2, let fraction = Double(sides[1]) else {
            throw Failure.usage("\(part): write a split as name=share, such as train=0.98")
        }
        return SplitRule.Part(name: String(sides[0]), fraction: fraction)
    }
    let rule = SplitRule(parts: parts)
    if let problem = rule.problem { throw Failure.usage(problem) }
    return rule
}

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
        usage: "duet pairs export <campaign> <folder> [<options>]",
        discussion: """
            Pairs come from the coordinator, media from the artifact folder. A run that was
            ended is taken up by running it again; more pairs write only what changed. The
            same pairs make the same bytes. Splits go by a hash of the prompt.

            EXAMPLES
              duet pairs export first out/pairs
              duet pairs export first out/csv --format javisdit-csv --min-margin 0.5
              duet pairs export first out/wds --format webdataset --splits train=0.98,test=0.02
              duet pairs export first out/v2 --ranking v2 --winner generated
              duet pairs export first out/few --filter 'margins.audio>1 and winner.clarity>0.5'
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: AnswerOptions
    @OptionGroup var ranking: RankingOption
    @OptionGroup var choice: PairChoice

    @Argument(help: "The campaign.", completion: .custom(Completion.campaigns))
    var campaign: String

    @Argument(help: "The folder to write; it is made, or holds an earlier export.")
    var folder: String

    @Option(name: .customLong("format"), help: "The layout of the files.")
    var layout = ExportFormat.parquet

    @Option(help: "Shares of prompts by split, such as train=0.98,test=0.02.")
    var splits = "train=1"

    @Option(help: "Media bytes after which a new file begins.")
    var maxShard = "500MB"

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
        var pages = try PairPages(
            PairPages.PairSource(
                campaign: name, ranking: ranking.ranking, artifacts: artifacts,
                roles: media?.split(separator: ",").map(String.init),
                probes: layout == .javisDiT || layout == .videoDPO, license: license),
            from: client)
        var options = try options(for: pages.header)
        let progress = ExportProgress(total: pages.count, isSilent: format.output != .text)
        options.onFile = { progress.note($0) }
        let start = Clock.monotonic
        let manifest = try withExportFailures {
            try Exporter(header: pages.header, options: options).export {
                let row = try pages.next()
                progress.show(pages.handedOut)
                return row
            }
        }
        progress.end()
        let seconds = Double(Clock.monotonic - start) / 1e9
        let report = ExportReport(
            manifest, folder: folder, wasThere: progress.wasThere, seconds: seconds)
        if !format.print(report.value, name: "folder") { say(report.text) }
    }

    private func options(for header: ExportHeader) throws -> ExportOptions {
        var options = ExportOptions(format: layout, folder: folder)
        options.splits = try splitRule(splits)
        guard let bytes = Quantity.bytes(maxShard), bytes > 0 else {
            throw Failure.usage("--max-shard \(maxShard): write a size such as 500MB or 2GiB")
        }
        options.shardBytes = bytes
        options.filters = try choice.filters(for: header)
        if reference, prefix != nil {
            throw Failure.usage("--reference copies nothing, so --prefix has nothing to precede")
        }
        if reference { options.placement = .referenced }
        if let prefix { options.placement = .copiedBelow(prefix: prefix) }
        return options
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

/// Gives what is wrong with an export the exit code of failed work.
func withExportFailures<R>(_ body: () throws -> R) throws -> R {
    do { return try body() } catch let error as ExportError {
        throw Failure.work(error.description)
    }
}

/// What an export came to.
struct ExportReport {
    private let manifest: ExportManifest
    private let folder: String
    private let wasThere: Int
    private let seconds: Double

    init(_ manifest: ExportManifest, folder: String, wasThere: Int, seconds: Double) {
        self.manifest = manifest
        self.folder = folder
        self.wasThere = wasThere
        self.seconds = seconds
    }

    private var bytes: Int64 {
        manifest.shards.reduce(manifest.media?.bytes ?? 0) { $0 + $1.file.bytes }
    }

    private var perSecond: Double {
        Double(manifest.counts.pairs) / max(seconds, 1e-9)
    }

    /// For programs.
    var value: Value {
        .object([
            .init("folder", .text(folder)), .init("format", .text(manifest.format.rawValue)),
            .init("ranking", .text(manifest.header.ranking)),
            .init("pairs", .integer(Int64(manifest.counts.pairs))),
            .init("prompts", .integer(Int64(manifest.counts.prompts))),
            .init("filtered_out", .integer(Int64(manifest.counts.filteredOut))),
            .init("shards", .integer(Int64(manifest.shards.count))),
            .init("shards_kept", .integer(Int64(wasThere))),
            .init("bytes", .integer(bytes)), .init("seconds", .number(hundredth(seconds))),
            .init("pairs_per_second", .number(perSecond.rounded())),
            .init("peak_mb", .integer(Int64((try? ProcessUsage.memory().peakMiB) ?? 0))),
        ])
    }

    /// For a person.
    var text: String {
        let counts = manifest.counts
        var text =
            "\(counted(counts.pairs, "pair")) of \(counted(counts.prompts, "prompt")) as "
            + "\(manifest.format.rawValue) in \(folder): "
            + "\(counted(manifest.shards.count, "shard")), \(byteSize(bytes)), "
            + "\(duration(seconds)) (\(rate(perSecond)))"
        if wasThere > 0 { text += "; \(counted(wasThere, "shard")) stayed as they were" }
        if counts.filteredOut > 0 {
            text += "; filters left \(counted(counts.filteredOut, "pair")) out"
        }
        return text + "\n`duet pairs verify \(folder)` checks it."
    }
}

import Campaigns
import Console
import Datasets
import Foundation
import Linux
import Words

/// A dataset that is to be written from the pairs of a ranking.
struct ExportOrder {
    /// The campaign.
    var campaign: String
    /// Which of its rankings; empty for the current one.
    var ranking = ""
    /// What is written, and where.
    var options: ExportOptions
    /// The media to export; nil for film and sound as the first pair has them.
    var roles: [String]?
    /// Another folder with the coordinator's artifacts.
    var artifacts: String?
    var license = "other"
    /// Which pairs.
    var filters: (ExportHeader) throws -> [PairFilter] = { _ in [] }

    /// The datasets that a campaign's file declares, in folders relative to `base`; nothing is
    /// written yet, so that what is wrong with them is known before a campaign is submitted.
    static func declared(by campaign: Campaign, base: String) throws -> [ExportOrder] {
        let orders = try campaign.export.map { export in
            try ExportOrder(
                campaign: campaign.name, options: ExportOptions(export, base: base))
        }
        let folders = orders.map(\.options.folder)
        if let twice = folders.first(where: { one in folders.count { $0 == one } > 1 }) {
            throw Failure.usage(
                "campaign \(campaign.name): two exports go to \(twice); give each a folder")
        }
        return orders
    }

    /// Writes what is not there yet.
    func write(from endpoint: String, isSilent: Bool) throws -> ExportReport {
        let format = options.format
        var pages = try PairPages(
            PairPages.PairSource(
                campaign: campaign, ranking: ranking, artifacts: artifacts, roles: roles,
                probes: format == .javisDiT || format == .videoDPO, license: license),
            from: try Client(endpoint))
        var options = options
        options.filters = try filters(pages.header)
        let progress = ExportProgress(total: pages.count, isSilent: isSilent)
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
        return ExportReport(
            manifest, folder: options.folder, wasThere: progress.wasThere,
            seconds: Double(Clock.monotonic - start) / 1e9)
    }
}

extension ExportOptions {
    /// What a campaign's file says of a dataset.
    fileprivate init(_ export: Campaign.Export, base: String) throws {
        guard let format = ExportFormat(rawValue: export.format.rawValue) else {
            throw Failure.usage(
                "export: this version does not write the format \(export.format.rawValue)")
        }
        let isElsewhere = export.to.hasPrefix("/") || base.isEmpty
        self.init(format: format, folder: isElsewhere ? export.to : "\(base)/\(export.to)")
        // The largest first, as people write them: it keeps its prompts when others are added.
        let shares = export.splits.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        splits = SplitRule(parts: shares.map { .init(name: $0.key, fraction: $0.value) })
        if let problem = splits.problem { throw Failure.usage("export \(export.to): \(problem)") }
        shardBytes = export.maxShard
    }
}

/// Writes datasets one after the other and says of each what it came to.
func write(_ orders: [ExportOrder], from endpoint: String, as format: AnswerOptions) throws {
    for order in orders {
        let report = try order.write(from: endpoint, isSilent: format.output != .text)
        if !format.print(report.value, name: "folder") { say(report.text) }
    }
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

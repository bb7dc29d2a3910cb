/// The `README.md` of an export: front matter for the Hub, then what a person wants to know.
struct DatasetCard {
    let header: ExportHeader
    let options: ExportOptions
    let statistics: ExportStatistics
    let shards: [ShardRecord]
    let columns: [Column]

    /// Where the pictures lie, with what each shows.
    var pictures: [(path: String, panels: [HistogramPicture.Panel])] {
        let margins =
            [HistogramPicture.Panel(title: "margin", series: [("", statistics.margin)])]
            + zip(header.modalities, statistics.margins).map {
                HistogramPicture.Panel(title: "margin, \($0)", series: [("", $1)])
            }
        let scores = zip(header.metrics, statistics.scores).map {
            HistogramPicture.Panel(
                title: $0.name, series: [("chosen", $1.winners), ("rejected", $1.losers)])
        }
        return [("figures/margins.svg", margins), ("figures/scores.svg", scores)]
    }

    var text: String {
        [frontMatter, summary, loading, numbers, columnTable, origin].joined(separator: "\n")
    }

    private var counts: ExportCounts { statistics.counts }

    // MARK: Front matter

    private var frontMatter: String {
        var lines = [
            "---", "license: \(quoted(header.license))", "pretty_name: \(quoted(header.name))",
            "task_categories:", "- text-to-video", "tags:", "- preference", "- dpo",
        ]
        lines += header.media.map { "- \($0.kind)" }
        lines += ["size_categories:", "- \(sizeCategory)", "configs:"]
        lines += ["- config_name: default", "  default: true", "  data_files:"]
        // `datasets` cannot open MosaicML's shards, so it shows the pairs without media.
        for split in options.format == .mds ? ["train"] : filledSplits {
            lines += ["  - split: \(split)", "    path: \(quoted(pattern(split)))"]
        }
        lines += ["- config_name: pairs", "  data_files:", "  - split: train"]
        lines += ["    path: pairs.parquet"]
        return (lines + datasetInfo + ["---", ""]).joined(separator: "\n")
    }

    /// The types of the columns and the sizes of the splits, for readers of the card alone.
    private var datasetInfo: [String] {
        guard let features = CardFeatures(header: header, format: options.format).lines
        else { return [] }
        var lines = ["dataset_info:", "- config_name: default", "  features:"] + features
        lines.append("  splits:")
        for split in filledSplits {
            lines += [
                "  - name: \(split)", "    num_bytes: \(bytes(of: split))",
                "    num_examples: \(counts.bySplit[split] ?? 0)",
            ]
        }
        let total = shards.reduce(Int64(0)) { $0 + $1.file.bytes }
        return lines + ["  download_size: \(total)", "  dataset_size: \(total)"]
    }

    private var filledSplits: [String] {
        options.splits.parts.map(\.name).filter { (counts.bySplit[$0] ?? 0) > 0 }
    }

    /// What `datasets` opens as a split.
    private func pattern(_ split: String) -> String {
        switch options.format {
        case .parquet, .pickAPic: "data/\(split)-*.parquet"
        case .webDataset: "data/\(split)-*.tar"
        case .javisDiT: "\(split).csv"
        case .trl: "\(split).jsonl"
        case .mds: PairTable.path
        case .videoDPO: "\(split)/pair.json"
        }
    }

    private var sizeCategory: String {
        switch counts.pairs {
        case ..<1000: "n<1K"
        case ..<10_000: "1K<n<10K"
        case ..<100_000: "10K<n<100K"
        case ..<1_000_000: "100K<n<1M"
        default: "1M<n<10M"
        }
    }

    // MARK: Text

    private var summary: String {
        let adapter = header.adapter.map { " with adapter \($0.name)" } ?? ""
        return """
            # \(header.name)

            Preference pairs for joint audio-video generation: for each prompt a chosen and a \
            rejected clip, ranked by \(header.metrics.filter { !$0.isHeldOut }.count) rewards in \
            \(header.modalities.count) modalities (\(header.modalities.joined(separator: ", "))).

            - campaign `\(header.campaign)`, ranking `\(header.ranking)` of \(header.date)
            - generator \(header.model.name)\(adapter)
            - exported as `\(options.format.rawValue)` by \(header.program)

            """
    }

    private var loading: String {
        """
        ## Opening it

        \(DatasetUsage.text(options.format, header: header))
        `manifest.json` names every shard with its hash; check the copy you have with

        ```sh
        sha256sum -c SHA256SUMS
        ```

        `pairs.parquet` has one row for each pair with all values and hashes, and no media. \
        `croissant.json` describes it for Croissant readers.

        """
    }

    private var numbers: String {
        let total = max(counts.pairs, 1)
        let share = Double(counts.groundTruthWinners * 1000 / total) / 10
        var lines = [
            "## Numbers", "", "| split | pairs | bytes |", "|---|---|---|",
        ]
        lines += filledSplits.map {
            "| \($0) | \(counts.bySplit[$0] ?? 0) | \(bytes(of: $0)) |"
        }
        lines += [
            "",
            "\(counts.pairs) pairs of \(counts.prompts) prompts; \(counts.filteredOut) more "
                + "were left out by filters. The winner is ground truth in \(share) % of them.",
            "",
        ]
        for filter in options.filters { lines.append("- filter: `\(filter.text)`") }
        lines += ["", "![margins](figures/margins.svg)", "", "![scores](figures/scores.svg)", ""]
        lines += ["| metric | modality | reward model | chosen, mean | rejected, mean |"]
        lines += ["|---|---|---|---|---|"]
        for (metric, scores) in zip(header.metrics, statistics.scores) {
            let notes = [
                metric.isMinimised ? "lower is better" : nil,
                metric.isHeldOut ? "never ranked" : nil,
            ].compactMap { $0 }
            let name =
                notes.isEmpty
                ? metric.name : "\(metric.name) (\(notes.joined(separator: ", ")))"
            lines.append(
                "| \(name) | \(metric.modality) | \(metric.rewardVersion) | "
                    + "\(shown(scores.winners.mean)) | \(shown(scores.losers.mean)) |")
        }
        return (lines + [""]).joined(separator: "\n")
    }

    private var columnTable: String {
        let rows = columns.map { "| `\($0.name)` | \($0.kind.dtype) | \($0.meaning) |" }
        return (["## Columns", "", "| column | type | meaning |", "|---|---|---|"] + rows + [""])
            .joined(separator: "\n")
    }

    private var origin: String {
        let parts = options.splits.parts.map { "\($0.name) \($0.fraction)" }
        return """
            ## Where it comes from

            Splits go by prompt: the first 8 bytes of SHA-256 of \
            `\(options.splits.salt)` followed by the prompt's key, as a fraction of 2^64, fall \
            into \(parts.joined(separator: ", ")). A prompt never changes its split.

            Ranking rule (hash `\(header.ruleHash)`):

            ```json
            \(header.rule)
            ```

            Generator `\(header.model.name)`\(weights); campaign seed \(header.seed).

            """
    }

    /// The hashes of the generator's weights and adapter, where they are known.
    private var weights: String {
        let model = header.model.hash.isEmpty ? "" : ", weights `\(header.model.hash)`"
        let adapter = header.adapter.map(\.hash) ?? ""
        return model + (adapter.isEmpty ? "" : ", adapter `\(adapter)`")
    }

    private func bytes(of split: String) -> Int64 {
        shards.filter { $0.split == split }.reduce(0) { $0 + $1.file.bytes }
    }

    private func shown(_ value: Double?) -> String {
        guard let value else { return "" }
        return "\((value * 10_000).rounded() / 10_000)"
    }

    private func quoted(_ text: String) -> String { JSON.text(text).encoded() }
}

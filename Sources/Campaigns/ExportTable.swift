extension Campaign.Export: Tabled {
    static let table = Table(
        Campaign.Export(format: .parquet, to: ""),
        [
            Row(
                "format", \.format, .choice, "The files' format.", example: "parquet",
                required: true),
            Row(
                "to", \.to, .text,
                "The folder to write, relative to the campaign file's folder.",
                example: "out/pairs", required: true),
            Row(
                "splits", \.splits, .map(of: .number(.fraction), keys: "splits"),
                "The share of each split; they add up to 1.", example: "{train: 0.98, test: 0.02}"),
            Row(
                "split_by", \.splitBy, .choice, "What stays together in one split.",
                example: "prompt"),
            Row(
                "max_shard", \.maxShard, .size, "The most bytes of one file.", example: "500MB"),
        ]
    ) { export, field in
        let sum = export.splits.values.sorted().reduce(0, +)
        if let splits = field.child("splits"), (sum - 1).magnitude > 1e-6 {
            splits.report("add up to \(Quantity.text((sum * 1e6).rounded() / 1e6)), expected 1")
        }
        if let shard = field.child("max_shard"), export.maxShard == 0 {
            shard.report("expected more than 0B; a file holds at least one pair")
        }
    }
}

extension Campaign.After: Tabled {
    static let table = Table(
        Campaign.After(round: ""),
        [
            Row(
                "round", \.round, .name, "The round to start, by its name.", example: "avdpo",
                required: true),
            Row(
                "when", \.when,
                .condition(
                    ["pairs", "prompts", "candidates", "reference_winner_share"],
                    example: "pairs >= 20000"),
                "What must hold of the campaign's ranking.", example: "pairs >= 20000",
                absence: "as soon as every candidate is scored and ranked"),
            Row(
                "every", \.every, .integer(1...1_000_000_000),
                "Starts another round whenever the ranking has so many pairs more than the last "
                    + "one trained on; not with rounds above 1.",
                example: "500", absence: "one time only"),
        ])
}

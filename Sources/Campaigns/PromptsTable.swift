extension Campaign.Columns: Tabled {
    static let table = Table(
        Campaign.Columns(),
        [
            Row(
                "id", \.id, .text, "The column that identifies a prompt.", example: "id",
                absence: "the column id where there is one, and else the row number"),
            Row("text", \.text, .text, "The column of the prompt's text.", example: "caption"),
            Row(
                "reference_video", \.referenceVideo, .text,
                "The column with the path of the ground truth's video, relative to the prompts "
                    + "file.",
                example: "path", absence: "there is no ground truth"),
            Row(
                "reference_audio", \.referenceAudio, .text,
                "The column with the path of the ground truth's audio, where it is its own file.",
                example: "audio_path", absence: "the video carries the audio"),
        ])
}

extension Campaign.Dedupe: Tabled {
    static let table = Table(
        Campaign.Dedupe(),
        [
            Row("method", \.method, .choice, "How repetition is told.", example: "exact"),
            Row(
                "ngram", \.minhashNgram, .integer(1...20),
                "How many words a shingle has; with the method minhash.", example: "2",
                absence: "3 with the method minhash"),
            Row(
                "threshold", \.minhashThreshold,
                .number(.init(words: "a number above 0, at most 1", above: 0, most: 1)),
                "The least share of common shingles (Jaccard) of a near-duplicate; "
                    + "with the method minhash.", example: "0.8",
                absence: "0.85 with the method minhash"),
        ]
    ) { _, field in
        guard field.child("method")?.node.content == .scalar("exact", isPlain: true) else { return }
        for key in ["ngram", "threshold"] {
            field.child(key)?.report("is for the method minhash; remove it, or say method: minhash")
        }
    }
}

extension Campaign.Dedupe {
    /// What only one of the methods has, so that it is written with that one alone.
    fileprivate var minhashNgram: Int? {
        get { method == .minhash ? ngram : nil }
        set { ngram = newValue ?? ngram }
    }

    fileprivate var minhashThreshold: Double? {
        get { method == .minhash ? threshold : nil }
        set { threshold = newValue ?? threshold }
    }
}

extension Campaign.Prompts: Tabled {
    static let table = Table(
        Campaign.Prompts(source: ""),
        [
            Row(
                "source", \.source, .promptsFile,
                "The prompts file, relative to the campaign file's folder.",
                example: "prompts.csv", required: true, starter: "prompts.csv"),
            Row(
                "columns", \.columns, .section,
                "The names of the file's columns; a txt file has one prompt per line and none.",
                example: "{id: clip, text: caption, reference_video: path}",
                starter: "{id: id, text: text}"),
            Row(
                "limit", \.limit, .integer(1...Int.max),
                "How many prompts to use, from the top, after exclude and dedupe.",
                example: "1000", absence: "all are used"),
            Row(
                "exclude", \.exclude, .list(of: .promptsFile),
                "Files of prompts that must not take part; texts are compared without case, "
                    + "punctuation and spaces.",
                example: "[sft.csv]"),
            Row(
                "dedupe", \.dedupe, .section,
                "Drops prompts that repeat an earlier one.",
                example: "{method: minhash, ngram: 3, threshold: 0.85}",
                absence: "repeated prompts are kept, with a note"),
        ]
    ) { prompts, field in
        guard PromptFormat(path: prompts.source) == .txt, prompts.columns != Campaign.Columns()
        else { return }
        field.child("columns")?.report(
            "a txt file has one prompt per line and no columns; remove it")
    }
}

extension Codec where Value == String {
    /// The path of a prompts file, which its name must tell the form of.
    static var promptsFile: Codec {
        Codec.text(
            .init(
                words: "a file that ends in .csv, .jsonl or .txt", pattern: #"\.(csv|jsonl|txt)$"#),
            check: isPromptsFile)
    }

    @Sendable private static func isPromptsFile(_ text: String, _ field: Field) -> Bool {
        if PromptFormat(path: text) != nil { return true }
        let csv = text.dropLast(".parquet".count) + ".csv"
        let command =
            "import pandas; pandas.read_parquet('\(text)').to_csv('\(csv)', index=False)"
        field.report(
            text.lowercased().hasSuffix(".parquet")
                ? "parquet is not supported yet; convert it once with python3 -c \"\(command)\""
                : "expected a file that ends in .csv, .jsonl or .txt, found '\(text.excerpt)'")
        return false
    }
}

import Words

extension Campaign: Tabled {
    static let table = Table(
        Campaign(
            name: "", prompts: .init(source: ""), generate: .init(model: ""),
            score: .init(rewards: [])),
        [
            Row(
                readElsewhere: "kind",
                .choice([
                    .init(
                        word: FileKind.campaign.rawValue, summary: "this document is a campaign",
                        isSupported: true)
                ]), "What the document declares.", example: "Campaign", required: true,
                starter: "Campaign", writing: "Campaign"),
            Row(
                "name", \.name, .documentName,
                "The name, unique among the coordinator's campaigns.",
                example: "my-campaign", required: true, starter: "my-campaign"),
            Row(
                "labels", \.labels, .map(of: .text, keys: "names of your own"),
                "Free labels to find it by.", example: "{project: avdpo, owner: av-team}",
                starter: "{project: tour}"),
            Row(
                "priority", \.priority, .integer(-1_000_000...1_000_000),
                "Campaigns of a higher priority go first.", example: "10"),
            Row(
                "weight", \.weight,
                .number(.init(words: "a number above 0, at most 1000000", above: 0, most: 1e6)),
                "Its share of the workers among campaigns of equal priority.", example: "2"),
            Row(
                "seed", \.seed, .seed, "The number from which every candidate's seed is derived.",
                example: "20260301", starter: "7"),
            .variables,
            Row(
                "prompts", \.prompts, .section, "What the candidates answer.",
                example: "{source: prompts.csv}", required: true),
            Row(
                "generate", \.generate, .section,
                "How candidates are made; a change makes only what is missing.",
                example: "{model: bouncing-ball@1}", required: true),
            Row(
                "score", \.score, .section,
                "How candidates are scored; a change scores only what is missing.",
                example: "{rewards: [{name: clarity, scorer: ears, output: clarity, "
                    + "modality: audio}]}", required: true),
            Row(
                "rank", \.rank, .section,
                "How pairs are chosen; a change makes and scores nothing again.",
                example: "{pairs_per_prompt: 2}", starter: ""),
            Row(
                "resources", \.resources, .section,
                "What one task of each kind needs of a worker.",
                example: "{generate: {gpus: 1, gpu_memory: 40GiB, timeout: 20m}}", starter: ""),
            Row(
                "retry", \.retry, .section, "How often failing tasks are tried again.",
                example: "{max: 2, backoff: 30s, crash_limit: 5}",
                starter: "{max: 2, backoff: 30s, crash_limit: 5}"),
            Row(
                "limits", \.limits, .section, "How much may run at once, and how much may fail.",
                example: "{max_running: 64, max_failed: 1%}", starter: ""),
            Row(
                "export", \.export, .list(of: .section),
                "The datasets that `submit --watch` writes when the pairs are there, and "
                    + "`duet pairs export` at any time after.",
                example: "[{format: parquet, to: out/pairs}]"),
            Row(
                "after", \.after, .list(of: .section),
                "The rounds started when the pairs are there.",
                example: "[{round: avdpo, when: pairs >= 20000}]"),
        ],
        check: checkSections)

    /// Checks what concerns several sections.
    private static func checkSections(_ campaign: inout Campaign, _ field: Field) {
        let hasTruth = campaign.prompts.columns.namesGroundTruth
        if let include = field.child("generate")?.child("include_reference") {
            if campaign.generate.includeReference, !hasTruth {
                include.report(
                    "needs the ground truth's column; name it in prompts.columns.reference_video, "
                        + "or say false")
            }
        } else {
            campaign.generate.includeReference = hasTruth
        }
        let ranked = campaign.score.rewards.filter { $0.role == .ranked }
        let modalities = Set(ranked.compactMap(\.modality))
        let rank = field.child("rank")
        checkKeys(of: rank?.child("min_margin"), among: modalities.union(["total"]))
        checkKeys(of: rank?.child("weights"), among: modalities)
        if campaign.rank.select == .referenceVsGenerated, !campaign.generate.includeReference {
            rank?.child("select")?.report(
                "needs the ground truth; say generate.include_reference: true")
        }
    }

    private static func checkKeys(of field: Field?, among modalities: Set<String>) {
        guard let field, case .mapping = field.node.content else { return }
        for (key, value) in field.entries() ?? [] where !modalities.contains(key) {
            value.report(
                "no ranked reward has this modality; \(hint(for: key, among: Array(modalities)))")
        }
    }
}

extension Row {
    /// The variables of a document, which are put in before it is read.
    static var variables: Row {
        Row(
            readElsewhere: "vars", .map(.scalar, keys: "names of your own"),
            "Values that the document's texts use as ${NAME}; --set vars.NAME=... changes one.",
            example: "{steps: 50}", absence: "no variables")
    }
}

extension Codec where Value == String {
    /// A name that also names rows, files and topics.
    static var documentName: Codec {
        Codec(
            form: .text(
                .init(
                    words: "at most 63 letters, digits, '-', '_' and '.'",
                    pattern: #"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$"#)),
            read: { field in
                guard let name = field.name() else { return nil }
                let isPlain = name.allSatisfy {
                    $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
                }
                guard isPlain, name.count <= 63, name.first != ".", name.first != "-" else {
                    field.report(
                        "expected at most 63 letters, digits, '-', '_' and '.', beginning with a "
                            + "letter or digit, found \(field.node.form)")
                    return nil
                }
                return name
            }, write: { .text($0) })
    }
}

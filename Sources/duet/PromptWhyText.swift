import Console

/// Every candidate of a prompt and what became of it, as a person reads it.
func promptWhyText(_ why: Value, width: Int, _ paint: Paint) -> String {
    let ranking = why["ranking"].plain
    let title = ranking.isEmpty ? "" : ", ranking \(ranking)"
    var lines = ["prompt \(why["prompt"].plain) of campaign \(why["campaign"].plain)\(title)"]
    lines += sentence("\"\(why["text"].plain)\"", width: width, paint)
    for text in why["sentences"].list { lines += sentence(text.plain, width: width, paint) }
    for candidate in why["candidates"].list {
        lines.append("")
        lines += candidateLines(candidate, why, width: width, paint)
    }
    let pairs = why["pairs"].list
    guard !pairs.isEmpty else { return lines.map { $0 + "\n" }.joined() }
    lines.append("")
    lines += tableLines(
        pairColumns(why["modalities"].list.map(\.plain)), pairs, width: width, paint: paint)
    return lines.map { $0 + "\n" }.joined()
}

/// What a candidate is called: the ground truth, or its number.
func candidateName(_ ordinal: Value) -> String {
    (ordinal.integer ?? 0) < 0 ? "ground truth" : "candidate \(ordinal.plain)"
}

private func candidateLines(
    _ row: Value, _ why: Value, width: Int, _ paint: Paint
) -> [String] {
    let competes = row["part"].plain == "competed"
    let text = "\(candidateName(row["ordinal"])) (\(row["id"].plain)) \(row["sentence"].plain)"
    var lines = sentence(text, indent: "", width: width, paint)
    if !competes { lines = lines.map { paint($0, .yellow) } }
    for guardName in row["findings"].list {
        lines += sentence("guard \(guardName.plain) finds something in it", width: width, paint)
    }
    let raw = row["raw"].list
    guard !raw.isEmpty else { return lines }
    let normalised = row["normalised"].list
    let rows = zip(why["rewards"].list, raw).enumerated().map { index, entry -> Value in
        let (reward, score) = entry
        let reason = row["reasons"].list.count > index ? row["reasons"].list[index] : .null
        return .object([
            .init("name", reward["name"]), .init("modality", reward["modality"]),
            .init("raw", score),
            .init("normalised", index < normalised.count ? normalised[index] : .null),
            .init("note", .text(note(reward, reason))),
        ])
    }
    let columns = [
        Column("name", "REWARD", importance: 10, floor: 12),
        Column("modality", "MODALITY", importance: 7),
        Column("raw", "SCORE", .decimals(3), importance: 9),
        Column("normalised", "NORMALISED", .decimals(3), importance: 8),
        Column("note", "", importance: 6, floor: 20),
    ]
    lines += tableLines(columns, rows, width: width - 2, paint: paint).map { "  \($0)" }
    let totals = zip(why["modalities"].list, row["totals"].list).map {
        "\($0.plain) \(decimals($1.number ?? 0))"
    }
    if let score = row["score"].number {
        lines += sentence(
            "totals: \(totals.joined(separator: ", ")); in all \(decimals(score))", width: width,
            paint)
    }
    return lines
}

private func note(_ reward: Value, _ reason: Value) -> String {
    var notes: [String] = []
    if let reason = reason.text { notes.append("no score: \(reason)".printable) }
    if reward["is_held_out"].flag == true { notes.append("held out") }
    if reward["is_minimised"].flag == true { notes.append("lower is better") }
    return notes.joined(separator: "; ")
}

private func pairColumns(_ modalities: [String]) -> [Column] {
    let margins = modalities.enumerated().map { index, modality in
        Column(
            "margins.\(modality)", modality.uppercased(), .decimals(3), importance: 6,
            value: { row in
                let margins = row["margins"].list
                return index < margins.count ? margins[index] : .null
            })
    }
    return [
        Column("winner", "WINNER", importance: 10).shown { short($0["winner"]) },
        Column("loser", "LOSER", importance: 10).shown { short($0["loser"]) },
        Column("margin", "MARGIN", .decimals(3), importance: 8),
    ] + margins + [
        Column("sentence", "WHAT BECAME OF IT", importance: 9, floor: 24)
            .coloured { $0["is_chosen"].flag == true ? .green : nil }
    ]
}

private func short(_ ordinal: Value) -> String {
    (ordinal.integer ?? 0) < 0 ? "truth" : ordinal.plain
}

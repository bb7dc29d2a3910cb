import Console
import Words

/// Two policies' scores on the same prompts, as a person reads them.
///
/// `answer` is a comparison as Evaluations encodes it.
func policyComparisonText(_ answer: Value, width: Int, _ paint: Paint) -> String {
    let (before, after) = (answer["before"].plain, answer["after"].plain)
    let prompts = counted(answer["prompts"].integer ?? 0, "prompt")
    var lines = [paint("\(after) against \(before)", .bold) + " on \(prompts)"]
    lines += dimensionLines(answer, width: width, paint)
    for (key, title) in [("ranked", "ranked, by modality"), ("judge", "held out, by modality")] {
        lines += totalLines(answer[key], title: title, width: width, paint)
    }
    lines += missingLines(answer["dimensions"].list, width: width, paint)
    lines += distanceLines(answer, width: width, paint)
    lines += [""]
    lines += sentence(
        "Gains are in standard deviations of candidates, larger better, with 95 % intervals over "
            + "prompts: ▲ lies above 0, ▼ below; ↓ marks scores that are better when smaller. Wins "
            + "count prompts on which \(after) is better, a tie half.", indent: "", width: width,
        paint)
    return lines.map { $0 + "\n" }.joined()
}

private func dimensionLines(_ answer: Value, width: Int, _ paint: Paint) -> [String] {
    let columns =
        [
            Column("dimension.name", "DIMENSION", importance: 9, floor: 8).shown { row in
                let isMinimised = row.at("dimension.goal").text == "minimize"
                return row.at("dimension.name").plain.printable + (isMinimised ? " ↓" : "")
            },
            Column("dimension.modality", "MODALITY", importance: 2),
            Column("dimension.role", "ROLE", importance: 1),
            scoreColumn("before", answer["before"].plain, importance: 4),
            scoreColumn("after", answer["after"].plain, importance: 5),
        ] + gainColumns
    return [""] + tableLines(columns, answer["dimensions"].list, width: width, paint: paint)
}

/// The gains of one role's modalities and their mean.
private func totalLines(
    _ group: Value, title: String, width: Int, _ paint: Paint
) -> [String] {
    guard group != .null else { return [] }
    let columns =
        [
            Column("name", title.uppercased(), importance: 9, floor: 8),
            Column("shares", "SHARES", importance: 3).shown { row in
                guard let before = row["shares"]["before"].number,
                    let after = row["shares"]["after"].number
                else { return "" }
                return "\(decimals(before, 3)) → \(decimals(after, 3))"
            },
        ] + gainColumns
    // A column that no row fills tells nothing.
    let rows = group["modalities"].list + [group["total"]]
    let shown = columns.filter { column in
        column.key != "shares" || rows.contains { $0["shares"] != .null }
    }
    return [""] + tableLines(shown, rows, width: width, paint: paint)
}

/// What dimensions and totals have in common.
private let gainColumns = [
    Column("prompts", "PROMPTS", .count, importance: 3),
    Column("gain.value", "GAIN", .decimals(2), importance: 8)
        .shown { $0.at("gain.value").number.map(signed) ?? "-" }.coloured(colour),
    Column("gain.lower", "95 % INTERVAL", importance: 7).shown { row in
        guard let lower = row.at("gain.lower").number, let upper = row.at("gain.upper").number
        else { return "" }
        return "\(signed(lower)) … \(signed(upper)) \(mark(row))"
    }.coloured(colour),
    Column("wins.rate", "WINS", .decimals(1), importance: 6)
        .shown { $0.at("wins.rate").number.map(percent) ?? "-" },
    Column("wins.lower", "95 % WILSON", importance: 5).shown { row in
        guard let lower = row.at("wins.lower").number, let upper = row.at("wins.upper").number
        else { return "" }
        return "\(decimals(lower * 100, 1)) … \(decimals(upper * 100, 1))"
    },
]

private func scoreColumn(_ key: String, _ policy: String, importance: Int) -> Column {
    Column(key, policy.uppercased(), .decimals(3), importance: importance, floor: 8)
        .shown { row in
            guard let score = row[key].number else { return "-" }
            return decimals(score, score.magnitude >= 100 ? 1 : 3)
        }
}

/// Candidates without a score, where there are any.
private func missingLines(_ dimensions: [Value], width: Int, _ paint: Paint) -> [String] {
    let counts = dimensions.compactMap { row -> String? in
        let (before, after) = (row["missing_before"].integer, row["missing_after"].integer)
        guard let before, let after, before + after > 0 else { return nil }
        return "\(row.at("dimension.name").plain) \(before)/\(after)"
    }
    guard !counts.isEmpty else { return [] }
    return [""]
        + sentence(
            "candidates without a score (before/after): \(counts.joined(separator: ", "))",
            indent: "", width: width, paint)
}

/// How far both policies' clips as a whole are from ground truth, where that was measured.
private func distanceLines(_ answer: Value, width: Int, _ paint: Paint) -> [String] {
    let distances = answer["distances"]
    guard distances != .null else { return [] }
    let rows = distances["modalities"].list.flatMap { modality in
        [("Fréchet", "frechet"), ("kernel", "kernel")].map { name, key in
            Value.object([
                .init("name", .text("\(modality["name"].plain), \(name)")),
                .init("before", modality[key]["before"]), .init("after", modality[key]["after"]),
            ])
        }
    }
    let columns = [
        Column("name", "DISTANCE TO GROUND TRUTH ↓", importance: 9, floor: 8),
        distanceColumn("before", answer["before"].plain),
        distanceColumn("after", answer["after"].plain),
        Column("change", "CHANGE", .decimals(1), importance: 6).shown { row in
            guard let before = row["before"].number, let after = row["after"].number, before > 0
            else { return "-" }
            let change = percent(abs(after / before - 1))
            return after < before ? "-\(change)" : "+\(change)"
        },
    ]
    let counts = ["before", "after"].map { distances[$0].integer ?? 0 }
    let clips =
        counts[0] == counts[1]
        ? "\(grouped(counts[0])) clips of each"
        : "\(grouped(counts[0])) and \(grouped(counts[1])) clips"
    let widths = Set(distances["modalities"].list.compactMap { $0["width"].integer }).sorted()
    let numbers = widths.map { grouped($0) }.joined(separator: " or ")
    return [""] + tableLines(columns, rows, width: width, paint: paint)
        + sentence(
            "\(clips) against \(grouped(distances["references"].integer ?? 0)) of ground truth, as "
                + "\(distances["embedder"].plain) sees them: \(numbers) numbers for each. Fréchet "
                + "distances are larger for fewer clips.", indent: "", width: width, paint)
}

private func distanceColumn(_ key: String, _ policy: String) -> Column {
    Column(key, policy.uppercased(), .decimals(4), importance: 8, floor: 8)
        .shown { $0[key].number.map { decimals($0, 4) } ?? "-" }
}

/// Whether a gain's interval lies above or below 0.
private func mark(_ row: Value) -> String {
    guard let lower = row.at("gain.lower").number, let upper = row.at("gain.upper").number
    else { return " " }
    return lower > 0 ? "▲" : upper < 0 ? "▼" : " "
}

private func colour(_ row: Value) -> Paint.Colour? {
    switch mark(row) {
    case "▲": .green
    case "▼": .red
    default: nil
    }
}

/// A gain with its sign: `+0.51`.
private func signed(_ gain: Double) -> String {
    let text = decimals(gain, 2)
    return gain > 0 && text != "0.00" ? "+\(text)" : text
}

/// Whether a round's gates were passed, a line for each, as a person reads it.
///
/// `verdicts` is a list of verdicts as Evaluations encodes them.
func gateText(_ verdicts: Value, width: Int, _ paint: Paint) -> String {
    verdicts.list.flatMap { row -> [String] in
        let passed = row["passed"].flag == true
        let lines = wrapped(row["sentence"].plain.printable, width: width - 4)
        return lines.enumerated().map { place, line in
            let sign = place > 0 ? " " : passed ? paint("✓", .green) : paint("✗", .red)
            return "  \(sign) \(line)\n"
        }
    }.joined()
}

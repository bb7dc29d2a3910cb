import Words
import Console

/// A ranking with its rule and its reasons, as a person reads it.
func rankingText(_ row: Value, width: Int, _ paint: Paint) -> String {
    let name = "\(row["campaign"].plain)/\(row["name"].plain)"
    let current = row["is_current"].flag == true ? ", the campaign's current one" : ""
    var lines = ["ranking \(name) (\(row["id"].plain))\(current)"]
    let origin = row["is_of_file"].flag == true ? "by the campaign's file" : "by another rule"
    lines.append(
        "  made \(shortTime(row["created_at"].plain)) \(origin), "
            + "\(row["build"].plain)")
    lines += sentence(pairCount(row), width: width, paint)
    lines += reasonLines(row["unpaired"].members, width: width, paint)
    lines += guardLines(row["guards"].list, width: width, paint)
    lines += ["  rule:"] + row["rule"].yamlLines().map { "    \($0)" }
    return lines.map { $0 + "\n" }.joined()
}

/// Pairs, prompts and candidates of a ranking in one sentence.
func pairCount(_ row: Value) -> String {
    let prompts = row["prompts"].integer ?? 0
    let ineligible = row["ineligible"].integer ?? 0
    var text =
        "\(counted(row["pairs"].integer ?? 0, "pair")) from \(counted(prompts, "prompt")) and "
        + counted(row["candidates"].integer ?? 0, "candidate")
    if ineligible > 0 { text += "; \(counted(ineligible, "candidate")) could not compete" }
    return text
}

/// Prompts without a pair, by reason.
func reasonLines(_ reasons: [Value.Member], width: Int, _ paint: Paint) -> [String] {
    guard !reasons.isEmpty else { return [] }
    let text = reasons.sorted { ($1.value.integer ?? 0, $0.key) < ($0.value.integer ?? 0, $1.key) }
        .map { "\($0.key) \(grouped($0.value.integer ?? 0))" }.joined(separator: ", ")
    return sentence("no pair: \(text)", width: width, paint)
}

/// What guards found, and loudly where they had nothing to look at.
func guardLines(_ guards: [Value], width: Int, _ paint: Paint) -> [String] {
    guards.flatMap { row -> [String] in
        let found = row["found"].integer ?? 0
        let blind = row["unmeasured"].integer ?? 0
        var text = "guard \(row["name"].plain) (\(row["action"].plain)): found \(grouped(found))"
        if blind > 0 { text += "; \(counted(blind, "candidate")) had nothing to look at" }
        return sentence(text, width: width, paint)
    }
}

/// How two rankings differ, as a person reads it.
func comparisonText(_ answer: Value, width: Int, _ paint: Paint) -> String {
    let (first, second) = (answer["first"].plain, answer["second"].plain)
    let pairs = answer["pairs"]
    func count(_ key: String) -> Int64 { pairs[key].integer ?? 0 }
    var lines = ["rankings \(first) and \(second) of campaign \(answer["campaign"].plain)"]
    let rows: [(String, Int64)] = [
        ("in both", count("same")),
        ("in both, but turned round", count("reversed")),
        ("only in \(first), with another in \(second)", count("changed_first")),
        ("only in \(second), with another in \(first)", count("changed_second")),
        ("only in \(first), with none in \(second)", count("only_first")),
        ("only in \(second), with none in \(first)", count("only_second")),
    ]
    let columns = [
        Column("what", "PAIRS", importance: 9), Column("count", "COUNT", .count, importance: 9),
    ]
    lines += tableLines(
        columns,
        rows.map { .object([.init("what", .text($0)), .init("count", .integer($1))]) },
        width: width, paint: paint
    ).map { "  \($0)" }
    if let overlap = answer["overlap"].number {
        lines += sentence(
            "overlap: \(percent(overlap)) of all different pairs are in both", width: width, paint)
    }
    let order = answer["order"]
    let all = order["count"].integer ?? 0
    if all > 0 {
        let alike = Double(order["agreeing"].integer ?? 0) / Double(all)
        let kappa = order["kappa"].number.map { ", Cohen's kappa \(decimals($0, 3))" } ?? ""
        lines += sentence(
            "of \(counted(all, "two candidates", "two candidates")) of a prompt \(percent(alike)) "
                + "are ordered alike and \(grouped(order["reversed"].integer ?? 0)) the other way "
                + "round\(kappa)", width: width, paint)
    }
    return lines.map { $0 + "\n" }.joined()
}

/// A share as people say it: `61.5 %`.
func percent(_ share: Double) -> String { "\(decimals(share * 100, 1)) %" }

import Console
import Words

/// A round whose parts are objects instead of JSON within JSON.
func roundValue(_ answer: Value) -> Value {
    .object(
        answer.members.map { member in
            guard ["dataset", "training", "evaluation"].contains(member.key),
                let value = try? Value(json: member.value.plain.utf8)
            else { return member }
            return .init(member.key, value)
        })
}

/// The word for a round's state.
func roundWord(_ state: String) -> String { state == "rolled_back" ? "rolled back" : state }

/// The colour that a round's state has in every text.
func roundColour(_ state: String) -> Paint.Colour? {
    switch state {
    case "promoted": .green
    case "rolled_back": .red
    case "cancelled": .dim
    case "held": .yellow
    default: nil
    }
}

/// A round with all that is known of it, as a person reads it.
func roundText(_ row: Value, width: Int, _ paint: Paint) -> String {
    let round = row["round"]
    let state = round["state"].plain
    let label = "\(round["name"].plain)/\(round["number"].plain)"
    let use = round["is_in_use"].flag == true ? ", in use" : ""
    var lines = [
        "round \(paint(label, .bold)) of \(round["of"].plain): "
            + paint(roundWord(state), roundColour(state)) + use
    ]
    let reason = round["reason"].plain
    if !reason.isEmpty { lines += sentence(reason, width: width, paint) }
    lines += pairLines(row, width: width, paint)
    lines += trainingLines(row["training"], width: width, paint)
    let comparison = row["evaluation"]["comparison"]
    if comparison != .null {
        lines += ["", policyComparisonText(comparison, width: width, paint)]
    }
    let gates = row["evaluation"]["gates"]
    if !gates.list.isEmpty {
        lines += ["gates:", gateText(gates, width: width, paint)]
    }
    let files = row["files"].list
    if !files.isEmpty {
        lines.append("files:")
        let roles = files.map { $0["role"].plain }
        let longest = roles.map(\.displayWidth).max() ?? 0
        for (file, role) in zip(files, roles) {
            let indent = String(repeating: " ", count: longest - role.displayWidth + 2)
            let problem = file["problem"].plain
            let text = problem.isEmpty ? file["path"].plain : paint("missing: \(problem)", .yellow)
            lines.append("  \(role)\(indent)\(text)")
        }
    }
    lines += trackingLines(row["tracking"], width: width, paint)
    return lines.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined()
}

private func trackingLines(_ tracking: Value, width: Int, _ paint: Paint) -> [String] {
    guard tracking != .null else { return [] }
    let page = tracking["page"].plain
    var lines: [String] = []
    if !page.isEmpty { lines.append("tracked: \(page)") }
    let problem = tracking["problem"].plain
    if !problem.isEmpty {
        let words = page.isEmpty ? "not tracked yet" : "not all of it is tracked"
        lines += sentence("\(words): \(problem)", width: width, paint)
    } else if page.isEmpty {
        lines.append("tracked at \(tracking["server"].plain) from its training on")
    }
    return lines
}

/// The pairs that a round trained on, and where they come from.
func pairLines(_ row: Value, width: Int, _ paint: Paint) -> [String] {
    let data = row["dataset"]
    guard data != .null else { return [] }
    let pairs = data.at("train.pairs").integer ?? 0
    var text =
        "\(counted(pairs, "pair")) of ranking \(row.at("round.campaign").plain)/"
        + data["ranking"].plain
    if data["frozen_by"] != .null { text += " as round \(data["frozen_by"].plain) froze them" }
    if let held = data.at("held_out.pairs").integer {
        text += ", \(grouped(held)) more kept aside"
    }
    let truth = data["ground_truth_winners"].integer ?? 0
    text += "; the winner is ground truth in \(grouped(truth))"
    text +=
        data["is_on_policy"].flag == true
        ? "; on-policy" : "; off-policy: another policy made the candidates"
    return sentence(text, width: width, paint)
}

/// What a round's trainer said.
func trainingLines(_ report: Value, width: Int, _ paint: Paint) -> [String] {
    guard report != .null else { return [] }
    var parts: [String] = []
    if let steps = report["steps"].integer { parts.append("\(grouped(steps)) steps") }
    for (key, name) in [
        ("implicit_accuracy", "implicit accuracy"),
        ("held_out_accuracy", "on held-out pairs"),
    ] {
        let shares = report[key].members.compactMap { member in
            member.value.number.map { "\(member.key) \(decimals($0, 2))" }
        }
        if !shares.isEmpty { parts.append("\(name) \(shares.joined(separator: ", "))") }
    }
    if let change = report["weight_change_from_start"].number {
        parts.append("weights changed by \(decimals(change * 100, 2)) %")
    }
    return sentence("trained: " + parts.joined(separator: "; "), width: width, paint)
}

extension Value {
    /// A lineage with only the first pairs of each list of pairs.
    func keeping(pairs: Int) -> Value {
        let children = self["children"].list
        let shown = children.filter { $0["kind"].plain == "pair" }
        var kept = children.filter { $0["kind"].plain != "pair" }.map { $0.keeping(pairs: pairs) }
        kept += shown.prefix(pairs)
        if shown.count > pairs {
            kept.append(
                .object([
                    .init("kind", .text("…")),
                    .init("name", .text("\(grouped(Int64(shown.count - pairs))) pairs more")),
                    .init("facts", .list([])), .init("children", .list([])),
                ]))
        }
        return .object(
            members.map { $0.key == "children" ? .init("children", .list(kept)) : $0 })
    }
}

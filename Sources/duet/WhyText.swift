import Console
import Words

/// What keeps a campaign, in sentences and groups of tasks, as a person reads it.
func whyText(_ why: Value, width: Int, _ paint: Paint) -> String {
    let state = why["state"].plain
    var lines = ["campaign \(why["campaign"].plain) is \(paint(state, stateColour(state)))"]
    for text in why["sentences"].list { lines += sentence(text.plain, width: width, paint) }
    let groups = joined(why["groups"].list)
    for group in groups.prefix(groupLimit) {
        let what = [group.kind, group.name].filter { !$0.isEmpty }.joined(separator: " ")
        let text = "\(counted(group.count, "task")) (\(what)): \(group.sentence)"
        lines.append("")
        let broken = sentence(text, indent: "", width: width, paint)
        lines.append(broken[0])
        lines += broken.dropFirst().map { "  " + $0 }
        for line in group.log.split(separator: "\n") {
            let shown = "    | \(String(line).printable)".shortened(to: width)
            lines.append(paint(shown, .dim))
        }
        if !group.next.isEmpty { lines.append("  next: \(paint(group.next, .cyan))") }
    }
    if groups.count > groupLimit {
        lines += ["", "and \(counted(groups.count - groupLimit, "more group")); -o json has all"]
    }
    return lines.map { $0 + "\n" }.joined()
}

/// Groups that a person reads at once.
private let groupLimit = 8

/// Tasks of which one thing is to be said.
private struct WhyGroup {
    var sentence: String
    var kind: String
    var name: String
    var count: Int64
    var next: String
    var log: String
}

/// Groups that say the same of the same kind, such as one for each candidate, become one.
private func joined(_ groups: [Value]) -> [WhyGroup] {
    var joined: [WhyGroup] = []
    for row in groups {
        let group = WhyGroup(
            sentence: row["sentence"].plain.printable, kind: row["kind"].plain,
            name: row["name"].plain, count: row["count"].integer ?? 0, next: row["next"].plain,
            log: row["log_tail"].plain)
        let same = joined.firstIndex {
            $0.sentence == group.sentence && $0.kind == group.kind && $0.name == group.name
        }
        if let same { joined[same].count += group.count } else { joined.append(group) }
    }
    return joined
}

/// A sentence in indented lines of a width, with what is to be typed in colour.
func sentence(_ text: String, indent: String = "  ", width: Int, _ paint: Paint) -> [String] {
    wrapped(text.printable, width: width - indent.count - 2).enumerated().map {
        let space = indent + ($0 > 0 ? "  " : "")
        return space + paint.commands($1.shortened(to: width - space.count))
    }
}

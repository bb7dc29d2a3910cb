import Console

/// A tree of where something came from, as a person reads it.
///
/// `node` is a lineage as Evaluations encodes it: kind, name, facts and children.
func lineageText(_ node: Value, width: Int, _ paint: Paint) -> String {
    treeLines(node, first: "", rest: "", width: width, paint).map { $0 + "\n" }.joined()
}

/// A node's lines: `first` stands before its name, `rest` before everything under it.
private func treeLines(
    _ node: Value, first: String, rest: String, width: Int, _ paint: Paint
) -> [String] {
    let children = node["children"].list
    let name = "\(node["kind"].plain) \(paint(node["name"].plain.printable, .bold))"
    let facts = node["facts"].list.map { "\($0["key"].plain) \($0["value"].plain)" }
    let bar = rest + (children.isEmpty ? "    " : "│   ")
    let text = wrapped(
        facts.joined(separator: ", ").printable, width: max(20, width - bar.displayWidth))
    var lines = [first + name] + text.filter { !$0.isEmpty }.map { bar + paint($0, .dim) }
    for (place, child) in children.enumerated() {
        let isLast = place == children.count - 1
        lines += treeLines(
            child, first: rest + (isLast ? "└── " : "├── "),
            rest: rest + (isLast ? "    " : "│   "), width: width, paint)
    }
    return lines
}

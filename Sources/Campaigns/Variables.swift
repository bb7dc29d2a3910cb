import Words

/// The `vars:` of a document, put in where its texts say `${name}`; `$${` stands for `${`.
///
/// A text that is `${name}` and nothing else becomes the variable's value with its type, even in
/// quotes: YAML wants quotes around it inside `{ }`.
struct Variables {
    private struct Value {
        var text: String
        var isPlain: Bool
    }

    private var values: [String: Value] = [:]
    private let problems: ProblemList

    /// Takes the variables of a document, which stay in it.
    init(of document: DocumentNode, problems: ProblemList) {
        self.problems = problems
        guard case .mapping(let fields) = document.content,
            let vars = fields.first(where: { $0.key == "vars" })
        else { return }
        guard case .mapping(let entries) = vars.value.content else {
            problems.report(
                vars.place, "vars",
                "expected a mapping of names to values, found \(vars.value.form)")
            return
        }
        for entry in entries {
            guard case .scalar(let text, let isPlain) = entry.value.content, !entry.value.isEmpty
            else {
                problems.report(
                    entry.place, "vars.\(entry.key)",
                    "expected a plain value, found \(entry.value.form)")
                continue
            }
            if text.contains("${") {
                problems.report(
                    entry.place, "vars.\(entry.key)",
                    "variables cannot use other variables; write the value out")
            }
            values[entry.key] = Value(text: text, isPlain: isPlain)
        }
    }

    /// Returns the document without `vars` and with every variable put in.
    func substituted(in document: DocumentNode) -> DocumentNode {
        guard case .mapping(let fields) = document.content else { return document }
        let rest = DocumentNode(
            content: .mapping(fields.filter { $0.key != "vars" }), place: document.place)
        return substitute(in: rest, path: "")
    }

    private func substitute(in node: DocumentNode, path: String) -> DocumentNode {
        var node = node
        switch node.content {
        case .scalar(let text, let isPlain):
            let isWhole = text.hasPrefix("${") && text.firstIndex(of: "}") == text.indices.last
            if isWhole, let value = values[String(text.dropFirst(2).dropLast())] {
                node.content = .scalar(value.text, isPlain: value.isPlain)
            } else {
                let result = expand(text, place: node.place, path: path)
                node.content = .scalar(result, isPlain: isPlain)
            }
        case .sequence(let items):
            node.content = .sequence(
                items.enumerated().map {
                    substitute(in: $0.element, path: "\(path)[\($0.offset)]")
                })
        case .mapping(let entries):
            node.content = .mapping(
                entries.map { entry in
                    var entry = entry
                    entry.value = substitute(
                        in: entry.value, path: path.isEmpty ? entry.key : "\(path).\(entry.key)")
                    return entry
                })
        }
        return node
    }

    private func expand(_ text: String, place: Place, path: String) -> String {
        guard text.contains("${") else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            if result.last == "$" {
                result += "{"
                rest = rest[start.upperBound...]
                continue
            }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                problems.report(
                    place, path, "has a '${' without its '}'; write '$${' for a plain one")
                return text
            }
            let name = String(rest[start.upperBound..<end])
            if let value = values[name] {
                result += value.text
            } else if path.hasPrefix("launch.command"), Round.Launch.placeholders.contains(name) {
                result += "${\(name)}"
            } else {
                problems.report(
                    place, path, "no variable '\(name)' in vars; \(advice(for: name, path))")
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private func advice(for name: String, _ path: String) -> String {
        let known =
            Array(values.keys)
            + (path.hasPrefix("launch.command") ? Round.Launch.placeholders : [])
        return known.isEmpty
            ? "add it under vars, or give --set vars.\(name)=..." : hint(for: name, among: known)
    }
}

import FoundationEssentials

extension TrainingFile {
    /// The training as JSON with every default visible, for programs that do not read YAML.
    public func resolvedJSON() -> String { Self.json(of: Self.table.write(self)) + "\n" }

    private static func json(of node: DocumentNode) -> String {
        switch node.content {
        case .sequence(let items): "[" + items.map(json).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\(quoted($0.key)): \(json(of: $0.value))" }.joined(separator: ", ")
                + "}"
        case .scalar(let text, let isPlain):
            isPlain && isJSON(text) ? text : quoted(text.replacing("$${", with: "${"))
        }
    }

    /// Whether a plain scalar is a number or a boolean, as it stands.
    private static func isJSON(_ text: String) -> Bool {
        ["true", "false", "null"].contains(text)
            || (try? JSONDecoder().decode(Double.self, from: Data(text.utf8))) != nil
    }

    private static func quoted(_ text: String) -> String {
        let data = try? JSONEncoder().encode(text)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}

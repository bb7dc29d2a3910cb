extension Campaign {
    /// The campaign as YAML with every default visible; decoding it gives the same campaign.
    public func resolvedYAML() -> String {
        ResolvedYAML.text(of: Self.table.write(self), fields: Self.table.fields)
    }
}

extension Round {
    /// The round as YAML with every default visible; decoding it gives the same round.
    public func resolvedYAML() -> String {
        ResolvedYAML.text(of: Self.table.write(self), fields: Self.table.fields)
    }
}

extension TrainingFile {
    /// The training as YAML with every default visible; decoding it gives the same training.
    public func resolvedYAML() -> String {
        ResolvedYAML.text(of: Self.table.write(self), fields: Self.table.fields)
    }
}

/// Lays a document out in blocks; what is not set is a comment that says what is the case then.
private enum ResolvedYAML {
    private static let columns = 96

    static func text(of node: DocumentNode, fields: [FileField]) -> String {
        lines(of: node, fields: fields, indent: "").joined(separator: "\n") + "\n"
    }

    private static func lines(
        of node: DocumentNode, fields: [FileField], indent: String
    ) -> [String] {
        fields.flatMap { field -> [String] in
            guard let value = node[field.key] else {
                guard field.isKept, let absence = field.absence else { return [] }
                return ["\(indent)# \(field.key): not set (\(absence))"]
            }
            let line = "\(indent)\(field.key): \(YAMLText.flow(value))"
            switch (value.content, field.form) {
            case (.mapping, .section(let below)):
                let block = lines(of: value, fields: below, indent: indent + "  ")
                // A mapping of comments alone would be nothing at all.
                if value.content == .mapping([]) { return ["\(indent)\(field.key): {}"] + block }
                let isWhole = !block.contains { $0.contains("# ") }
                return isWhole && isFlat(value) && line.count <= columns
                    ? [line] : ["\(indent)\(field.key):"] + block
            case (.sequence(let items), _)
            where line.count > columns || !items.allSatisfy(isScalar):
                return items.isEmpty
                    ? [line]
                    : ["\(indent)\(field.key):"]
                        + items.map { "\(indent)  - \(YAMLText.flow($0))" }
            default:
                return [line]
            }
        }
    }

    private static func isScalar(_ node: DocumentNode) -> Bool {
        if case .scalar = node.content { true } else { false }
    }

    /// Whether it holds nothing but plain values and empty mappings.
    private static func isFlat(_ node: DocumentNode) -> Bool {
        guard case .mapping(let entries) = node.content else { return false }
        return entries.allSatisfy { isScalar($0.value) || $0.value.content == .mapping([]) }
    }
}

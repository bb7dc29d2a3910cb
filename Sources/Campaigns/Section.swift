/// A mapping with known keys; whatever is left in it at the end is a problem.
struct Section {
    let field: Field
    private let entries: [DocumentNode.Entry]
    private var known: [String] = []
    private var refused: [String] = []

    /// Opens a mapping, or reports that it is none.
    init?(_ field: Field) {
        guard case .mapping(let entries) = field.node.content else {
            field.report("expected a mapping, found \(field.node.form)")
            return nil
        }
        self.field = field
        self.entries = entries
    }

    /// Returns an optional field; one that is there without a value is reported.
    mutating func optional(_ key: String) -> Field? {
        known.append(key)
        guard let entry = entries.first(where: { $0.key == key }) else { return nil }
        let found = Field(node: entry.value, path: path(of: key), problems: field.problems)
        if entry.value.isEmpty {
            field.problems.report(
                entry.place, path(of: key), "has no value; give one, or remove the key")
            return nil
        }
        return found
    }

    /// Returns a field that must be there, and reports when it is not.
    mutating func required(_ key: String, _ example: String) -> Field? {
        if !entries.contains(where: { $0.key == key }) {
            known.append(key)
            field.problems.report(
                field.node.place, path(of: key), "is missing; add it, for example \(example)")
            return nil
        }
        return optional(key)
    }

    /// Returns a nested section; nil when it is absent or no mapping.
    mutating func section(_ key: String) -> Section? {
        optional(key).flatMap { Section($0) }
    }

    /// Refuses a field that a later version will run, unless what it says is what runs anyway.
    mutating func refuse(_ key: String, unless isHarmless: (Field) -> Bool = { _ in false }) {
        refused.append(key)
        guard let entry = entries.first(where: { $0.key == key }) else { return }
        let found = Field(node: entry.value, path: path(of: key), problems: field.problems)
        guard !isHarmless(found) else { return }
        field.problems.report(entry.place, path(of: key), "not supported yet; remove it")
    }

    /// Reports every key that nothing asked for.
    func refuseUnknown() {
        for entry in entries where !(known + refused).contains(entry.key) {
            field.problems.report(
                entry.place, path(of: entry.key),
                "unknown key; \(hint(for: entry.key, among: known, or: refused))")
        }
    }

    private func path(of key: String) -> String {
        field.path.isEmpty ? key : "\(field.path).\(key)"
    }
}

extension Field {
    /// Whether the value is an empty list, which asks for nothing.
    var isEmptyList: Bool { node.content == .sequence([]) }
}

extension Round {
    /// What decides the round's result, a text for each value by its path: `loss.beta.audio`.
    ///
    /// Values that nobody set are there with their defaults. What may change while the round goes
    /// on, such as how many follow it, is not.
    public var settings: [(path: String, value: String)] {
        let others: Set = ["kind", "name", "labels", "rounds", "track"]
        return Self.table.write(self).leaves(at: "").filter { path, _ in
            !others.contains(String(path.prefix { $0 != "." }))
        }
    }
}

extension DocumentNode {
    /// Every value below; a list of plain values is one.
    fileprivate func leaves(at path: String) -> [(path: String, value: String)] {
        switch content {
        case .scalar(let text, _): return [(path, text.replacing("$${", with: "${"))]
        case .mapping(let entries):
            return entries.flatMap { entry in
                entry.value.leaves(at: path.isEmpty ? entry.key : "\(path).\(entry.key)")
            }
        case .sequence(let items):
            let plain = items.compactMap { item in
                if case .scalar(let text, _) = item.content { text } else { nil }
            }
            if plain.count == items.count { return [(path, plain.joined(separator: ", "))] }
            return items.enumerated().flatMap { place, item in
                item.leaves(at: "\(path).\(place + 1)")
            }
        }
    }
}

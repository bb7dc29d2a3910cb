/// What one campaign changes against another, and what submitting it makes.
public struct CampaignDiff: Sendable, Equatable {
    /// One field that differs; nil where one side does not have it.
    public struct Change: Sendable, Equatable {
        /// The field's path, such as `rank.normalize.method`.
        public var path: String
        /// Its value before, as YAML.
        public var before: String?
        /// Its value after, as YAML.
        public var after: String?

        /// Names a field and its values.
        public init(path: String, before: String?, after: String?) {
            self.path = path
            self.before = before
            self.after = after
        }
    }

    /// Every field that differs, in the order of the file.
    public let changes: [Change]
    /// What submitting the new campaign makes and leaves, one sentence each.
    public let consequences: [String]

    /// Whether nothing differs.
    public var isEmpty: Bool { changes.isEmpty }

    /// Compares what is there with what is to be; `prompts` is how many the new one has.
    ///
    /// Without the number of prompts the sentences count tasks for each prompt. New prompts of a
    /// changed prompts file are not known here: submitting them makes all their tasks.
    public init(from before: Campaign, to after: Campaign, prompts: Int? = nil) {
        var comparison = Comparison()
        comparison.compare(
            Campaign.table.write(before), Campaign.table.write(after),
            .section(Campaign.table.fields), "")
        changes = comparison.changes
        consequences = Consequences(before, after, prompts: prompts, changes).sentences
    }
}

/// Walks two documents side by side.
private struct Comparison {
    var changes: [CampaignDiff.Change] = []

    mutating func compare(
        _ before: DocumentNode?, _ after: DocumentNode?, _ form: Form?, _ path: String
    ) {
        guard before != after else { return }
        switch (before?.content, after?.content, form) {
        case (.mapping?, .mapping?, .section(let fields)?):
            for field in fields {
                let path = path.isEmpty ? field.key : "\(path).\(field.key)"
                compare(before?[field.key], after?[field.key], field.form, path)
            }
        case (.mapping(let old)?, .mapping(let new)?, _):
            let keys = Set((old + new).map(\.key)).sorted()
            for key in keys { compare(before?[key], after?[key], nil, "\(path).\(key)") }
        case (.sequence(let old)?, .sequence(let new)?, .list(let item, _)?):
            compare(old, new, item, path)
        default:
            changes.append(
                .init(
                    path: path, before: before.map(YAMLText.flow), after: after.map(YAMLText.flow)))
        }
    }

    /// Compares items by their names where they have some, and else by their places.
    private mutating func compare(
        _ before: [DocumentNode], _ after: [DocumentNode], _ item: Form, _ path: String
    ) {
        let (old, new) = (before.compactMap(name), after.compactMap(name))
        guard !(old + new).isEmpty, old.count == before.count, new.count == after.count else {
            for index in 0..<max(before.count, after.count) {
                let left = before.indices.contains(index) ? before[index] : nil
                let right = after.indices.contains(index) ? after[index] : nil
                compare(left, right, item, "\(path)[\(index)]")
            }
            return
        }
        for (name, value) in zip(old, before) where !new.contains(name) {
            compare(value, nil, item, "\(path)[\(name)]")
        }
        for (name, value) in zip(new, after) {
            let earlier = old.firstIndex(of: name).map { before[$0] }
            compare(earlier, value, item, "\(path)[\(name)]")
        }
        let (kept, keptAfter) = (old.filter(new.contains), new.filter(old.contains))
        if kept != keptAfter {
            changes.append(
                .init(
                    path: path, before: kept.joined(separator: ", "),
                    after: keptAfter.joined(separator: ", ") + " (another order)"))
        }
    }

    private func name(of node: DocumentNode) -> String? {
        guard case .scalar(let text, _)? = node["name"]?.content else { return nil }
        return text
    }
}

/// Says what a changed campaign makes, going by the hashes of its recipes alone.
private struct Consequences {
    var sentences: [String] = []

    init(
        _ before: Campaign, _ after: Campaign, prompts: Int?, _ changes: [CampaignDiff.Change]
    ) {
        guard !changes.isEmpty else {
            sentences = ["Nothing changes."]
            return
        }
        if before.name != after.name {
            sentences = ["Another name is another campaign: all of its tasks are new."]
            return
        }
        let (old, new) = (before.recipes(), after.recipes())
        let known = Set(old.map(\.hash))
        let wanted = Set(new.map(\.hash))
        let made = TaskKind.allCases.filter { $0 != .rank }.compactMap { kind in
            count(new.filter { $0.kind == kind && !known.contains($0.hash) }, kind, "new", prompts)
        }
        let retired = TaskKind.allCases.filter { $0 != .rank }.compactMap { kind in
            count(old.filter { $0.kind == kind && !wanted.contains($0.hash) }, kind, "", prompts)
        }
        let ranksAgain = new.contains { $0.kind == .rank && !known.contains($0.hash) }
        if !made.isEmpty {
            sentences.append(made.joined(separator: ", ") + "; the ranking runs again after them.")
        } else if ranksAgain {
            sentences.append("Ranking only: nothing is generated or scored again.")
        } else if !changes.contains(where: { $0.path.hasPrefix("prompts.") }) {
            sentences.append("No task runs again.")
        }
        if !retired.isEmpty {
            sentences.append(
                retired.joined(separator: ", ")
                    + " of the present file are no longer asked for; what they made is kept.")
        }
        if changes.contains(where: { $0.path.hasPrefix("prompts.") }) {
            sentences.append(
                "Prompts that the campaign has not seen get all of their tasks, and the ranking "
                    + "runs again; prompts that are gone take no part in it.")
        }
        let scheduling = ["priority", "weight", "resources.", "retry.", "limits."]
        let moved = changes.filter { change in scheduling.contains { change.path.hasPrefix($0) } }
        if !moved.isEmpty {
            let names = Set(moved.compactMap { $0.path.split(separator: ".").first }).sorted()
            sentences.append(
                "\(names.joined(separator: ", ")): concerns every task that is not running yet.")
        }
    }

    private func count(
        _ recipes: [Recipe], _ kind: TaskKind, _ word: String, _ prompts: Int?
    ) -> String? {
        guard !recipes.isEmpty else { return nil }
        let number = recipes.count * (prompts ?? 1)
        let what = [word, kind.rawValue, number == 1 ? "task" : "tasks"].filter { !$0.isEmpty }
        return "\(number) \(what.joined(separator: " "))"
            + (prompts == nil ? " for each prompt" : "")
    }
}

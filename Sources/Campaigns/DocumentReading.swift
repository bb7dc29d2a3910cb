/// Reads one document of a campaign file: overrides, variables, then its kind's table.
struct DocumentReading {
    let overrides: Overrides
    /// The kinds of all documents of the file.
    let kinds: [FileKind]
    let problems: ProblemList

    func document(_ written: DocumentNode) -> FileDocument? {
        guard case .mapping = written.content else {
            problems.report(written.place, "", "expected a mapping, found \(written.form)")
            return nil
        }
        guard let kind = kind(of: written) else { return nil }
        var node = written
        overrides.apply(to: &node, of: kind, others: kinds)
        let variables = Variables(of: node, problems: problems)
        node = variables.substituted(in: node)
        let root = Field(node: node, path: "", problems: problems, document: kind.fields)
        let content: FileDocument.Content?
        switch kind {
        case .campaign: content = Campaign.table.read(root).map { .campaign($0) }
        case .round: content = Round.table.read(root).map { .round($0) }
        case .training: content = TrainingFile.table.read(root).map { .training($0) }
        }
        guard let content else { return nil }
        return FileDocument(
            content: content, line: node.place.line,
            unsupported: content.unsupported(writtenAs: node))
    }

    private func kind(of document: DocumentNode) -> FileKind? {
        var document = document
        if let kind = overrides.kindNode {
            document.replace("kind", with: kind)
        }
        let root = Field(node: document, path: "", problems: problems)
        guard document["kind"] != nil else {
            problems.report(
                document.place, "kind", "is missing; add it, for example kind: Campaign")
            return nil
        }
        guard let field = root.child("kind") else {
            problems.report(document.place, "kind", "has no value; give one, or remove the key")
            return nil
        }
        if field.node.content == .scalar("Sweep", isPlain: true) {
            field.report("'Sweep' is not supported yet; use Campaign, Round or Training")
            return nil
        }
        return field.choice(FileKind.allCases.map(\.rawValue)).flatMap(FileKind.init)
    }
}

extension FileKind {
    /// The description of a document's fields.
    var fields: [FileField] {
        switch self {
        case .campaign: Campaign.table.fields
        case .round: Round.table.fields
        case .training: TrainingFile.table.fields
        }
    }

    func has(_ key: String) -> Bool {
        fields.contains { $0.key == key }
    }
}

extension DocumentNode {
    /// What a document says it declares.
    var kindText: String? {
        guard case .scalar(let text, _)? = self["kind"]?.content else { return nil }
        return text
    }

    /// Replaces the value of a key, or adds it at the end.
    mutating func replace(_ key: String, with value: DocumentNode) {
        guard case .mapping(var entries) = content else { return }
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index].value = value
        } else {
            entries.append(DocumentNode.Entry(key: key, place: value.place, value: value))
        }
        content = .mapping(entries)
    }
}

/// Changes given on the command line: `generate.num_samples=5`, `score.rewards.0.scorer=clap`.
struct Overrides {
    private struct Override {
        var path: String
        var names: [String]
        var value: DocumentNode
    }

    private var overrides: [Override] = []
    private let problems: ProblemList

    /// Reads paths and values; a value is YAML, so `{in: [H100]}` works too.
    init(_ settings: [String: String], problems: ProblemList) {
        self.problems = problems
        for path in settings.keys.sorted() {
            let value = settings[path] ?? ""
            let place = Place(file: "--set \(path)=\(value.excerpt)", line: 0)
            let names = path.split(separator: ".", omittingEmptySubsequences: false).map(
                String.init)
            guard !names.contains("") else {
                problems.report(place, "", "is not a path; write it like generate.num_samples")
                continue
            }
            let nested = ProblemList()
            let documents = YAMLDocuments.parse(value, file: place.file, problems: nested)
            guard documents.count <= 1, nested.isEmpty else {
                problems.report(place, "", "has a value that is not YAML; quote it")
                continue
            }
            var node =
                documents.first ?? DocumentNode(content: .scalar("", isPlain: true), place: place)
            node.moveAll(to: place)
            overrides.append(Override(path: path, names: names, value: node))
        }
    }

    /// The kind that an override gives every document, where one does.
    var kindNode: DocumentNode? { overrides.first { $0.path == "kind" }?.value }

    /// Applies to one document what its kind has; `others` are the kinds of the file's others.
    ///
    /// A path that no kind has goes to every document, where it is an unknown key.
    func apply(to document: inout DocumentNode, of kind: FileKind, others: [FileKind]) {
        for override in overrides {
            let isElsewhere = others.contains { $0.has(override.names[0]) }
            guard kind.has(override.names[0]) || !isElsewhere else { continue }
            set(override, at: 0, in: &document, form: .section(kind.fields))
        }
    }

    private func set(
        _ override: Override, at depth: Int, in node: inout DocumentNode, form: Form?
    ) {
        let names = override.names[depth...]
        guard let name = names.first else {
            node = override.value
            return
        }
        let done = Array(override.names[..<depth])
        switch node.content {
        case .mapping(var entries):
            // In a mapping with free keys the rest of a path is one key, even when it holds dots.
            let isFree = if case .map = form { true } else { false }
            let key = isFree ? names.joined(separator: ".") : name
            let next = isFree ? override.names.count : depth + 1
            let place = override.value.place
            let index = entries.firstIndex { $0.key == key } ?? entries.count
            if index == entries.count {
                let empty = DocumentNode(content: .mapping([]), place: place)
                entries.append(.init(key: key, place: place, value: empty))
            }
            if entries[index].value.isEmpty {
                entries[index].value = DocumentNode(content: .mapping([]), place: place)
            }
            set(override, at: next, in: &entries[index].value, form: form?.below(key))
            node.content = .mapping(entries)
        case .sequence(var items):
            guard let index = Int(name), items.indices.contains(index) else {
                problems.report(
                    override.value.place, "",
                    "'\(name)' is no item of \(done.joined(separator: ".")), "
                        + "which has items 0 to \(items.count - 1)")
                return
            }
            set(override, at: depth + 1, in: &items[index], form: form?.below(name))
            node.content = .sequence(items)
        case .scalar:
            problems.report(
                override.value.place, "",
                "\(done.joined(separator: ".")) is \(node.form) and has no fields")
        }
    }
}

extension Form {
    /// Returns the form of what a key or an index leads to; nil when it leads nowhere known.
    fileprivate func below(_ name: String) -> Form? {
        switch self {
        case .section(let fields): fields.first { $0.key == name }?.form
        case .list(let item, _): item
        case .map(let value, _): value
        default: nil
        }
    }
}

extension DocumentNode {
    fileprivate mutating func moveAll(to place: Place) {
        self.place = place
        switch content {
        case .scalar: break
        case .sequence(var items):
            for index in items.indices { items[index].moveAll(to: place) }
            content = .sequence(items)
        case .mapping(var entries):
            for index in entries.indices {
                entries[index].place = place
                entries[index].value.moveAll(to: place)
            }
            content = .mapping(entries)
        }
    }
}

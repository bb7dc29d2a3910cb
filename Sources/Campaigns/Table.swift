import Words

/// One key of a mapping: what it is called, means and takes, and where its value is kept.
struct Row<Owner: Sendable>: Sendable {
    let field: FileField
    /// Reads the key's value into its owner, or reports why not.
    fileprivate let read: @Sendable (Field, inout Owner) -> Void
    /// Returns the key's value; nil when there is none to write.
    fileprivate let write: @Sendable (Owner) -> DocumentNode?

    /// A key whose value is kept in the owner and has a default there.
    init<Value>(
        _ key: String, _ place: any WritableKeyPath<Owner, Value> & Sendable, _ codec: Codec<Value>,
        _ summary: String, example: String, required: Bool = false, later: Bool = false,
        absence: String? = nil, starter: String? = nil
    ) {
        let write: @Sendable (Owner) -> DocumentNode? = { codec.write($0[keyPath: place]) }
        self.init(
            FileField(
                key: key, summary: summary, example: example, isRequired: required,
                isLater: later, absence: absence, starter: starter, form: codec.form),
            write
        ) { field, owner in
            guard field.isLike(codec.form, example: example) else { return }
            if let value = codec.read(field) { owner[keyPath: place] = value }
        }
    }

    /// A key that may be absent: `absence` says what is the case then.
    init<Value>(
        _ key: String, _ place: any WritableKeyPath<Owner, Value?> & Sendable,
        _ codec: Codec<Value>,
        _ summary: String, example: String, absence: String, later: Bool = false,
        starter: String? = nil
    ) {
        let write: @Sendable (Owner) -> DocumentNode? = { owner in
            owner[keyPath: place].map(codec.write)
        }
        self.init(
            FileField(
                key: key, summary: summary, example: example, isRequired: false, isLater: later,
                absence: absence, starter: starter, form: codec.form),
            write
        ) { field, owner in
            guard field.isLike(codec.form, example: example) else { return }
            if let value = codec.read(field) { owner[keyPath: place] = value }
        }
    }

    /// A key that is read before the table is, and of which nothing is kept.
    init(
        readElsewhere key: String, _ form: Form, _ summary: String, example: String,
        required: Bool = false, absence: String? = nil, starter: String? = nil,
        writing text: String? = nil
    ) {
        let field = FileField(
            key: key, summary: summary, example: example, isRequired: required, isLater: false,
            absence: absence, starter: starter, form: form, isKept: text != nil)
        self.init(field, { _ in text.map { .plain($0) } }, { _, _ in })
    }

    private init(
        _ field: FileField, _ write: @escaping @Sendable (Owner) -> DocumentNode?,
        _ read: @escaping @Sendable (Field, inout Owner) -> Void
    ) {
        self.field = field
        self.read = read
        self.write = write
    }
}

/// The known keys of a mapping, in the order in which they are written and documented.
struct Table<Owner: Sendable>: Sendable {
    /// What a mapping without any key says.
    private let prototype: Owner
    private let rows: [Row<Owner>]
    private let check: @Sendable (inout Owner, Field) -> Void
    /// The description of the keys, each with its default.
    let fields: [FileField]

    /// Makes a table; `check` is for what concerns several keys.
    init(
        _ prototype: Owner, _ rows: [Row<Owner>],
        check: @escaping @Sendable (inout Owner, Field) -> Void = { _, _ in }
    ) {
        self.prototype = prototype
        self.rows = rows
        self.check = check
        fields = rows.map {
            $0.field.withDefault($0.field.isRequired ? nil : $0.write(prototype))
        }
    }

    /// Reads a mapping; a key that is wrong is reported and keeps its default.
    func read(_ field: Field) -> Owner? {
        guard case .mapping(let entries) = field.node.content else {
            field.report("expected a mapping, found \(field.node.form)")
            return nil
        }
        var owner = prototype
        let keys = rows.map(\.field.key)
        let misspelt = entries.map(\.key).filter { !keys.contains($0) }
            .compactMap { nearestName(to: $0, among: keys) }
        for row in rows {
            guard let entry = entries.first(where: { $0.key == row.field.key }) else {
                // A key that is there misspelt is not missing.
                if row.field.isRequired, !misspelt.contains(row.field.key) {
                    field.problems.report(
                        field.node.place, field.path(of: row.field.key),
                        "is missing; add it, for example \(row.field.key): \(row.field.example)")
                }
                continue
            }
            let value = field.child(entry)
            if entry.value.isEmpty {
                field.problems.report(
                    entry.place, value.path, "has no value; give one, or remove the key")
            } else {
                row.read(value, &owner)
            }
        }
        for entry in entries where !keys.contains(entry.key) {
            field.problems.report(
                entry.place, field.path(of: entry.key),
                "unknown key; \(field.advice(for: entry.key, among: keys))")
        }
        check(&owner, field)
        return owner
    }

    /// Returns a mapping that reads back as the value, with every default in it.
    ///
    /// `isWanted` leaves keys of this mapping out; all of the sections in it are written.
    func write(
        _ owner: Owner, only isWanted: (FileField) -> Bool = { _ in true }
    ) -> DocumentNode {
        DocumentNode(
            .mapping(
                rows.compactMap { row in
                    guard isWanted(row.field) else { return nil }
                    return row.write(owner).map { DocumentNode.Entry(row.field.key, $0) }
                }))
    }
}

extension Field {
    /// Says what an unknown key may be: a near one, one of another section, or any known here.
    fileprivate func advice(for key: String, among keys: [String]) -> String {
        let elsewhere = document.flatMap { $0.flattened(below: "") }
            .filter { $0.key == key }.map { $0.path.dropFirst() }
        guard nearestName(to: key, among: keys) == nil, elsewhere.count == 1 else {
            return hint(for: key, among: keys)
        }
        return "did you mean \(elsewhere[0])?"
    }

    /// Whether it is a mapping or list where one is wanted; reports with an example when not.
    fileprivate func isLike(_ form: Form, example: String) -> Bool {
        switch (form, node.content) {
        case (.section, .mapping), (.map, .mapping), (.list, .sequence): return true
        case (.section, _), (.map, _):
            report("expected a mapping such as \(example), found \(node.form)")
            return false
        case (.list, _):
            report("expected a list such as \(example), found \(node.form)")
            return false
        default: return true
        }
    }
}

extension FileField {
    fileprivate init(
        key: String, summary: String, example: String, isRequired: Bool, isLater: Bool,
        absence: String?, starter: String?, form: Form, isKept: Bool = true
    ) {
        path = key
        self.key = key
        self.summary = summary
        self.example = example
        self.isRequired = isRequired
        isSupported = !isLater
        mayBeRefused = isLater || form.mayBeRefused
        self.isKept = isKept
        self.absence = absence
        self.starter = starter
        self.form = form
        defaultNode = nil
    }

    fileprivate func withDefault(_ node: DocumentNode?) -> FileField {
        var field = self
        field.defaultNode = node
        return field
    }
}

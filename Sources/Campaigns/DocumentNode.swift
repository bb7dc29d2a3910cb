/// A value of a YAML document that remembers where it was written.
///
/// Our own tree rather than the parser's, so that overrides keep their origin and texts remember
/// whether they were quoted: `50` is a number and `"50"` is a text.
struct DocumentNode: Equatable, Sendable {
    enum Content: Equatable, Sendable {
        case scalar(String, isPlain: Bool)
        case mapping([Entry])
        case sequence([DocumentNode])
    }

    struct Entry: Equatable, Sendable {
        var key: String
        var place: Place
        var value: DocumentNode

        init(key: String, place: Place, value: DocumentNode) {
            self.key = key
            self.place = place
            self.value = value
        }

        /// An entry that a program made.
        init(_ key: String, _ value: DocumentNode) {
            self.init(key: key, place: .nowhere, value: value)
        }
    }

    var content: Content
    var place: Place

    init(content: Content, place: Place) {
        self.content = content
        self.place = place
    }

    /// A value that a program made.
    init(_ content: Content) {
        self.init(content: content, place: .nowhere)
    }

    /// A boolean, a number or one of a few words.
    static func plain(_ text: String) -> DocumentNode {
        DocumentNode(.scalar(text, isPlain: true))
    }

    /// A text that reads back as itself, whatever it looks like.
    static func text(_ text: String) -> DocumentNode {
        DocumentNode(.scalar(text.replacing("${", with: "$${"), isPlain: false))
    }

    /// Returns the value of a key of a mapping.
    subscript(key: String) -> DocumentNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// What a message calls a value of this form.
    var form: String {
        switch content {
        case .scalar(let text, let isPlain):
            isPlain && Self.emptyTexts.contains(text) ? "nothing" : "'\(text.excerpt)'"
        case .mapping: "a mapping"
        case .sequence: "a list"
        }
    }

    /// Whether the value is there by key only: `adapter:` or `adapter: null`.
    var isEmpty: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return Self.emptyTexts.contains(text)
    }

    private static let emptyTexts = ["", "~", "null", "Null", "NULL"]
}

extension String {
    /// The text on one line and short enough for a message.
    var excerpt: String {
        let line = prefix(61).map { $0.isNewline || $0 == "\t" ? " " : $0 }
        return line.count > 60 ? String(line.prefix(57)) + "..." : String(line)
    }
}

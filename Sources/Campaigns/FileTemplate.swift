extension CampaignFile {
    /// Returns a commented file to begin with; it decodes as it is, and a campaign's runs with the
    /// example engine and a `prompts.csv` beside it.
    public static func template(_ kind: FileKind) -> String {
        var text = "# \(kind.summary)\n"
        text += """
            #
            # Lines that begin with '# key:' show a default, or an example where there is none.
            # `duet explain \(kind.word).FIELD` says more of each field.

            """
        for field in kind.fields {
            text += "\n" + FileTemplate.lines(of: field, indent: "").joined(separator: "\n") + "\n"
        }
        return text
    }
}

/// Writes fields with their documentation as comments.
private enum FileTemplate {
    private static let columns = 96

    static func lines(of field: FileField, indent: String) -> [String] {
        let later = field.isSupported ? "" : " (Not supported yet: submit refuses it.)"
        let comments = wrapped(field.summary + later, indent: indent) + words(of: field, indent)
        let isBlock = field.starter == "" || (field.isRequired && field.starter == nil)
        if isBlock, case .section(let fields) = field.form {
            return comments + ["\(indent)\(field.key):"]
                + fields.flatMap { lines(of: $0, indent: indent + "  ") }
        }
        guard let starter = field.starter else {
            let value = field.absence == nil ? field.defaultText ?? field.example : field.example
            return comments + ["\(indent)# \(field.key): \(value)"]
        }
        guard starter.hasPrefix("- ") else {
            return comments + ["\(indent)\(field.key): \(starter)"]
        }
        let items = starter.split(separator: "\n").map { "\(indent)  \($0)" }
        return comments + itemComments(of: field, indent: indent)
            + ["\(indent)\(field.key):"] + items
    }

    /// Says what the keys of a list's items mean, which the items themselves have no room for.
    private static func itemComments(of field: FileField, indent: String) -> [String] {
        field.children.flatMap { child -> [String] in
            wrapped("\(child.key): \(child.summary)", indent: indent, margin: "#   ")
        }
    }

    /// Lists the words that run, where there is a choice.
    private static func words(of field: FileField, _ indent: String) -> [String] {
        let words = field.choices.filter(\.isSupported).map(\.word)
        let which = if case .list = field.form { "Any" } else { "One" }
        return words.count < 2
            ? [] : wrapped("\(which) of: \(words.joined(separator: ", ")).", indent: indent)
    }

    private static func wrapped(
        _ text: String, indent: String, margin: String = "# "
    ) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + word.count < columns {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(indent + margin + word)
            }
        }
        return lines
    }
}

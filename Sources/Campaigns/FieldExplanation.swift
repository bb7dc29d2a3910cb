import Words

extension CampaignFile {
    /// Every field of every kind of document, parents before children, in the order of the file.
    public static var fields: [FileField] {
        FileKind.allCases.flatMap { kind in
            kind.fields.flatMap { $0.flattened(below: kind.word) }
        }
    }

    /// Returns the documentation of a field such as `campaign.rank.normalize`, for a terminal.
    ///
    /// `campaign` and `round` alone list their fields, and a path without either is a campaign's.
    /// Throws with the nearest name when there is no such field.
    public static func explain(_ path: String) throws(CampaignFileError) -> String {
        var names = path.split { ".[".contains($0) }.map(String.init)
            .filter { !$0.hasSuffix("]") && Int($0) == nil }
        let kind = FileKind.allCases.first { $0.word == names.first?.lowercased() }
        if kind != nil { names.removeFirst() }
        var (place, fields) = ((kind ?? .campaign).word, (kind ?? .campaign).fields)
        guard !names.isEmpty else {
            guard let kind else { throw unknown("", in: "", among: FileKind.allCases.map(\.word)) }
            return FieldExplanation.text(of: kind)
        }
        var found: FileField?
        for name in names {
            // The keys of a free mapping are the writer's own.
            if case .map? = found?.form { break }
            guard let field = fields.first(where: { $0.key == name }) else {
                let kinds = kind == nil && found == nil ? FileKind.allCases.map(\.word) : []
                throw unknown(name, in: place, among: fields.map(\.key) + kinds)
            }
            place += ".\(name)"
            (found, fields) = (field, field.children)
        }
        guard var found else { return "" }
        found.path = place
        return FieldExplanation.text(of: found)
    }

    private static func unknown(
        _ name: String, in place: String, among names: [String]
    ) -> CampaignFileError {
        let message =
            names.isEmpty
            ? "'\(place)' is a plain value and has no fields"
            : name.isEmpty
                ? "name a field, such as campaign.rank.normalize"
                : "no field '\(name)' in \(place); \(hint(for: name, among: names))"
        return CampaignFileError(problems: [
            Problem(file: "explain", line: 0, path: "", message: message)
        ])
    }
}

extension FileKind {
    /// The first name of its fields' paths.
    var word: String { rawValue.lowercased() }

    var summary: String {
        switch self {
        case .campaign:
            "A campaign: candidates answer prompts, are scored, and are ranked into pairs."
        case .round:
            "A round: pairs train an adapter, and gates decide whether it is used."
        case .training:
            "A training: clips or pairs teach a model's weights. `duet train` runs it, without a "
                + "coordinator."
        }
    }
}

/// Lays out the documentation of a field for a terminal of 100 columns.
private enum FieldExplanation {
    static func text(of kind: FileKind) -> String {
        let rows = kind.fields.map { ($0.key, listed($0)) }
        return "\(kind.word)\n\n\(wrapped(kind.summary, indent: "  "))\n\n"
            + "  Fields:\n" + table(rows) + "\n"
    }

    static func text(of field: FileField) -> String {
        var text = "\(field.path)\n\n\(wrapped(field.summary, indent: "  "))\n"
        if !field.isSupported {
            text += "  Accepted in files; submit refuses it: not supported yet.\n"
        }
        text += "\n"
        var facts = [("takes", field.takes)]
        if field.isRequired {
            facts.append(("required", "yes"))
        } else if let absence = field.absence {
            facts.append(("default", absence))
        } else if field.children.isEmpty, let usual = field.defaultText {
            facts.append(("default", usual))
        }
        facts.append(("example", "\(field.key): \(field.example)"))
        text += table(facts)
        if !field.choices.isEmpty {
            text += "\n  Values:\n"
            text += table(
                field.choices.map { ($0.word, $0.summary + ($0.isSupported ? "" : later)) })
        }
        if !field.children.isEmpty {
            text += "\n  Fields:\n" + table(field.children.map { ($0.key, listed($0)) })
        }
        return text
    }

    private static let later = " [not supported yet]"

    private static func listed(_ field: FileField) -> String {
        var text = field.summary
        if field.isRequired {
            text += " Required."
        } else if field.children.isEmpty, let usual = field.defaultText, field.absence == nil {
            text += " Default: \(usual)."
        }
        return text + (field.isSupported ? "" : later)
    }

    private static func table(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, text in
            let name = name + String(repeating: " ", count: width - name.count)
            let margin = String(repeating: " ", count: width + 6)
            return "    \(name)  \(wrapped(text, indent: margin).dropFirst(width + 6))\n"
        }.joined()
    }

    static func wrapped(_ text: String, indent: String) -> String {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, indent.count + last.count + word.count < 98 {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.map { indent + $0 }.joined(separator: "\n")
    }
}

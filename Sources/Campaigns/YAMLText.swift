/// Writes document nodes as YAML that reads back as the same nodes.
enum YAMLText {
    /// Returns a value on one line: `{method: zscore, ddof: 1}`.
    static func flow(_ node: DocumentNode) -> String {
        switch node.content {
        case .scalar(let text, let isPlain): scalar(text, isPlain: isPlain)
        case .sequence(let items): "[" + items.map(flow).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{"
                + entries.map { "\(key($0.key)): \(flow($0.value))" }.joined(separator: ", ")
                + "}"
        }
    }

    /// Returns a key as it is written.
    static func key(_ text: String) -> String {
        scalar(text, isPlain: isBare(text) || isSpacedKey(text))
    }

    static func scalar(_ text: String, isPlain: Bool) -> String {
        if isPlain || isBare(text) { return text }
        var quoted = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default:
                if character.properties.generalCategory == .control {
                    let code = String(character.value, radix: 16, uppercase: true)
                    quoted += "\\u" + String(repeating: "0", count: 4 - code.count) + code
                } else {
                    quoted.unicodeScalars.append(character)
                }
            }
        }
        return quoted + "\""
    }

    /// Words that some reader of YAML takes for a boolean or nothing.
    private static let taken: Set<String> = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n",
    ]

    /// Whether the text means itself without quotes, to every reader of YAML.
    private static func isBare(_ text: String) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter || first == "/",
            !taken.contains(text.lowercased())
        else { return false }
        return text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "_-./@+*%=".contains($0))
        }
    }

    /// Whether it is a key like `gpu.model in`.
    private static func isSpacedKey(_ text: String) -> Bool {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        return words.count == 2 && words.allSatisfy { isBare(String($0)) }
    }
}

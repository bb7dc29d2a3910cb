/// A JSON text in the making; members stay in the order they are given in.
///
/// Exports are compared byte by byte, so the text has to be the same in every run.
enum JSON {
    case null
    case flag(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([(name: String, value: JSON)])

    /// How members and values are set apart.
    enum Style {
        /// No spaces.
        case dense
        /// A space after each comma and colon, as Python writes it.
        case spaced
        /// A line for each member, indented by two spaces.
        case lines
    }

    func encoded(_ style: Style = .dense) -> String {
        var text = ""
        append(to: &text, style: style, depth: 0)
        return text
    }

    private func append(to output: inout String, style: Style, depth: Int) {
        switch self {
        case .null: output += "null"
        case .flag(let value): output += value ? "true" : "false"
        case .integer(let value): output += "\(value)"
        // JSON has no word for what is not finite.
        case .number(let value): output += value.isFinite ? "\(value)" : "null"
        case .text(let value): Self.append(value, to: &output)
        case .list(let values):
            Self.enclose("[", values.count, "]", in: &output, style: style, depth: depth) {
                values[$1].append(to: &$0, style: style, depth: depth + 1)
            }
        case .object(let members):
            Self.enclose("{", members.count, "}", in: &output, style: style, depth: depth) {
                Self.append(members[$1].name, to: &$0)
                $0 += style == .dense ? ":" : ": "
                members[$1].value.append(to: &$0, style: style, depth: depth + 1)
            }
        }
    }

    private static func enclose(
        _ opening: String, _ count: Int, _ closing: String, in output: inout String, style: Style,
        depth: Int, _ item: (inout String, Int) -> Void
    ) {
        output += opening
        for index in 0..<count {
            if index > 0 { output += style == .spaced ? ", " : "," }
            if style == .lines { output += "\n" + String(repeating: "  ", count: depth + 1) }
            item(&output, index)
        }
        if style == .lines, count > 0 { output += "\n" + String(repeating: "  ", count: depth) }
        output += closing
    }

    private static func append(_ value: String, to output: inout String) {
        output += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            // Line separators end a line for some readers of one object a line.
            case "\u{0}"..<"\u{20}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}

extension JSON: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self = .text(value) }
}

extension JSON: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { (name: $0.0, value: $0.1) })
    }
}

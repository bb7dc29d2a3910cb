extension Value {
    /// As JSON in one line.
    public var json: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .flag(let flag): text += flag ? "true" : "false"
        case .integer(let number): text += "\(number)"
        case .number(let number): text += number.isFinite ? "\(number)" : "null"
        case .text(let own): text += quoted(own)
        case .list(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                text += quoted(member.key) + ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    /// As JSON over several lines, each below the first indented by so many spaces.
    public func indentedJSON(_ indent: Int = 0) -> String {
        let space = String(repeating: " ", count: indent)
        switch self {
        case .list(let values) where !values.isEmpty:
            let lines = values.map { space + "  " + $0.indentedJSON(indent + 2) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + space + "]"
        case .object(let members) where !members.isEmpty:
            let lines = members.map {
                space + "  " + quoted($0.key) + ": " + $0.value.indentedJSON(indent + 2)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + space + "}"
        default: return json
        }
    }
}

/// A text as a JSON string; YAML reads it the same way.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

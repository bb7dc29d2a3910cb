extension Value {
    /// As lines of YAML in block style; texts that could be read as anything else are quoted.
    public func yamlLines() -> [String] {
        switch self {
        case .object(let members) where !members.isEmpty:
            members.flatMap { member -> [String] in
                let key = isPlain(member.key) ? member.key : quoted(member.key)
                return member.value.follows("\(key):")
            }
        case .list(let values) where !values.isEmpty: values.flatMap { $0.yamlItem() }
        default: [scalarYAML]
        }
    }

    /// As an item of a list.
    public func yamlItem() -> [String] {
        var lines = yamlLines()
        for index in lines.indices { lines[index] = (index == 0 ? "- " : "  ") + lines[index] }
        return lines
    }

    private func follows(_ key: String) -> [String] {
        switch self {
        case .object(let members) where !members.isEmpty: [key] + yamlLines().map { "  " + $0 }
        case .list(let values) where !values.isEmpty: [key] + yamlLines().map { "  " + $0 }
        default: ["\(key) \(scalarYAML)"]
        }
    }

    private var scalarYAML: String {
        switch self {
        case .text(let text): isPlain(text) ? text : quoted(text)
        case .number(let number):
            // Without a point, YAML 1.1 takes an exponent for text.
            number.isFinite
                ? withPoint("\(number)") : number.isNaN ? ".nan" : number < 0 ? "-.inf" : ".inf"
        default: json
        }
    }

    private func withPoint(_ number: String) -> String {
        guard let exponent = number.firstIndex(of: "e"), !number.contains(".") else {
            return number
        }
        return number[..<exponent] + ".0" + number[exponent...]
    }
}

/// Whether YAML reads the text as itself without quotes: cautious, so that every reader agrees.
private func isPlain(_ text: String) -> Bool {
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan", "inf"]
    guard let first = text.unicodeScalars.first, first.properties.isAlphabetic, first.isASCII,
        !words.contains(text.lowercased())
    else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
            && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "_-./@".unicodeScalars.contains(scalar))
    }
}

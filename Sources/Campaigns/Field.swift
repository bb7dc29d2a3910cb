import Words

/// One value of a document with its path, read as what the campaign file says it is.
///
/// Every reading that fails reports a problem and returns nil, so that reading can go on.
struct Field {
    let node: DocumentNode
    let path: String
    let problems: ProblemList
    /// The fields of the whole document, among which a key may belong that is not known here.
    var document: [FileField] = []

    func report(_ message: String) {
        problems.report(node.place, path, message)
    }

    /// Returns the text of any scalar, quoted or not.
    func text() -> String? {
        guard case .scalar(let text, _) = node.content, !node.isEmpty else {
            report("expected a text, found \(node.form)")
            return nil
        }
        return text
    }

    /// Returns a text that names something: 1 to 200 printable characters without spaces.
    func name() -> String? {
        guard let text = text() else { return nil }
        let isName =
            (1...200).contains(text.count)
            && text.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control && !$0.properties.isWhitespace
            }
        guard isName else {
            report("expected a name without spaces, found \(node.form)")
            return nil
        }
        return text
    }

    /// Returns a whole number in a range.
    func integer(in range: ClosedRange<Int>) -> Int? {
        guard let text = plain("a whole number"), let number = Int(text) else {
            return reject("a whole number")
        }
        guard range.contains(number) else {
            report("expected \(words(for: range)), found \(number)")
            return nil
        }
        return number
    }

    /// Returns a finite number that is accepted; `expected` names which are.
    func number(_ expected: String, where accepts: (Double) -> Bool) -> Double? {
        guard let text = plain(expected), let number = Double(text), number.isFinite,
            accepts(number)
        else { return reject(expected) }
        return number == 0 ? 0 : number
    }

    func seed() -> UInt64? {
        guard let text = plain("a whole number"), let seed = UInt64(text) else {
            return reject(Form.seed.words)
        }
        return seed
    }

    func boolean() -> Bool? {
        switch plain("true or false") {
        case "true": return true
        case "false": return false
        default: return reject("true or false")
        }
    }

    /// Returns milliseconds, at least `least`.
    func milliseconds(least: Int64) -> Int64? {
        guard let text = plain("a duration"), let milliseconds = Quantity.milliseconds(text) else {
            return reject("a duration such as 90s, 15m, 2h, 1d or 500ms")
        }
        guard milliseconds >= least else {
            report("expected at least \(least)ms, found \(node.form)")
            return nil
        }
        return milliseconds
    }

    func bytes() -> Int64? {
        guard let text = plain("a size"), let bytes = Quantity.bytes(text) else {
            return reject("a size such as 500MB or 2GiB")
        }
        return bytes
    }

    /// Returns one of a few words.
    func choice(_ choices: [String]) -> String? {
        guard let text = text() else { return nil }
        if choices.contains(text) { return text }
        report("unknown value '\(text.excerpt)'; \(hint(for: text, among: choices))")
        return nil
    }

    /// Returns a boolean, number or text as YAML means it.
    func scalar() -> Scalar? {
        guard case .scalar(let text, let isPlain) = node.content, !node.isEmpty else {
            report("expected a plain value, found \(node.form)")
            return nil
        }
        guard isPlain else { return .text(text) }
        if text == "true" || text == "false" { return .boolean(text == "true") }
        if let integer = Int64(text) { return .integer(integer) }
        let looksNumeric = text.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
        if looksNumeric, let number = Double(text) {
            guard let number = Scalar.number(number) else { return reject("a finite number") }
            return number
        }
        return .text(text)
    }

    /// Returns the items of a list.
    func items() -> [Field]? {
        guard case .sequence(let items) = node.content else {
            report("expected a list, found \(node.form)")
            return nil
        }
        return items.enumerated().map {
            Field(
                node: $0.element, path: "\(path)[\($0.offset)]", problems: problems,
                document: document)
        }
    }

    /// Returns the fields of a mapping whose keys are free.
    func entries() -> [(key: String, field: Field)]? {
        guard case .mapping(let entries) = node.content else {
            report("expected a mapping, found \(node.form)")
            return nil
        }
        return entries.map { ($0.key, child($0)) }
    }

    /// Returns the field of a key that is there with a value.
    func child(_ key: String) -> Field? {
        guard case .mapping(let entries) = node.content,
            let entry = entries.first(where: { $0.key == key }), !entry.value.isEmpty
        else { return nil }
        return child(entry)
    }

    func child(_ entry: DocumentNode.Entry) -> Field {
        Field(
            node: entry.value, path: path(of: entry.key), problems: problems, document: document)
    }

    func path(of key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    /// Reports what was expected, and returns nil.
    func reject<Value>(_ expected: String) -> Value? {
        let isQuoted = if case .scalar(_, isPlain: false) = node.content { true } else { false }
        report("expected \(expected), found \(isQuoted ? "the text " : "")\(node.form)")
        return nil
    }

    private func plain(_ expected: String) -> String? {
        guard case .scalar(let text, isPlain: true) = node.content else { return nil }
        return text
    }

    private func words(for range: ClosedRange<Int>) -> String {
        if range.upperBound == .max { return "at least \(range.lowerBound)" }
        if range.lowerBound == .min { return "at most \(range.upperBound)" }
        return "\(range.lowerBound) to \(range.upperBound)"
    }
}

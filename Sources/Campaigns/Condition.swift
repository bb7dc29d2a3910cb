import Words

/// A condition a person writes: `pairs >= 20000`, or several joined by `and`.
public struct Condition: Sendable, Equatable, Codable {
    /// What must all hold.
    public var terms: [Term]

    /// One comparison of a named number.
    public struct Term: Sendable, Equatable, Codable {
        /// The number's name, such as `pairs` or `margin.total`.
        public var name: String
        /// How it is compared.
        public var comparison: Comparison
        /// With what.
        public var value: Double

        /// Compares a named number.
        public init(_ name: String, _ comparison: Comparison, _ value: Double) {
            self.name = name
            self.comparison = comparison
            self.value = value
        }
    }

    /// A way of comparing two numbers.
    public enum Comparison: String, Sendable, Equatable, Codable, CaseIterable {
        /// At least.
        case atLeast = ">="
        /// At most.
        case atMost = "<="
        /// More than.
        case above = ">"
        /// Less than.
        case below = "<"
        /// The same.
        case equal = "="
    }

    /// Joins comparisons.
    public init(_ terms: [Term]) {
        self.terms = terms
    }

    /// Reads a condition; nil for anything else.
    public init?(_ text: String) {
        var terms: [Term] = []
        var words = text.split(separator: " ", omittingEmptySubsequences: true)[...]
        repeat {
            if !terms.isEmpty { words = words.dropFirst() }
            guard words.count >= 3, let name = words.first.map(String.init), Self.isName(name),
                let comparison = Comparison(rawValue: String(words[words.startIndex + 1])),
                let value = Double(words[words.startIndex + 2]), value.isFinite
            else { return nil }
            terms.append(Term(name, comparison, value))
            words = words.dropFirst(3)
        } while words.first == "and"
        guard words.isEmpty else { return nil }
        self.terms = terms
    }

    /// The condition as it is written.
    public var text: String {
        terms.map { "\($0.name) \($0.comparison.rawValue) \(Quantity.text($0.value))" }
            .joined(separator: " and ")
    }

    private static func isName(_ text: String) -> Bool {
        text.first?.isLetter == true
            && text.allSatisfy { $0.isLetter || $0.isNumber || "_.-/".contains($0) }
    }
}

extension Codec where Value == Condition {
    /// A condition over named numbers; `names` lists them, nil for any.
    static func condition(_ names: [String]?, example: String) -> Codec {
        Codec(
            form: .text(
                .init(
                    words: "a condition such as '\(example)'",
                    pattern: #"^\S+ +(>=|<=|>|<|=) +\S+( +and +\S+ +(>=|<=|>|<|=) +\S+)*$"#)),
            read: { field in
                guard let text = field.text() else { return nil }
                guard let condition = Condition(text) else {
                    field.report(
                        "expected a condition such as '\(example)', found \(field.node.form)")
                    return nil
                }
                for term in condition.terms {
                    guard let names, !names.contains(term.name) else { continue }
                    let advice = hint(for: term.name, among: names)
                    field.report("'\(term.name)' is nothing to compare; \(advice)")
                }
                return condition
            },
            write: { .text($0.text) })
    }
}

/// Which rows of a listing are wanted, such as `state = failed and duration > 90s`.
///
/// A column compares with `=`, `!=`, `<`, `<=`, `>`, `>=`, `~` (contains, in whatever case) or
/// `in (a, b)`; comparisons join with `and`, `or`, `not` and parentheses. Values with other than
/// letters, digits and `_ . - / : @ + *` stand in quotes; numbers may carry a unit of time or
/// size. A column without a value is an empty text, and no number.
public struct Filter: Hashable, Sendable {
    /// What it says; nil when it lets everything pass.
    public let expression: Expression?

    /// A filter as a tree.
    public indirect enum Expression: Hashable, Sendable {
        /// Both hold.
        case and(Expression, Expression)
        /// One of them holds, or both.
        case or(Expression, Expression)
        /// It does not hold.
        case not(Expression)
        /// A column compared with a value of its own kind and unit.
        case compare(Column, Comparison, Value)
        /// A column has one of the values.
        case among(Column, [Value])
    }

    /// How a column is compared.
    public enum Comparison: String, Hashable, Sendable, CaseIterable {
        /// The same.
        case equal = "="
        /// Anything else, or nothing.
        case notEqual = "!="
        /// Less, earlier, or before in the alphabet.
        case less = "<"
        /// Less or the same.
        case lessOrEqual = "<="
        /// More.
        case greater = ">"
        /// More or the same.
        case greaterOrEqual = ">="
        /// Contains, in whatever case.
        case contains = "~"
    }

    /// What a row has in a column, or what a column is compared with.
    public enum Value: Hashable, Sendable {
        /// Words, or a time in ISO 8601.
        case text(String)
        /// A number in the column's unit.
        case number(Double)
        /// Yes or no.
        case truth(Bool)
    }

    /// Reads a filter over some columns; empty text lets everything pass.
    ///
    /// Throws for text that is no filter, with the place and what to write instead.
    public init(parsing text: String, columns: [Column]) throws(FilterError) {
        var parser = try FilterParser(text, columns)
        expression = try parser.parse()
    }

    /// Says whether a row passes, given what it has in a column; nil for no value.
    public func matches(_ value: (String) -> Value?) -> Bool {
        expression.map { Self.holds($0, value) } ?? true
    }

    private static func holds(_ expression: Expression, _ value: (String) -> Value?) -> Bool {
        switch expression {
        case .and(let a, let b): holds(a, value) && holds(b, value)
        case .or(let a, let b): holds(a, value) || holds(b, value)
        case .not(let a): !holds(a, value)
        case .compare(let column, let comparison, let wanted):
            holds(value(column.name) ?? column.missing, comparison, wanted)
        case .among(let column, let wanted):
            wanted.contains { holds(value(column.name) ?? column.missing, .equal, $0) }
        }
    }

    private static func holds(_ value: Value?, _ comparison: Comparison, _ wanted: Value) -> Bool {
        guard let value else { return comparison == .notEqual }
        switch comparison {
        case .equal: return value == wanted
        case .notEqual: return value != wanted
        case .less: return precedes(value, wanted)
        case .lessOrEqual: return value == wanted || precedes(value, wanted)
        case .greater: return precedes(wanted, value)
        case .greaterOrEqual: return value == wanted || precedes(wanted, value)
        case .contains:
            guard case .text(let text) = value, case .text(let part) = wanted else { return false }
            return part.isEmpty || text.lowercased().contains(part.lowercased())
        }
    }

    /// Texts are ordered by their bytes, as times in ISO 8601 need it.
    private static func precedes(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.number(let a), .number(let b)): a < b
        case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        default: false
        }
    }
}

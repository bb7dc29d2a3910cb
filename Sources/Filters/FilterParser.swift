import Words

/// Makes the tree of a filter: `or` binds least, then `and`, then `not`.
struct FilterParser {
    private let text: String
    private let columns: [Column]
    private var tokens: [Token]
    private var index = 0
    private var depth = 0

    /// Conditions within conditions; a filter is typed by a person.
    private static let deepest = 64
    /// Pieces of a filter.
    private static let mostTokens = 2000

    init(_ text: String, _ columns: [Column]) throws(FilterError) {
        self.text = text
        self.columns = columns
        tokens = try FilterLexer.tokens(of: text)
        guard tokens.count <= Self.mostTokens else {
            throw FilterError(
                text: String(text.prefix(40)) + "…", position: 1,
                message: "the filter has more than \(Self.mostTokens) words and signs")
        }
    }

    /// Reads all of it; nil when there is nothing.
    mutating func parse() throws(FilterError) -> Filter.Expression? {
        if current.kind == .end { return nil }
        let expression = try alternatives()
        guard current.kind == .end else {
            throw error("`\(current.text)` does not belong here; join conditions by and, or")
        }
        return expression
    }

    private var current: Token { tokens[index] }

    private mutating func take() -> Token {
        defer { if index < tokens.count - 1 { index += 1 } }
        return tokens[index]
    }

    private func error(_ message: String, at token: Token? = nil) -> FilterError {
        FilterError(text: text, position: (token ?? current).position, message: message)
    }

    private mutating func alternatives() throws(FilterError) -> Filter.Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw error("conditions are nested too deeply") }
        var expression = try conjunction()
        while current.isKeyword("or") {
            _ = take()
            expression = .or(expression, try conjunction())
        }
        return expression
    }

    private mutating func conjunction() throws(FilterError) -> Filter.Expression {
        var expression = try condition()
        while current.isKeyword("and") {
            _ = take()
            expression = .and(expression, try condition())
        }
        return expression
    }

    private mutating func condition() throws(FilterError) -> Filter.Expression {
        if current.isKeyword("not") {
            _ = take()
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.deepest else { throw error("conditions are nested too deeply") }
            return .not(try condition())
        }
        if current.kind == .open {
            _ = take()
            let inner = try alternatives()
            guard current.kind == .close else { throw error("a closing parenthesis is missing") }
            _ = take()
            return inner
        }
        return try comparison()
    }

    private mutating func comparison() throws(FilterError) -> Filter.Expression {
        let column = try self.column()
        if case .comparison(let comparison) = current.kind {
            let sign = take()
            try check(comparison, column, sign)
            return .compare(
                column, comparison, try value(of: column, part: comparison == .contains))
        }
        if current.isKeyword("in") {
            _ = take()
            return .among(column, try values(of: column))
        }
        if current.isKeyword("not"), tokens[min(index + 1, tokens.count - 1)].isKeyword("in") {
            _ = take()
            _ = take()
            return .not(.among(column, try values(of: column)))
        }
        if column.kind == .truth { return .compare(column, .equal, .truth(true)) }
        throw error("after `\(column.name)` a comparison is missing: = != < <= > >= ~ or in (…)")
    }

    private mutating func column() throws(FilterError) -> Column {
        let token = take()
        guard token.kind == .word else {
            throw error(
                token.kind == .end
                    ? "a column is missing at the end" : "`\(token.text)` is not a column",
                at: token)
        }
        if let known = columns.first(where: { $0.name == token.text.lowercased() }) { return known }
        let names = columns.map(\.name)
        let hint =
            nearestName(to: token.text, among: names).map { "did you mean `\($0)`?" }
            ?? "there are \(names.joined(separator: ", "))"
        throw error("there is no column `\(token.text)`; \(hint)", at: token)
    }

    private func check(
        _ comparison: Filter.Comparison, _ column: Column, _ sign: Token
    ) throws(FilterError) {
        switch (column.kind, comparison) {
        case (.truth, .equal), (.truth, .notEqual): break
        case (.truth, _):
            throw error("`\(column.name)` is true or false; compare it by = or !=", at: sign)
        case (.number, .contains), (.time, .contains):
            throw error("`~` looks into texts, and `\(column.name)` is none", at: sign)
        default: break
        }
    }

    private mutating func values(of column: Column) throws(FilterError) -> [Filter.Value] {
        guard current.kind == .open else {
            throw error("after `in` values are written in parentheses, as in (a, b)")
        }
        _ = take()
        var values = [try value(of: column, part: false)]
        while current.kind == .comma {
            _ = take()
            values.append(try value(of: column, part: false))
        }
        guard current.kind == .close else {
            throw error("the list of values needs a comma or a closing parenthesis here")
        }
        _ = take()
        return values
    }

    /// A value of the column's kind; `part` is for what a text is to contain.
    private mutating func value(of column: Column, part: Bool) throws(FilterError) -> Filter.Value {
        let token = take()
        guard token.kind == .word || token.kind == .quoted else {
            throw error(
                "a value for `\(column.name)` is missing here; words with other signs than "
                    + "letters and digits stand in quotes", at: token)
        }
        switch column.kind {
        case .text: return .text(token.text)
        case .word(let words):
            if part || token.text.isEmpty || words.contains(token.text) {
                return .text(token.text)
            }
            let hint =
                nearestName(to: token.text, among: words).map { "did you mean `\($0)`?" }
                ?? "it is one of \(words.joined(separator: ", "))"
            throw error("`\(column.name)` is never `\(token.text)`; \(hint)", at: token)
        case .number(let unit): return .number(try number(token, unit, column))
        case .truth:
            switch token.text.lowercased() {
            case "true", "yes": return .truth(true)
            case "false", "no": return .truth(false)
            default: throw error("`\(column.name)` is true or false", at: token)
            }
        case .time:
            guard isTime(token.text) else {
                throw error(
                    "`\(token.text)` is not a time; write it as 2026-01-31 or 2026-01-31T12:00Z",
                    at: token)
            }
            return .text(token.text)
        }
    }

    private func number(
        _ token: Token, _ unit: Column.Unit, _ column: Column
    ) throws(FilterError) -> Double {
        let digits = token.text.prefix { $0.isNumber || ".-+".contains($0) }
        let suffix = String(token.text.dropFirst(digits.count))
        guard let number = Double(digits), number.isFinite else {
            throw error("`\(column.name)` is a number, and `\(token.text)` is none", at: token)
        }
        guard let factor = unit.factor(of: suffix) else {
            throw error(
                "`\(suffix)` is no unit of `\(column.name)`; it takes \(unit.units)", at: token)
        }
        return number * factor
    }

    /// Whether it is a date, or a date and a time of day in UTC.
    private func isTime(_ text: String) -> Bool {
        let pattern = Array("0000-00-00T00:00:00.000")
        var characters = Array(text)
        if characters.last == "Z" { characters.removeLast() }
        guard [10, 16, 19, 23].contains(characters.count) else { return false }
        let agree = zip(characters, pattern).allSatisfy { character, shape in
            shape == "0" ? character.isASCII && character.isNumber : character == shape
        }
        guard agree, let month = Int(String(characters[5...6])),
            let day = Int(String(characters[8...9]))
        else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }
}

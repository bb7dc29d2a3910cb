public import Filters
import Postgres

/// A column that a filter may ask for, and what it is in SQL.
struct FilteredColumn {
    var column: Column
    /// Text, a number or a time, as the column's kind says.
    var sql: String

    init(_ name: String, _ kind: Column.Kind, _ sql: String) {
        column = Column(name, kind)
        self.sql = sql
    }
}

extension Query.StringInterpolation {
    /// Adds a filter as a condition; values become parameters, names are those of the list.
    mutating func appendCondition(_ filter: Filter, _ columns: [FilteredColumn]) {
        guard let expression = filter.expression else { return appendLiteral("true") }
        append(expression, columns)
    }

    private mutating func append(_ expression: Filter.Expression, _ columns: [FilteredColumn]) {
        switch expression {
        case .and(let a, let b): append(a, " and ", b, columns)
        case .or(let a, let b): append(a, " or ", b, columns)
        case .not(let a):
            appendLiteral("not (")
            append(a, columns)
            appendLiteral(")")
        case .compare(let column, let comparison, let value):
            append(column, comparison, value, columns)
        case .among(let column, let values):
            appendLiteral("(false")
            for value in values {
                appendLiteral(" or ")
                append(column, .equal, value, columns)
            }
            appendLiteral(")")
        }
    }

    private mutating func append(
        _ a: Filter.Expression, _ word: String, _ b: Filter.Expression,
        _ columns: [FilteredColumn]
    ) {
        appendLiteral("(")
        append(a, columns)
        appendLiteral(word)
        append(b, columns)
        appendLiteral(")")
    }

    /// Nothing compares as false with anything, and is not equal to it, as in `Filter.matches`.
    private mutating func append(
        _ column: Column, _ comparison: Filter.Comparison, _ value: Filter.Value,
        _ columns: [FilteredColumn]
    ) {
        guard let sql = columns.first(where: { $0.column.name == column.name })?.sql else {
            return appendLiteral("false")
        }
        switch value {
        case .text(let text) where comparison == .contains:
            appendLiteral("position(lower(")
            appendInterpolation(text)
            appendLiteral(") in lower(coalesce((\(sql))::text, ''))) > 0")
        case .text(let text) where column.kind == .time:
            append("(\(sql))", comparison)
            appendLiteral("(")
            appendInterpolation(text)
            appendLiteral("::text)::timestamptz, \(comparison == .notEqual))")
        case .text(let text):
            append("coalesce((\(sql))::text, '') collate \"C\"", comparison)
            appendInterpolation(text)
            appendLiteral("::text, false)")
        case .number(let number):
            append("(\(sql))::double precision", comparison)
            appendInterpolation(number)
            appendLiteral("::double precision, \(comparison == .notEqual))")
        case .truth(let truth):
            append("(\(sql))", comparison)
            appendInterpolation(truth)
            appendLiteral("::boolean, \(comparison == .notEqual))")
        }
    }

    private mutating func append(_ sql: String, _ comparison: Filter.Comparison) {
        let sign = comparison == .notEqual ? "<>" : comparison.rawValue
        appendLiteral("coalesce(\(sql) \(sign) ")
    }
}

/// The columns by which listings are filtered where they are read, and their kinds.
public enum ListingColumns {
    /// Of tasks.
    public static var tasks: [Column] { taskColumns.map(\.column) }
    /// Of events.
    public static var events: [Column] { eventColumns.map(\.column) }

    /// Of the pairs of a ranking over some modalities.
    public static func pairs(modalities: [String]) -> [Column] {
        pairColumns(modalities: modalities).map(\.column)
    }
}

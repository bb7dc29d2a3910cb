/// Why agreement between raters cannot be measured.
public enum AgreementError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A confusion table has a row with another number of columns than there are rows.
    case notSquare(row: Int, expected: Int, found: Int)
    /// A row of a table of counts has another number of columns than the first.
    case columns(row: Int, expected: Int, found: Int)
    /// A count is below 0.
    case negativeCount(row: Int, Int)
    /// A thing was rated by another number of raters than the first.
    case raters(row: Int, expected: Int, found: Int)
    /// A rating is not a number, infinite or beyond ±1e140.
    case nonFinite(unit: Int)

    /// Says what is wrong and what to do instead.
    public var description: String {
        switch self {
        case .notSquare(let row, let expected, let found):
            "row \(row) of the confusion table has \(found) columns where the table has "
                + "\(expected) rows; give one row and one column per category"
        case .columns(let row, let expected, let found):
            "row \(row) of the table has \(found) columns where the first has \(expected); "
                + "give one column per category"
        case .negativeCount(let row, let count):
            "row \(row) of the table has the count \(count); counts must be at least 0"
        case .raters(let row, let expected, let found):
            "row \(row) has \(found) ratings where the first has \(expected); Fleiss' kappa needs "
                + "the same number for each, Krippendorff's alpha does not"
        case .nonFinite(let unit):
            "unit \(unit) has a rating that is not a number, infinite or beyond ±1e140; "
                + "leave it out"
        }
    }
}

/// How much a disagreement between two categories counts.
public enum DisagreementWeight: String, Sendable, Equatable, CaseIterable {
    /// Every disagreement alike.
    case equal
    /// By how many categories lie between.
    case linear
    /// By the square of that.
    case quadratic

    fileprivate func callAsFunction(_ left: Int, _ right: Int) -> Double {
        let steps = Double((left - right).magnitude)
        return switch self {
        case .equal: left == right ? 0 : 1
        case .linear: steps
        case .quadratic: steps * steps
        }
    }
}

/// Returns Cohen's kappa of two raters; nil where it is undefined.
///
/// `table[i][j]` counts the things that the first put in category i and the second in j. Kappa is
/// `1 − Σ w·observed / Σ w·expected`; undefined when all are in one category, or there are none.
public func cohensKappa(
    _ table: [[Int]], weight: DisagreementWeight = .equal
) throws(AgreementError) -> Double? {
    for (index, row) in table.enumerated() where row.count != table.count {
        throw .notSquare(row: index, expected: table.count, found: row.count)
    }
    try checkCounts(table)
    let total = Double(table.reduce(0) { $0 + $1.reduce(0, +) })
    let rows = table.map { Double($0.reduce(0, +)) }
    let columns = table.indices.map { column in Double(table.reduce(0) { $0 + $1[column] }) }
    var observed = 0.0
    var expected = 0.0
    for left in table.indices {
        for right in table.indices {
            observed += weight(left, right) * Double(table[left][right])
            expected += weight(left, right) * rows[left] * columns[right] / max(total, 1)
        }
    }
    return expected > 0 ? 1 - observed / expected : nil
}

/// Returns Fleiss' kappa of raters who each rated all things; nil where it is undefined.
///
/// `table[i][j]` counts the raters who put thing i in category j; each row has the same sum n.
/// Kappa is `(P − Pe) / (1 − Pe)`; undefined for n < 2 and when all are in one category.
public func fleissKappa(_ table: [[Int]]) throws(AgreementError) -> Double? {
    try checkCounts(table)
    guard let first = table.first else { return nil }
    let raters = first.reduce(0, +)
    for (index, row) in table.enumerated() {
        guard row.count == first.count else {
            throw .columns(row: index, expected: first.count, found: row.count)
        }
        let found = row.reduce(0, +)
        guard found == raters else {
            throw .raters(row: index, expected: raters, found: found)
        }
    }
    guard raters > 1 else { return nil }
    let agreeing = table.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * ($1 - 1) } }
    let observed = Double(agreeing) / Double(table.count * raters * (raters - 1))
    let expected = first.indices.map { column in
        let share = Double(table.reduce(0) { $0 + $1[column] }) / Double(table.count * raters)
        return share * share
    }.sum()
    return expected < 1 ? (observed - expected) / (1 - expected) : nil
}

private func checkCounts(_ table: [[Int]]) throws(AgreementError) {
    for (index, row) in table.enumerated() {
        if let count = row.first(where: { $0 < 0 }) { throw .negativeCount(row: index, count) }
    }
}

/// What the values of ratings mean to each other.
public enum RatingLevel: String, Sendable, Equatable, CaseIterable {
    /// They are equal or not.
    case nominal
    /// They have an order.
    case ordinal
    /// Their differences mean something.
    case interval
    /// Their ratios mean something.
    case ratio
}

/// Returns Krippendorff's alpha of any number of raters; nil where it is undefined.
///
/// Each element holds the ratings of one unit, by whoever rated it; units with fewer than two do
/// not count. Alpha is `1 − observed / expected` disagreement, from the matrix of coincidences
/// with each unit weighing `1 / (ratings − 1)`; undefined when all ratings are equal.
/// Takes O(v²) for v different values.
public func krippendorffAlpha(
    _ units: [[Double]], level: RatingLevel
) throws(AgreementError) -> Double? {
    for (index, unit) in units.enumerated() where !unit.allSatisfy(\.isCountable) {
        throw .nonFinite(unit: index)
    }
    let rated = units.filter { $0.count > 1 }
    let values = Array(Set(rated.joined())).sorted()
    guard values.count > 1 else { return nil }
    let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    var totals = Array(repeating: 0.0, count: values.count)
    // Coincidences grow by 1 / (ratings − 1), so whole numbers are summed for each such divisor.
    var coincidences: [Int: [Int: Int]] = [:]
    for unit in rated {
        let ratings = unit.compactMap { places[$0] }
        for (index, left) in ratings.enumerated() {
            totals[left] += 1
            for (other, right) in ratings.enumerated() where other != index {
                coincidences[unit.count - 1, default: [:]][
                    left * values.count + right, default: 0] += 1
            }
        }
    }
    let distance = Distance(level: level, values: values, totals: totals)
    var observed = CompensatedSum()
    for divisor in coincidences.keys.sorted() {
        let cells = coincidences[divisor, default: [:]]
        for cell in cells.keys.sorted() {
            let (left, right) = cell.quotientAndRemainder(dividingBy: values.count)
            observed.add(
                Double(cells[cell, default: 0]) / Double(divisor) * distance(left, right))
        }
    }
    var expected = CompensatedSum()
    for left in values.indices {
        for right in values.indices {
            expected.add(totals[left] * totals[right] * distance(left, right))
        }
    }
    guard expected.value > 0 else { return nil }
    return 1 - (totals.sum() - 1) * observed.value / expected.value
}

/// The squared difference of two values, by their places among the values.
private struct Distance {
    let level: RatingLevel
    let values: [Double]
    let totals: [Double]
    /// How many ratings are up to each value, that value included.
    let upTo: [Double]

    init(level: RatingLevel, values: [Double], totals: [Double]) {
        self.level = level
        self.values = values
        self.totals = totals
        var count = 0.0
        upTo = totals.map {
            count += $0
            return count
        }
    }

    func callAsFunction(_ one: Int, _ other: Int) -> Double {
        let (low, high) = (min(one, other), max(one, other))
        guard low != high else { return 0 }
        let difference: Double
        switch level {
        case .nominal:
            difference = 1
        case .ordinal:
            // The ratings between the two, each end counting half.
            difference = upTo[high] - upTo[low] + (totals[low] - totals[high]) / 2
        case .interval:
            difference = values[high] - values[low]
        case .ratio:
            let sum = values[high] + values[low]
            difference = sum == 0 ? 0 : (values[high] - values[low]) / sum
        }
        return difference * difference
    }
}

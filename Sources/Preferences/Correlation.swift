/// How two measures of the same things go together; nil where that is undefined.
///
/// It is undefined for fewer than two things, and when either measure is the same for all.
public struct Correlation: Sendable, Equatable {
    /// How many things were measured by both.
    public var count: Int
    /// Pearson's r, of the values.
    public var pearson: Double?
    /// Spearman's ρ: Pearson's r of the average ranks.
    public var spearman: Double?
    /// Kendall's τ-b: concordant minus discordant pairs, corrected for ties.
    public var kendall: Double?

    /// Correlates two lists of values; what one has more than the other is not looked at.
    ///
    /// Things of which a value is not finite, or beyond ±1e140, are left out. Takes O(n log n).
    public init(_ left: [Double], _ right: [Double]) {
        let both = zip(left, right).filter { $0.isCountable && $1.isCountable }
        let (left, right) = (both.map(\.0), both.map(\.1))
        count = both.count
        pearson = Preferences.pearson(left, right)
        spearman = Preferences.pearson(averageRanks(left), averageRanks(right))
        kendall = kendallTauB(left, right)
    }
}

private func pearson(_ left: [Double], _ right: [Double]) -> Double? {
    let (one, other) = (Spread(left, ddof: 0), Spread(right, ddof: 0))
    guard one.deviation > 0, other.deviation > 0 else { return nil }
    let products = zip(left, right).lazy.map {
        ($0 - one.mean) / one.deviation * (($1 - other.mean) / other.deviation)
    }
    return min(max(products.sum() / Double(left.count), -1), 1)
}

/// Knight's algorithm: sorts by the left value, then counts the swaps that sort the right one.
private func kendallTauB(_ left: [Double], _ right: [Double]) -> Double? {
    let order = left.indices.sorted { (left[$0], right[$0]) < (left[$1], right[$1]) }
    var values = order.map { right[$0] }
    let tiedInBoth = tiedPairs(order) { left[$0] == left[$1] && right[$0] == right[$1] }
    let tiedInLeft = tiedPairs(order) { left[$0] == left[$1] }
    let swaps = countSwaps(&values)
    // Now the right values are in order.
    let tiedInRight = tiedPairs(Array(values.indices)) { values[$0] == values[$1] }
    let all = left.count * (left.count - 1) / 2
    guard all > tiedInLeft, all > tiedInRight else { return nil }
    let balance = all - tiedInLeft - tiedInRight + tiedInBoth - 2 * swaps
    // One root of the product, so that perfect agreement is 1 to the bit.
    return Double(balance)
        / (Double(all - tiedInLeft) * Double(all - tiedInRight)).squareRoot()
}

/// Returns how many pairs lie in runs of equals.
private func tiedPairs(_ order: [Int], _ isEqual: (Int, Int) -> Bool) -> Int {
    var pairs = 0
    var run = 0
    for index in order.indices.dropFirst() {
        run = isEqual(order[index - 1], order[index]) ? run + 1 : 0
        pairs += run
    }
    return pairs
}

/// Sorts by merging and returns how many pairs stood in the wrong order.
private func countSwaps(_ values: inout [Double]) -> Int {
    var merged = values
    var swaps = 0
    var width = 1
    while width < values.count {
        for start in stride(from: 0, to: values.count, by: 2 * width) {
            let middle = min(start + width, values.count)
            let end = min(start + 2 * width, values.count)
            var (left, right) = (start, middle)
            for place in start..<end {
                if right == end || left < middle && values[left] <= values[right] {
                    merged[place] = values[left]
                    left += 1
                } else {
                    merged[place] = values[right]
                    swaps += middle - left
                    right += 1
                }
            }
        }
        swap(&values, &merged)
        width *= 2
    }
    return swaps
}

/// How two measures of the same things go together; nil where that is undefined.
///
/// It is undefined for fewer than two things, and when either measure is the same for all.
public struct Correlation: Sendable, Equatable, Encodable {
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
        self.init(Measure(both.map(\.0)), Measure(both.map(\.1)))
    }

    /// Correlates two measures of the same things.
    init(_ left: Measure, _ right: Measure) {
        count = left.values.count
        pearson = Preferences.pearson(left.values, left.spread, right.values, right.spread)
        spearman = Preferences.pearson(left.ranks, left.rankSpread, right.ranks, right.rankSpread)
        kendall = kendallTauB(left, right)
    }
}

/// Countable values, sorted and ranked once for several correlations.
struct Measure {
    let values: [Double]
    let spread: Spread
    /// The average rank of each value, from 1.
    private(set) var ranks: [Double]
    let rankSpread: Spread
    /// The places of the values in ascending order.
    let order: [Int]
    /// How many different values are below each value.
    private(set) var levels: [Int]
    /// How often each different value occurs, ascending.
    private(set) var counts: [Int] = []

    init(_ values: [Double]) {
        self.values = values
        spread = Spread(values, ddof: 0)
        ranks = values
        levels = values.map { _ in 0 }
        var sorted: [RankedValue] = []
        rank(&ranks, in: values.indices, population: { _ in true }, &sorted)
        rankSpread = Spread(ranks, ddof: 0)
        order = sorted.map(\.row)
        for (index, entry) in sorted.enumerated() {
            if index == 0 || sorted[index - 1].value != entry.value { counts.append(0) }
            counts[counts.count - 1] += 1
            levels[entry.row] = counts.count - 1
        }
    }
}

private func pearson(
    _ left: [Double], _ leftSpread: Spread, _ right: [Double], _ rightSpread: Spread
) -> Double? {
    guard leftSpread.deviation > 0, rightSpread.deviation > 0 else { return nil }
    var products = CompensatedSum()
    for (one, other) in zip(left, right) {
        products.add(
            (one - leftSpread.mean) / leftSpread.deviation
                * ((other - rightSpread.mean) / rightSpread.deviation))
    }
    return min(max(products.value / Double(left.count), -1), 1)
}

/// Knight's algorithm: sorts by the left value, then counts the swaps that sort the right one.
private func kendallTauB(_ left: Measure, _ right: Measure) -> Double? {
    // Places by left value, those of equals by right value: into buckets in the right's order.
    var next = left.counts.indices.map { _ in 0 }
    for level in next.indices.dropFirst() { next[level] = next[level - 1] + left.counts[level - 1] }
    var sorted = left.order
    for place in right.order {
        let level = left.levels[place]
        sorted[next[level]] = place
        next[level] += 1
    }
    var tiedInBoth = 0
    var run = 0
    for index in sorted.indices.dropFirst() {
        let (one, other) = (sorted[index - 1], sorted[index])
        let isTied =
            left.levels[one] == left.levels[other]
            && right.levels[one] == right.levels[other]
        run = isTied ? run + 1 : 0
        tiedInBoth += run
    }
    let (tiedInLeft, tiedInRight) = (pairs(within: left.counts), pairs(within: right.counts))
    let all = left.values.count * (left.values.count - 1) / 2
    guard all > tiedInLeft, all > tiedInRight else { return nil }
    var levels = sorted.map { right.levels[$0] }
    let balance = all - tiedInLeft - tiedInRight + tiedInBoth - 2 * countSwaps(&levels)
    // One root of the product, so that perfect agreement is 1 to the bit.
    return Double(balance)
        / (Double(all - tiedInLeft) * Double(all - tiedInRight)).squareRoot()
}

private func pairs(within counts: [Int]) -> Int {
    counts.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
}

/// Sorts by merging and returns how many pairs stood in the wrong order.
private func countSwaps(_ values: inout [Int]) -> Int {
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

/// How numbers spread: their mean, quantiles and histogram.
public struct Distribution: Sendable, Equatable, Encodable {
    /// How many numbers.
    public var count: Int
    /// Their mean; 0 for none.
    public var mean: Double
    /// Their standard deviation with `count − 1` as the divisor; 0 for fewer than two.
    public var deviation: Double
    /// Their quantiles at 0, 0.05, 0.25, 0.5, 0.75, 0.95 and 1; empty for none.
    public var quantiles: [Double]
    /// How many lie in each of equal bins.
    public var histogram: Histogram

    /// The probabilities of `quantiles`.
    public static let probabilities = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]

    /// Measures numbers; those that are not finite, or beyond ±1e140, are left out.
    public init(_ values: [Double], bins: Int = 20) {
        let sorted = values.filter(\.isCountable).sorted()
        let spread = Spread(sorted, ddof: 1)
        count = spread.count
        mean = spread.mean
        deviation = spread.deviation
        quantiles = sorted.isEmpty ? [] : Self.probabilities.map { quantile(of: sorted, at: $0) }
        histogram = Histogram(sorted, bins: bins)
    }
}

/// How many numbers lie in each of equal bins from the smallest to the largest.
public struct Histogram: Sendable, Equatable, Encodable {
    /// Where the first bin begins: the smallest number; 0 for none.
    public var lower: Double
    /// Where the last bin ends: the largest number, which lies in it; 0 for none.
    public var upper: Double
    /// The numbers in each bin; all in the first when they are all equal.
    public var counts: [Int]

    /// Counts numbers in at least one bin; those not finite, or beyond ±1e140, are left out.
    public init(_ values: [Double], bins: Int) {
        let values = values.filter(\.isCountable)
        lower = values.min() ?? 0
        upper = values.max() ?? 0
        counts = Array(repeating: 0, count: max(1, bins))
        for value in values { counts[bin(of: value)] += 1 }
    }

    /// Returns the bin that a number between the bounds lies in.
    func bin(of value: Double) -> Int {
        guard upper > lower else { return 0 }
        let place = (value - lower) / (upper - lower)
        return min(max(Int(place * Double(counts.count)), 0), counts.count - 1)
    }
}

/// Returns a quantile of ascending numbers by linear interpolation (type 7, as numpy's default).
func quantile(of sorted: [Double], at probability: Double) -> Double {
    let place = probability * Double(sorted.count - 1)
    let below = min(Int(place), sorted.count - 1)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
}

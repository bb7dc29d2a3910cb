/// How values are spread, in at most 64 bins whose width is a power of two.
///
/// The range need not be known beforehand: when there are too many bins, each two neighbours become
/// one. The result depends on the values alone, not on their order.
struct Histogram: Sendable {
    static let maximumBins = 64

    private(set) var count = 0
    private(set) var minimum = Double.infinity
    private(set) var maximum = -Double.infinity
    private(set) var sum = 0.0
    private var exponent = -40
    private var bins: [Int64: Int] = [:]

    /// Counts a value; one that is not finite is left out.
    mutating func add(_ value: Double) {
        guard value.isFinite, abs(value) < 1e15 else { return }
        count += 1
        sum += value
        minimum = min(minimum, value)
        maximum = max(maximum, value)
        // A Double tells bins apart only up to a number of 53 bits.
        while max(abs(minimum), abs(maximum)) / width >= 4_503_599_627_370_496 { widen() }
        while last - first >= Int64(Self.maximumBins) { widen() }
        bins[bin(of: value), default: 0] += 1
    }

    /// The mean; nil without values.
    var mean: Double? { count > 0 ? sum / Double(count) : nil }

    /// The width of a bin.
    var width: Double { power(exponent) }

    /// All bins from the smallest value to the largest: where each starts, and its count.
    var bars: [(start: Double, count: Int)] {
        guard count > 0 else { return [] }
        return (first...last).map { (Double($0) * width, bins[$0] ?? 0) }
    }

    private var first: Int64 { bin(of: minimum) }
    private var last: Int64 { bin(of: maximum) }

    private func bin(of value: Double) -> Int64 { Int64((value / width).rounded(.down)) }

    private mutating func widen() {
        exponent += 1
        var wider: [Int64: Int] = [:]
        // Shifting rounds down, as the bins do.
        for (bin, count) in bins { wider[bin >> 1, default: 0] += count }
        bins = wider
    }

    private func power(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: exponent, significand: 1)
    }
}

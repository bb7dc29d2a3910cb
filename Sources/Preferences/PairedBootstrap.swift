/// What resampling says of a mean difference.
public struct BootstrapResult: Sendable, Equatable {
    /// The mean of all differences.
    public var mean: Double
    /// The percentile interval of the resampled means.
    public var interval: Interval
    /// The share of resampled means above 0; those at 0 count half.
    public var shareAbove: Double
}

/// Bootstraps the mean of paired differences; nil without any, or with one that is no number.
///
/// Each element holds the differences of one prompt, and prompts are what is drawn, because
/// pairs of one prompt are not independent. Quantiles are interpolated (type 7). The same seed
/// gives the same bits, in whatever order prompts and differences come. `confidence` is held
/// to 0...1 and `resamples` to at least 1.
public func pairedBootstrap(
    _ differences: [[Double]], resamples: Int = 10_000, confidence: Double = 0.95, seed: UInt64
) -> BootstrapResult? {
    guard differences.allSatisfy({ $0.allSatisfy(\.isCountable) }), !confidence.isNaN else {
        return nil
    }
    let clusters = differences.filter { !$0.isEmpty }
        .map { (sum: $0.sorted().sum(), count: $0.count) }
        .sorted { $0 < $1 }
    guard !clusters.isEmpty else { return nil }
    var generator = SplitMix64(seed: seed)
    let means = (0..<max(1, resamples)).map { _ in
        var sum = 0.0
        var count = 0
        for _ in clusters.indices {
            let drawn = clusters[generator.index(below: clusters.count)]
            sum += drawn.sum
            count += drawn.count
        }
        return sum / Double(count)
    }
    let sorted = means.sorted()
    let tail = (1 - min(max(confidence, 0), 1)) / 2
    let above = Double(means.count { $0 > 0 }) + Double(means.count { $0 == 0 }) / 2
    return BootstrapResult(
        mean: clusters.map(\.sum).sum() / Double(clusters.reduce(0) { $0 + $1.count }),
        interval: Interval(
            lower: quantile(of: sorted, at: tail), upper: quantile(of: sorted, at: 1 - tail)),
        shareAbove: above / Double(means.count))
}

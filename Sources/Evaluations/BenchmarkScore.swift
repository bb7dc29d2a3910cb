/// How a benchmark makes one number of many measurements.
public struct Benchmark: Sendable, Equatable {
    /// A measurement and where it is best and worst; beyond them it counts as at them.
    public struct Bounds: Sendable, Equatable {
        /// The measurement's name.
        public var name: String
        /// The value that counts 1.
        public var best: Double
        /// The value that counts 0.
        public var worst: Double
    }

    /// Measurements put together, and what they weigh in the overall score.
    public struct Part: Sendable, Equatable {
        /// The part's name.
        public var name: String
        /// Its share of the overall score; all shares add up to 1.
        public var weight: Double
        /// Whether its mean is harmonic, so that one bad measurement cannot be made up for.
        public var isHarmonic: Bool
        /// The measurements of which it is the mean.
        public var measurements: [String]
    }

    /// The measurements, in the order in which the benchmark lists them.
    public var bounds: [Bounds]
    /// The parts.
    public var parts: [Part]

    /// Verse-Bench, with the bounds of its released calculator.
    ///
    /// Source: Wang et al., "UniVerse-1", 2025, table 1: its four overall scores come out to
    /// three decimals. CS counts in two parts; bounds that the paper leaves out (LSE-C, AV-A)
    /// are the only round ones that give the published scores.
    public static let verseBench = Benchmark(
        bounds: [
            Bounds(name: "AS", best: 1, worst: 0), Bounds(name: "ID", best: 1, worst: 0),
            Bounds(name: "FD", best: 0, worst: 3), Bounds(name: "KL", best: 0, worst: 4),
            Bounds(name: "CS", best: 1, worst: 0), Bounds(name: "CE", best: 10, worst: 1),
            Bounds(name: "CU", best: 10, worst: 1), Bounds(name: "PC", best: 1, worst: 10),
            Bounds(name: "PQ", best: 10, worst: 1), Bounds(name: "WER", best: 0, worst: 1),
            Bounds(name: "LSE-C", best: 10, worst: 0), Bounds(name: "AV-A", best: 0, worst: 1),
        ],
        parts: [
            Part(name: "joint", weight: 0.5, isHarmonic: true, measurements: ["CS", "AV-A"]),
            Part(name: "video", weight: 0.2, isHarmonic: false, measurements: ["AS", "ID"]),
            Part(
                name: "audio", weight: 0.2, isHarmonic: false,
                measurements: ["FD", "KL", "CS", "CE", "CU", "PC", "PQ"]),
            Part(name: "other", weight: 0.1, isHarmonic: false, measurements: ["WER", "LSE-C"]),
        ])

    /// Returns the parts and the overall score of measurements.
    ///
    /// A missing or non-finite measurement counts 0, the worst, and is named in the result; the
    /// released calculator counts some of them as perfect, which the paper does not.
    public func score(_ values: [String: Double]) -> BenchmarkScore {
        var shares: [String: Double] = [:]
        var missing: [String] = []
        for bound in bounds {
            guard let value = values[bound.name], value.isFinite else {
                missing.append(bound.name)
                shares[bound.name] = 0
                continue
            }
            shares[bound.name] = min(
                1, max(0, (value - bound.worst) / (bound.best - bound.worst)))
        }
        let scores = parts.map { part in
            let members = part.measurements.map { shares[$0] ?? 0 }
            return BenchmarkScore.Part(
                name: part.name,
                score: part.isHarmonic ? harmonicMean(members) : mean(members))
        }
        return BenchmarkScore(
            overall: zip(parts, scores).reduce(0) { $0 + $1.0.weight * $1.1.score },
            parts: scores, missing: missing)
    }
}

/// A benchmark's number, and what it is made of; all in 0...1, larger better.
public struct BenchmarkScore: Sendable, Equatable, Codable {
    /// The overall score.
    public var overall: Double
    /// The score of each part.
    public var parts: [Part]
    /// Measurements that were missing and counted as the worst.
    public var missing: [String]

    /// One part's score.
    public struct Part: Sendable, Equatable, Codable {
        /// The part's name.
        public var name: String
        /// Its score.
        public var score: Double
    }
}

private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
}

/// The harmonic mean; 0 when one of the values is 0.
private func harmonicMean(_ values: [Double]) -> Double {
    values.contains(0) ? 0 : Double(values.count) / values.reduce(0) { $0 + 1 / $1 }
}

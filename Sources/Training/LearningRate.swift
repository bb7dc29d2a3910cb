import Glibc

/// The learning rate of each step: a rise, a plateau, a fall.
public struct LearningRate: Hashable, Sendable {
    /// The rate between rise and fall.
    public var peak: Double
    /// The step at which the rise ends; step n ≤ warm-up has the rate peak · n / warm-up.
    public var warmup: Int
    /// Where the fall begins, as a share of all steps; nil when the rate does not fall.
    public var decayFrom: Double?
    /// The rate of the last step, as a share of the peak.
    public var floor: Double

    /// Makes a course of rates; by default it stays at its peak.
    public init(_ peak: Double, warmup: Int = 0, decayFrom: Double? = nil, floor: Double = 0) {
        (self.peak, self.warmup, self.decayFrom, self.floor) = (peak, warmup, decayFrom, floor)
    }

    /// Returns the rate of a step, counted from 1, of so many; the fall is a half cosine.
    public func rate(step: Int, of steps: Int) -> Double {
        let rise = warmup > 0 ? min(1, Double(step) / Double(warmup)) : 1
        guard let decayFrom else { return peak * rise }
        let start = decayFrom * Double(steps)
        guard Double(step) > start else { return peak * rise }
        let progress = min(1, (Double(step) - start) / max(1, Double(steps) - start))
        return peak * rise * (floor + (1 - floor) * 0.5 * (1 + cos(.pi * progress)))
    }
}

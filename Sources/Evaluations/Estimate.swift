import Preferences

/// A mean difference and what resampling prompts says of it.
public struct Estimate: Sendable, Equatable, Codable {
    /// The mean over prompts.
    public var value: Double
    /// The lower end of its 95 % interval.
    public var lower: Double
    /// The upper end of its 95 % interval.
    public var upper: Double

    /// Holds a value and its interval.
    public init(value: Double, lower: Double, upper: Double) {
        self.value = value
        self.lower = lower
        self.upper = upper
    }

    /// What the interval says: it lies above 0, below 0, or holds it.
    public var verdict: Verdict { lower > 0 ? .better : upper < 0 ? .worse : .unclear }

    /// Whether a change for the better is more than chance.
    public enum Verdict: String, Sendable, Equatable, Codable {
        /// The whole interval of a gain lies above 0.
        case better
        /// The whole interval of a gain lies below 0.
        case worse
        /// The interval holds 0.
        case unclear
    }

    /// Bootstraps the mean of one difference per prompt; nil without any.
    init?(_ differences: [Double], _ resampling: Resampling) {
        let result = pairedBootstrap(
            differences.map { [$0] }, resamples: resampling.resamples,
            confidence: Resampling.confidence, seed: resampling.seed)
        guard let result else { return nil }
        value = result.mean
        lower = result.interval.lower
        upper = result.interval.upper
    }

    /// Returns the estimate of so many times the differences.
    func scaled(by factor: Double) -> Estimate {
        let ends = [lower * factor, upper * factor]
        return Estimate(
            value: value * factor + 0, lower: min(ends[0], ends[1]) + 0,
            upper: max(ends[0], ends[1]) + 0)
    }
}

/// How often prompts are drawn again, and from which stream of numbers.
public struct Resampling: Sendable, Equatable, Codable {
    /// How many sets of prompts are drawn.
    public var resamples: Int
    /// The seed; the same one gives the same bits.
    public var seed: UInt64

    /// The confidence of every interval.
    static let confidence = 0.95

    /// Says how prompts are drawn.
    public init(resamples: Int = 10_000, seed: UInt64 = 0) {
        self.resamples = resamples
        self.seed = seed
    }
}

/// On how many prompts the policy from after won; a tie is half a win.
public struct PromptWins: Sendable, Equatable, Codable {
    /// Prompts on which it is better.
    public var wins: Int
    /// Prompts on which both are the same.
    public var ties: Int
    /// Prompts on which it is worse.
    public var losses: Int
    /// The share of wins.
    public var rate: Double
    /// The lower end of the share's 95 % Wilson interval.
    public var lower: Double
    /// The upper end of the share's 95 % Wilson interval.
    public var upper: Double

    /// Counts differences, larger better; those up to a rounding error are ties; nil without any.
    init?(_ differences: [Double], rounding: Double) {
        let counts = WinRate(
            wins: differences.count { $0 > rounding },
            ties: differences.count { $0.magnitude <= rounding },
            losses: differences.count { $0 < -rounding })
        guard let rate = counts.rate,
            let interval = counts.wilson(confidence: Resampling.confidence)
        else { return nil }
        (wins, ties, losses) = (counts.wins, counts.ties, counts.losses)
        self.rate = rate
        lower = interval.lower
        upper = interval.upper
    }
}

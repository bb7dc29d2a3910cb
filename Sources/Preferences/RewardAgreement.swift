/// Two candidates that a person compared, and what a reward says of them.
public struct JudgedPair: Sendable, Equatable {
    /// The reward of the left one minus that of the right one; larger is better.
    public var difference: Double
    /// What the person says.
    public var vote: Vote

    /// Holds a reward's difference and a person's vote.
    public init(difference: Double, vote: Vote) {
        self.difference = difference
        self.vote = vote
    }
}

/// How well a reward says what people say.
public struct RewardAgreement: Sendable, Equatable {
    /// Pairs with a finite difference.
    public var count: Int
    /// Pairs left out because the difference is not finite.
    public var nonFinite: Int
    /// The share of pairs that people decided which the reward decides alike; nil without any.
    ///
    /// A difference of 0 is wrong.
    public var withoutTies: Double?
    /// Wilson's 95 % interval of that share.
    public var interval: Interval?
    /// The share of all pairs that the reward decides alike, ties included; nil without any.
    ///
    /// The reward is tied up to `epsilon`, the smallest that makes this share largest
    /// (Deutsch et al., "Ties Matter", 2023).
    public var withTies: Double?
    /// The largest difference that counts as a tie of the reward.
    public var epsilon: Double
    /// The correlation of differences with votes (1 left, −1 right, 0 tie).
    public var correlation: Correlation

    /// Compares a reward with people; in any order of pairs.
    public init(_ pairs: [JudgedPair]) {
        let judged = pairs.filter(\.difference.isCountable)
            .sorted { ($0.difference, $0.vote.sign) < ($1.difference, $1.vote.sign) }
        count = judged.count
        nonFinite = pairs.count - judged.count
        let decided = judged.filter { $0.vote != .tie }
        let right = decided.count { $0.difference * $0.vote.sign > 0 }
        let rate = WinRate(wins: right, losses: decided.count - right)
        withoutTies = rate.rate
        interval = rate.wilson()
        (withTies, epsilon) = Self.calibrated(judged)
        correlation = Correlation(judged.map(\.difference), judged.map(\.vote.sign))
    }

    /// Raises epsilon from 0 over all differences and keeps the best.
    private static func calibrated(_ judged: [JudgedPair]) -> (Double?, Double) {
        guard !judged.isEmpty else { return (nil, 0) }
        let bySize = judged.sorted { $0.difference.magnitude < $1.difference.magnitude }
        var correct = judged.count { $0.difference * $0.vote.sign > 0 }
        var (best, epsilon) = (-1, 0.0)
        var index = 0
        var bound = 0.0
        while true {
            while index < bySize.count, bySize[index].difference.magnitude <= bound {
                if bySize[index].vote == .tie { correct += 1 }
                if bySize[index].difference * bySize[index].vote.sign > 0 { correct -= 1 }
                index += 1
            }
            if correct > best { (best, epsilon) = (correct, bound) }
            guard index < bySize.count else { break }
            bound = bySize[index].difference.magnitude
        }
        return (Double(best) / Double(judged.count), epsilon)
    }
}

extension Vote {
    /// 1 for the left one, −1 for the right one, 0 for neither.
    fileprivate var sign: Double {
        switch self {
        case .left: 1
        case .right: -1
        case .tie: 0
        }
    }
}

/// Which pair of a prompt it is, by numbers that two rankings share.
public struct PairIdentity: Sendable, Hashable {
    /// The prompt.
    public var prompt: Int64
    /// The winner; any number that is the same for the candidate in both rankings.
    public var winner: Int64
    /// The loser, likewise.
    public var loser: Int64

    /// Names a pair.
    public init(prompt: Int64, winner: Int64, loser: Int64) {
        self.prompt = prompt
        self.winner = winner
        self.loser = loser
    }
}

/// How the pairs of two rankings of the same prompts differ; every pair is in one count.
public struct RankingComparison: Sendable, Equatable, Encodable {
    /// Pairs in both.
    public var same = 0
    /// Pairs in both, but the winner of one is the loser of the other.
    public var reversed = 0
    /// Pairs of the first ranking whose prompt has pairs in both, none of them this.
    public var changedFirst = 0
    /// The same of the second ranking.
    public var changedSecond = 0
    /// Pairs of the first ranking whose prompt has none in the second.
    public var onlyFirst = 0
    /// Pairs of the second ranking whose prompt has none in the first.
    public var onlySecond = 0

    /// The share of all different pairs that are in both, turned or not; nil without pairs.
    public var overlap: Double? {
        let common = same + reversed
        let all = common + changedFirst + changedSecond + onlyFirst + onlySecond
        return all > 0 ? Double(common) / Double(all) : nil
    }

    /// Compares two rankings; in any order of pairs.
    public init(_ first: [PairIdentity], _ second: [PairIdentity]) {
        let (one, other) = (Set(first), Set(second))
        let prompts = (Set(first.map(\.prompt)), Set(second.map(\.prompt)))
        for pair in one {
            if other.contains(pair) {
                same += 1
            } else if other.contains(pair.turned) {
                reversed += 1
            } else if prompts.1.contains(pair.prompt) {
                changedFirst += 1
            } else {
                onlyFirst += 1
            }
        }
        for pair in other where !one.contains(pair) && !one.contains(pair.turned) {
            if prompts.0.contains(pair.prompt) {
                changedSecond += 1
            } else {
                onlySecond += 1
            }
        }
    }
}

extension PairIdentity {
    fileprivate var turned: PairIdentity {
        PairIdentity(prompt: prompt, winner: loser, loser: winner)
    }
}

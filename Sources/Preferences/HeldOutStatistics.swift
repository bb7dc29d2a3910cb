/// What a reward that is never ranked says of a ranking's pairs.
///
/// When rewards that are ranked rise and this one falls, the ranked ones are being played.
public struct HeldOutStatistics: Sendable, Equatable, Encodable {
    /// The reward's name.
    public var name: String
    /// The raw scores of all candidates that have one.
    public var scores: Distribution
    /// The raw scores of winners.
    public var winners: Distribution
    /// The raw scores of losers.
    public var losers: Distribution
    /// Pairs of which both members have a score.
    public var pairs: Int
    /// The share of these pairs whose winner it finds better, a tie being half; nil without pairs.
    public var winnerBetterShare: Double?

    /// Looks at the pairs of an outcome; `scores` are raw, by the candidates' places.
    public init(
        name: String, goal: RankRule.Goal, pairs outcome: [PreferencePair],
        candidates: [CandidateScores], scores: [Double?]
    ) {
        var known: [Member: Double] = [:]
        for (candidate, score) in zip(candidates, scores) {
            guard let score, score.isCountable else { continue }
            known[Member(prompt: candidate.prompt, ordinal: candidate.ordinal)] = score
        }
        let sign: Double = goal == .minimize ? -1 : 1
        var members: (winners: [Double], losers: [Double]) = ([], [])
        var better = 0.0
        for pair in outcome {
            guard let winner = known[Member(prompt: pair.prompt, ordinal: pair.winner)],
                let loser = known[Member(prompt: pair.prompt, ordinal: pair.loser)]
            else { continue }
            members.winners.append(winner)
            members.losers.append(loser)
            let difference = sign * (winner - loser)
            better += difference > 0 ? 1 : difference == 0 ? 0.5 : 0
        }
        self.name = name
        self.scores = Distribution(Array(known.values))
        winners = Distribution(members.winners)
        losers = Distribution(members.losers)
        pairs = members.winners.count
        winnerBetterShare = pairs > 0 ? better / Double(pairs) : nil
    }

    private struct Member: Hashable {
        var prompt: Int64
        var ordinal: Int
    }
}

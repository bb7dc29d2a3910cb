import Campaigns
import Postgres
public import Preferences
public import Scheduling

/// What a ranking says of its campaign as a whole, worked out anew from the stored scores.
public struct RankReport: Sendable, Encodable {
    /// Of pairs and ranked rewards.
    public var statistics: RankStatistics
    /// Of rewards that are scored and never ranked.
    public var heldOut: [HeldOutStatistics]
}

/// How two rankings of a campaign differ.
public struct RankDifference: Sendable, Encodable {
    /// Their stored pairs.
    public var pairs: RankingComparison
    /// The share of all different pairs that are in both, turned or not; nil without pairs.
    public var overlap: Double?
    /// How they order every two candidates of a prompt, worked out anew from the stored scores.
    public var order: OrderAgreement
}

extension Store {
    /// Gathers the statistics of a ranking; reads all scores of its campaign.
    public mutating func report(of ranking: TaskID) throws(StoreError) -> RankReport {
        let input = try readInput(of: ranking)
        let outcome = try input.outcome()
        do {
            let heldOut = input.heldOut.enumerated().map { index, reward in
                HeldOutStatistics(
                    name: reward.name, goal: RankRule.Dimension(reward).goal,
                    pairs: outcome.pairs, candidates: input.candidates,
                    scores: input.heldOutScores.map { $0[index] })
            }
            return RankReport(
                statistics: try RankStatistics(
                    outcome, candidates: input.candidates, rule: input.rule),
                heldOut: heldOut)
        } catch {
            throw .rank("campaign \(ranking.campaign) has no statistics: \(error)")
        }
    }

    /// Compares two rankings of one campaign; reads all its scores twice.
    public mutating func compare(
        _ first: TaskID, _ second: TaskID
    ) throws(StoreError) -> RankDifference {
        let orders = [
            try readInput(of: first).outcome().ranking,
            try readInput(of: second).outcome().ranking,
        ]
        let pairs = RankingComparison(try pairIdentities(first), try pairIdentities(second))
        do {
            return RankDifference(
                pairs: pairs, overlap: pairs.overlap,
                order: try OrderAgreement(orders[0], orders[1]))
        } catch {
            throw .rank("the rankings cannot be compared: \(error)")
        }
    }

    mutating func readInput(of ranking: TaskID) throws(StoreError) -> RankInput {
        try read { (connection) throws(StoreError) -> RankInput in
            try connection.readRankInput(ranking)
        }
    }

    private mutating func pairIdentities(
        _ ranking: TaskID
    ) throws(StoreError) -> [PairIdentity] {
        try run { (connection) throws(PostgresError) in
            var pairs: [PairIdentity] = []
            try connection.copyOut(
                """
                copy (
                    select prompt::bigint, winner_id, loser_id from pairs
                        where ranking_id = \(ranking.rawValue)
                ) to stdout (format binary)
                """
            ) { (row) throws(PostgresError) in
                pairs.append(
                    PairIdentity(
                        prompt: try row.readInt64(), winner: try row.readInt64(),
                        loser: try row.readInt64()))
            }
            return pairs
        }
    }
}

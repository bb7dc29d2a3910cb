public import Campaigns
import Postgres
public import Scheduling

/// What is the same for all pairs of a ranking, as a dataset tells it.
public struct ExportSource: Sendable {
    /// The campaign as it was last submitted.
    public var campaign: Campaign
    /// The ranked rewards, then those that are scored and never ranked.
    public var rewards: [Reward]
    /// How many of them are ranked.
    public var rankedCount: Int
    /// Names and versions of the engines that gave each reward's scores.
    public var engines: [[String]]
    /// The mean and deviation of each ranked reward's scores.
    public var statistics: [(mean: Double, deviation: Double)]
}

extension Store {
    /// The ranked rewards of a ranking with the held-out ones, and the campaign seed of each slot
    /// that is generated.
    public mutating func rewards(
        of ranking: RankingListing
    ) throws(StoreError) -> (rewards: [Reward], seeds: [Int: UInt64]) {
        let recipes = try connection.readRecipes(of: ranking.id.campaign)
        guard ranking.id.slot < recipes.count,
            let rule = recipes[ranking.id.slot].detail.ranking
        else { throw .notFound("ranking \(ranking.name) has no recipe any more") }
        let ranked = recipes[ranking.id.slot].detail.outputs
        let seeds = recipes.compactMap { recipe in
            recipe.kind == .generate ? recipe.detail.seed.map { (recipe.slot, $0) } : nil
        }
        return (
            ranked + recipes.heldOut(of: rule, beside: ranked),
            Dictionary(uniqueKeysWithValues: seeds)
        )
    }

    /// Reads what is the same for all pairs of a ranking; looks at all scores of the campaign.
    public mutating func exportSource(
        of ranking: RankingListing
    ) throws(StoreError) -> ExportSource {
        let campaign = ranking.id.campaign
        guard let row = try connection.readCampaign(campaign) else {
            throw .notFound("campaign \(campaign) is being deleted")
        }
        let recipes = try connection.readRecipes(of: campaign)
        guard ranking.id.slot < recipes.count,
            let rule = recipes[ranking.id.slot].detail.ranking
        else { throw .notFound("ranking \(ranking.name) has no recipe any more") }
        let ranked = recipes[ranking.id.slot].detail.outputs
        let rewards = ranked + recipes.heldOut(of: rule, beside: ranked)
        return ExportSource(
            campaign: row.campaign, rewards: rewards, rankedCount: ranked.count,
            engines: try engines(of: rewards, campaign, recipes),
            statistics: try statistics(of: ranking.id))
    }

    private mutating func engines(
        of rewards: [Reward], _ campaign: CampaignID, _ recipes: [SlotRecipe]
    ) throws(StoreError) -> [[String]] {
        let rows = try read { (connection) throws(StoreError) in
            try connection.storing { (connection) throws(PostgresError) in
                var rows: [(Int, String, String)] = []
                let found = try connection.query(
                    """
                    select distinct slot, output, engine from scores
                        where candidate_id >= campaign_first_task(\(campaign))
                        and candidate_id < campaign_first_task(\(campaign + 1))
                    """)
                for row in found {
                    let slot = Int(try row.value(0, as: Int16.self))
                    rows.append((slot, try row.value(1), try row.value(2)))
                }
                return rows
            }
        }
        return rewards.map { reward in
            Set(
                rows.filter { slot, output, _ in
                    slot < recipes.count && recipes[slot].name == reward.scorer
                        && output == reward.output
                }.map(\.2)
            ).sorted()
        }
    }

    private mutating func statistics(
        of ranking: TaskID
    ) throws(StoreError) -> [(mean: Double, deviation: Double)] {
        let text = try run { (connection) throws(PostgresError) in
            try connection.query(
                "select statistics from rankings where id = \(ranking.rawValue)"
            ).first?.value(0, as: String.self)
        }
        let stored = try JSONText.decode(
            [StoredStatistics].self, text ?? "[]", of: "ranking \(ranking.rawValue)")
        return stored.map { ($0.mean, $0.deviation) }
    }

    /// The raw scores of candidates, in the order of `rewards`; nil where there is none.
    public mutating func rawScores(
        of candidates: [TaskID], _ rewards: [Reward]
    ) throws(StoreError) -> [TaskID: [Double?]] {
        guard let campaign = candidates.first?.campaign else { return [:] }
        let recipes = try connection.readRecipes(of: campaign)
        var places: [[String: Int]] = recipes.map { _ in [:] }
        for recipe in recipes where recipe.kind == .score {
            for (index, reward) in rewards.enumerated() where reward.scorer == recipe.name {
                places[recipe.slot][reward.output] = index
            }
        }
        return try run { (connection) throws(PostgresError) in
            var scores: [TaskID: [Double?]] = [:]
            let rows = try connection.query(
                """
                select candidate_id, slot, output, value from scores
                    where candidate_id = any(\(candidates.map(\.rawValue)))
                """)
            for row in rows {
                let id = TaskID(rawValue: try row.value(0))
                let slot = Int(try row.value(1, as: Int16.self))
                guard slot < places.count,
                    let place = places[slot][try row.value(2, as: String.self)]
                else { continue }
                scores[id, default: rewards.map { _ in nil }][place] = try row.value(3)
            }
            return scores
        }
    }
}

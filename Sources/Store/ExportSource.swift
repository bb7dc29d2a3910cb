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
    /// Names and versions of the engines that generated the ranked candidates, each with the files
    /// of one of them.
    public var generators: [(engine: String, media: [Media])]
}

/// What the pairs of a ranking have in common by slot: how candidates were made and scored.
public struct ExportSlots: Sendable {
    /// The ranked rewards, then the held-out ones.
    public var rewards: [Reward]
    /// The campaign seed of each slot that is generated.
    public var seeds: [Int: UInt64]
    /// The adapter of each slot that is generated with one.
    public var adapters: [Int: String]
}

extension Store {
    /// The rewards of a ranking, and how the candidates of each slot are generated.
    public mutating func slots(of ranking: RankingListing) throws(StoreError) -> ExportSlots {
        let recipes = try connection.readRecipes(of: ranking.id.campaign)
        guard ranking.id.slot < recipes.count,
            let rule = recipes[ranking.id.slot].detail.ranking
        else { throw .notFound("ranking \(ranking.name) has no recipe any more") }
        let ranked = recipes[ranking.id.slot].detail.outputs
        let generated = recipes.filter { $0.kind == .generate }
        let seeds = generated.compactMap { recipe in recipe.detail.seed.map { (recipe.slot, $0) } }
        let adapters = generated.compactMap { recipe in
            recipe.detail.adapter.map { (recipe.slot, $0) }
        }
        return ExportSlots(
            rewards: ranked + recipes.heldOut(of: rule, beside: ranked),
            seeds: Dictionary(uniqueKeysWithValues: seeds),
            adapters: Dictionary(uniqueKeysWithValues: adapters))
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
            statistics: try statistics(of: ranking.id),
            generators: try generators(rule.over.compactMap { recipes[$0].source }, campaign))
    }

    /// The engines that generated candidates of these slots; ground truths are not generated.
    private mutating func generators(
        _ slots: [Int], _ campaign: CampaignID
    ) throws(StoreError) -> [(engine: String, media: [Media])] {
        let found = try run { (connection) throws(PostgresError) in
            var found: [(String, TaskID)] = []
            let rows = try connection.query(
                """
                select distinct on (c.engine) c.engine, c.id from candidates c
                    join recipes r on r.campaign_id = \(campaign) and r.slot = task_slot(c.id)
                    where c.id >= campaign_first_task(\(campaign))
                    and c.id < campaign_first_task(\(campaign + 1))
                    and r.kind = 'generate' and r.slot = any(\(slots.map { Int16($0) }))
                    order by c.engine, c.id
                """)
            for row in rows {
                found.append((try row.value(0), TaskID(rawValue: try row.value(1))))
            }
            return found
        }
        let media = try connection.readMedia(of: found.map(\.1))
        return found.map { (engine: $0.0, media: media[$0.1] ?? []) }
    }

    /// Names and versions of the engines that made candidates.
    public mutating func engines(
        of candidates: [TaskID]
    ) throws(StoreError) -> [TaskID: String] {
        try run { (connection) throws(PostgresError) in
            var engines: [TaskID: String] = [:]
            let rows = try connection.query(
                "select id, engine from candidates where id = any(\(candidates.map(\.rawValue)))")
            for row in rows { engines[TaskID(rawValue: try row.value(0))] = try row.value(1) }
            return engines
        }
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

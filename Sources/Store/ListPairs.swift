import Campaigns
public import Filters
import Postgres
public import Scheduling

/// One application of a ranking rule; times are microseconds since 1970.
public struct RankingListing: Hashable, Sendable {
    /// The task that made it.
    public var id: TaskID
    /// When.
    public var createdAt: Int64
    /// The recipe's hash.
    public var hash: String
    /// Whether the campaign file still asks for it.
    public var isCurrent: Bool
    /// Prompts ranked.
    public var prompts: Int
    /// Candidates that competed.
    public var candidates: Int
    /// The modalities, in the order of every pair's margins.
    public var modalities: [String]
    /// Pairs chosen.
    public var pairs: Int
    /// Candidates that could not compete.
    public var ineligible: Int
    /// Prompts that gave no pair, by reason.
    public var unpaired: [String: Int]
}

/// A winner and a loser for one prompt.
public struct PairListing: Hashable, Sendable {
    /// The prompt's number.
    public var number: Int32
    /// The prompt's key.
    public var prompt: String
    /// Its place among the prompt's pairs, from 1.
    public var place: Int16
    /// The winner.
    public var winner: TaskID
    /// The winner's ordinal; -1 for the ground truth.
    public var winnerOrdinal: Int16
    /// The loser.
    public var loser: TaskID
    /// The loser's ordinal; -1 for the ground truth.
    public var loserOrdinal: Int16
    /// The sum of the margins.
    public var margin: Double
    /// Winner minus loser in each modality of the ranking.
    public var margins: [Double]
}

/// One raw number of a candidate.
public struct ScoreListing: Hashable, Sendable {
    /// The campaign's name for it; nil when the campaign file no longer has it.
    public var dimension: String?
    /// The scorer.
    public var scorer: String
    /// The scorer's own name for it.
    public var output: String
    /// The number; nil when there is none.
    public var value: Double?
    /// Why there is none.
    public var reason: String?
    /// Name and version of the engine that made it.
    public var engine: String
}

/// What a filter of pairs may ask for.
func pairColumns(modalities: [String]) -> [FilteredColumn] {
    [
        FilteredColumn("prompt", .text, "q.key"),
        FilteredColumn("winner", .number(.none), "p.winner_id"),
        FilteredColumn("loser", .number(.none), "p.loser_id"),
        FilteredColumn("winner_ordinal", .number(.none), "w.ordinal"),
        FilteredColumn("loser_ordinal", .number(.none), "l.ordinal"),
        FilteredColumn("margin", .number(.none), "p.margin"),
    ]
        + modalities.enumerated().map { index, modality in
            FilteredColumn("margins.\(modality)", .number(.none), "p.margins[\(index + 1)]")
        }
}

extension Store {
    /// The ranking that the campaign file asks for, or else the newest; nil when there is none.
    public mutating func ranking(of campaign: CampaignID) throws(StoreError) -> RankingListing? {
        try run { (connection) throws(PostgresError) -> RankingListing? in
            let rows = try connection.query(
                """
                select k.id, k.created_at, k.hash, r.is_active, k.prompts, k.candidates,
                        k.modalities,
                        coalesce(
                            k.pair_count, (select count(*) from pairs where ranking_id = k.id)),
                        (select count(*) from ineligible where ranking_id = k.id)
                    from rankings k join recipes r
                        on r.campaign_id = k.campaign_id and r.slot = task_slot(k.id)
                    where k.campaign_id = \(campaign)
                    order by r.is_active desc, k.created_at desc limit 1
                """)
            guard let row = rows.first else { return nil }
            let id = try row.value(0, as: Int64.self)
            var unpaired: [String: Int] = [:]
            let reasons = try connection.query(
                "select reason, count(*) from unpaired where ranking_id = \(id) group by reason")
            for row in reasons { unpaired[try row.value(0)] = try row.value(1, as: Int.self) }
            return RankingListing(
                id: TaskID(rawValue: id),
                createdAt: try row.value(1, as: Timestamp.self).microseconds,
                hash: try row.value(2), isCurrent: try row.value(3), prompts: try row.value(4),
                candidates: try row.value(5), modalities: try row.value(6),
                pairs: try row.value(7), ineligible: try row.value(8), unpaired: unpaired)
        }
    }

    /// Lists the pairs of a ranking by prompt; the next page begins after the last one's place.
    public mutating func pairs(
        of ranking: RankingListing, _ filter: Filter? = nil,
        after: (number: Int32, place: Int16) = (-1, 0), limit: Int = 100
    ) throws(StoreError) -> [PairListing] {
        var text = Query.StringInterpolation(literalCapacity: 1000, interpolationCount: 6)
        text.appendLiteral(
            """
            select p.prompt, q.key, p.place, p.winner_id, w.ordinal, p.loser_id, l.ordinal,
                    p.margin, p.margins
                from pairs p
                join prompts q
                    on q.campaign_id = task_campaign(p.ranking_id) and q.number = p.prompt
                join recipes w on w.campaign_id = task_campaign(p.ranking_id)
                    and w.slot = task_slot(p.winner_id)
                join recipes l on l.campaign_id = task_campaign(p.ranking_id)
                    and l.slot = task_slot(p.loser_id)
                where p.ranking_id =
            """)
        text.appendInterpolation(ranking.id.rawValue)
        text.appendLiteral(" and (p.prompt, p.place) > (")
        text.appendInterpolation(after.number)
        text.appendLiteral(", ")
        text.appendInterpolation(after.place)
        text.appendLiteral(") and ")
        if let filter {
            text.appendCondition(filter, pairColumns(modalities: ranking.modalities))
        } else {
            text.appendLiteral("true")
        }
        text.appendLiteral(" order by p.prompt, p.place limit ")
        text.appendInterpolation(Int64(limit))
        let query = Query(stringInterpolation: text)
        return try run { (connection) throws(PostgresError) in
            var pairs: [PairListing] = []
            for row in try connection.query(query) {
                pairs.append(
                    PairListing(
                        number: try row.value(0), prompt: try row.value(1),
                        place: try row.value(2), winner: TaskID(rawValue: try row.value(3)),
                        winnerOrdinal: try row.value(4),
                        loser: TaskID(rawValue: try row.value(5)),
                        loserOrdinal: try row.value(6), margin: try row.value(7),
                        margins: try row.value(8)))
            }
            return pairs
        }
    }

    /// All scores of a candidate, by recipe and output.
    public mutating func scores(of candidate: TaskID) throws(StoreError) -> [ScoreListing] {
        let recipes = try connection.readRecipes(of: candidate.campaign)
        return try run { (connection) throws(PostgresError) in
            let rows = try connection.query(
                """
                select slot, output, value, reason, engine from scores
                    where candidate_id = \(candidate.rawValue) order by slot, output
                """)
            var scores: [ScoreListing] = []
            for row in rows {
                let slot = Int(try row.value(0, as: Int16.self))
                let output = try row.value(1, as: String.self)
                guard slot < recipes.count else { continue }
                let recipe = recipes[slot]
                let reward = recipe.detail.outputs.first { $0.output == output }
                scores.append(
                    ScoreListing(
                        dimension: recipe.isActive ? reward?.name : nil, scorer: recipe.name,
                        output: output, value: try row.value(2), reason: try row.value(3),
                        engine: try row.value(4)))
            }
            return scores
        }
    }
}

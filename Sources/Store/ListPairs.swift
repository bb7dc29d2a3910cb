import Campaigns
public import Filters
import Postgres
public import Scheduling

/// A winner and a loser for one prompt.
public struct PairListing: Hashable, Sendable {
    /// The prompt's number.
    public var number: Int32
    /// The prompt's key.
    public var prompt: String
    /// Its text.
    public var text: String
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
    /// How much it counts in training.
    public var weight: Double
    /// Whether its members are tied.
    public var isTie: Bool
    /// The guards that found something in it and let it count.
    public var warnings: [String]
    /// What the winner was compared by; empty in rankings of older programs.
    public var winnerStanding: Standing
    /// What the loser was compared by.
    public var loserStanding: Standing

    /// What a member was compared by.
    public struct Standing: Hashable, Sendable {
        /// Its total in each modality of the ranking.
        public var totals: [Double]
        /// Its normalised score in each ranked dimension.
        public var normalised: [Double]
    }
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
        FilteredColumn("weight", .number(.none), "p.weight"),
        FilteredColumn("is_tie", .truth, "p.is_tie"),
    ]
        + modalities.enumerated().map { index, modality in
            FilteredColumn("margins.\(modality)", .number(.none), "p.margins[\(index + 1)]")
        }
}

extension Store {
    /// Lists the pairs of a ranking by prompt; the next page begins after the last one's place.
    public mutating func pairs(
        of ranking: RankingListing, _ filter: Filter? = nil,
        after: (number: Int32, place: Int16) = (-1, 0), limit: Int = 100
    ) throws(StoreError) -> [PairListing] {
        var text = Query.StringInterpolation(literalCapacity: 1000, interpolationCount: 6)
        text.appendLiteral(
            """
            select p.prompt, q.key, p.place, p.winner_id, w.ordinal, p.loser_id, l.ordinal,
                    p.margin, p.margins, q.text, p.weight, p.is_tie, p.warnings, p.winner_totals,
                    p.winner_normalised, p.loser_totals, p.loser_normalised
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
            for row in try connection.query(query) { pairs.append(try pairListing(row)) }
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

private func pairListing(_ row: Row) throws(PostgresError) -> PairListing {
    PairListing(
        number: try row.value(0), prompt: try row.value(1), text: try row.value(9),
        place: try row.value(2), winner: TaskID(rawValue: try row.value(3)),
        winnerOrdinal: try row.value(4), loser: TaskID(rawValue: try row.value(5)),
        loserOrdinal: try row.value(6), margin: try row.value(7), margins: try row.value(8),
        weight: try row.value(10), isTie: try row.value(11), warnings: try row.value(12),
        winnerStanding: .init(totals: try row.value(13), normalised: try row.value(14)),
        loserStanding: .init(totals: try row.value(15), normalised: try row.value(16)))
}

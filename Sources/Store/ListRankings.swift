import Campaigns
import Postgres
public import Scheduling

/// One application of a ranking rule; times are microseconds since 1970.
public struct RankingListing: Hashable, Sendable {
    /// The task that made it, or would have.
    public var id: TaskID
    /// Its number within the campaign, from 1.
    public var number: Int32
    /// Its name within the campaign.
    public var name: String
    /// When it was made last.
    public var createdAt: Int64
    /// The recipe's hash.
    public var hash: String
    /// The program that made it.
    public var build: String
    /// Whether it is the campaign's current one.
    public var isCurrent: Bool
    /// Whether the campaign file asks for it.
    public var isOfFile: Bool
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
    /// What each guard found, as JSON.
    public var guards: String
    /// The rule as JSON, in the words of the campaign file.
    public var rule: String
}

extension Store {
    /// The campaign's current ranking; nil when there is none.
    ///
    /// It is the one that somebody chose, or that of the campaign file, or else the newest.
    public mutating func ranking(of campaign: CampaignID) throws(StoreError) -> RankingListing? {
        try rankings(of: campaign).first(where: \.isCurrent)
    }

    /// A campaign's rankings by number.
    public mutating func rankings(of campaign: CampaignID) throws(StoreError) -> [RankingListing] {
        let rows = try run { (connection) throws(PostgresError) in
            try connection.query(
                """
                select k.id, k.number, k.name, k.created_at, k.hash, k.build,
                        row_number() over (
                            order by (k.id = c.ranking_id) desc nulls last, r.is_active desc,
                                k.created_at desc) = 1,
                        r.is_active, k.prompts, k.candidates, k.modalities,
                        coalesce(
                            k.pair_count, (select count(*) from pairs where ranking_id = k.id)),
                        (select count(*) from ineligible where ranking_id = k.id),
                        coalesce((
                            select jsonb_object_agg(u.reason, u.count) from (
                                select reason, count(*) from unpaired where ranking_id = k.id
                                    group by reason) as u), '{}'),
                        k.guards, r.spec->'ranking'->'rule'
                    from rankings k
                    join campaigns c on c.id = k.campaign_id
                    join recipes r
                        on r.campaign_id = k.campaign_id and r.slot = task_slot(k.id)
                    where k.campaign_id = \(campaign)
                    order by k.number
                """)
        }
        var listings: [RankingListing] = []
        for row in rows {
            let unpaired = try run { (_) throws(PostgresError) in
                try row.value(13, as: String.self)
            }
            let counts = try JSONText.decode(
                [String: Int].self, unpaired, of: "a ranking of campaign \(campaign)")
            listings.append(
                try run { (_) throws(PostgresError) in
                    RankingListing(
                        id: TaskID(rawValue: try row.value(0)), number: try row.value(1),
                        name: try row.value(2),
                        createdAt: try row.value(3, as: Timestamp.self).microseconds,
                        hash: try row.value(4), build: try row.value(5),
                        isCurrent: try row.value(6), isOfFile: try row.value(7),
                        prompts: try row.value(8), candidates: try row.value(9),
                        modalities: try row.value(10), pairs: try row.value(11),
                        ineligible: try row.value(12), unpaired: counts,
                        guards: try row.value(14), rule: try row.value(15))
                })
        }
        return listings
    }

    /// Makes a ranking the campaign's current one; nil gives the choice back to its file.
    public mutating func choose(
        _ ranking: TaskID?, of campaign: CampaignID
    ) throws(StoreError) {
        try write { (connection) throws(StoreError) -> Void in
            try connection.storing { (connection) throws(PostgresError) in
                _ = try connection.execute(
                    """
                    update campaigns set ranking_id = \(ranking?.rawValue)
                        where id = \(campaign)
                    """)
            }
        }
    }
}

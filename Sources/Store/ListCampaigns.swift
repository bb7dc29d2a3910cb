import Postgres
public import Scheduling

/// A campaign, for listings; times are microseconds since 1970.
public struct CampaignListing: Hashable, Sendable {
    /// Its number.
    public var id: CampaignID
    /// Its name.
    public var name: String
    /// Its state.
    public var state: CampaignState
    /// Why, for a person; empty when it is plain.
    public var reason: String
    /// Higher goes first.
    public var priority: Int32
    /// Its share among campaigns of the same priority.
    public var weight: Double
    /// The labels of its file.
    public var labels: [String: String]
    /// What became of its tasks, when it has ended; nil for one that ended before that was kept.
    public var tally: CampaignTally?
    /// Pairs of its ranking; nil before there is one.
    public var pairs: Int?
    /// When it was first submitted.
    public var createdAt: Int64
    /// When it ended; nil while it has not.
    public var finishedAt: Int64?
}

/// Tasks of a campaign of one kind.
public struct KindCounts: Hashable, Sendable {
    /// What they do.
    public var kind: TaskKind
    /// How many the current campaign file implies.
    public var planned: Int
    /// How many rows there are by state, for active recipes and prompts.
    public var byState: [TaskState: Int]

    /// How many wait for a predecessor or for their turn.
    public var blocked: Int { planned - byState.values.reduce(0, +) }
}

/// The state of a task's row.
public enum TaskState: String, Hashable, Sendable, CaseIterable {
    /// Emitted. Can become: leased, completed, failed, cancelled.
    case available
    /// Its lease is remembered. Can become: available, completed, failed, cancelled.
    case leased
    /// Has its one result.
    case completed
    /// Attempts used up.
    case failed
    /// Its campaign was cancelled.
    case cancelled
}

extension Store {
    /// Lists campaigns by number; the next page begins after the last one's.
    public mutating func campaigns(
        after: CampaignID = 0, limit: Int = 100
    ) throws(StoreError) -> [CampaignListing] {
        try list(where: "c.id > \(after)", limit: limit)
    }

    /// One campaign; nil when there is none of that number, or it is being deleted.
    public mutating func campaign(
        numbered id: CampaignID
    ) throws(StoreError) -> CampaignListing? {
        try list(where: "c.id = \(id)", limit: 1).first
    }

    /// Throws unless the database answers.
    public mutating func ping() throws(StoreError) {
        try run { (connection) throws(PostgresError) in _ = try connection.query("select 1") }
    }

    /// The names of all campaigns but those that are being deleted.
    public mutating func campaignNames() throws(StoreError) -> [CampaignID: String] {
        try run { (connection) throws(PostgresError) in
            var names: [CampaignID: String] = [:]
            for row in try connection.query(
                "select id, name from campaigns where state <> 'deleting'")
            {
                names[try row.value(0)] = try row.value(1, as: String.self)
            }
            return names
        }
    }

    /// Finds a campaign by name, or by number when no name is like it; nil when there is none.
    public mutating func campaign(_ nameOrNumber: String) throws(StoreError) -> CampaignListing? {
        let named = try run { (connection) throws(PostgresError) in
            try connection.query("select id from campaigns where name = \(nameOrNumber)")
                .first?.value(0, as: CampaignID.self)
        }
        guard let id = named ?? CampaignID(nameOrNumber) else { return nil }
        return try list(where: "c.id = \(id)", limit: 1).first
    }

    /// How many prompts a campaign's file asks for.
    public mutating func promptCount(of campaign: CampaignID) throws(StoreError) -> Int {
        try run { (connection) throws(PostgresError) in
            try connection.query(
                "select count(*) from prompts where campaign_id = \(campaign) and is_active"
            ).first?.value(0) ?? 0
        }
    }

    /// The campaign as it was last submitted, as canonical JSON; nil when there is none.
    public mutating func campaignFile(_ id: CampaignID) throws(StoreError) -> String? {
        try connection.readCampaign(id)?.file
    }

    /// Counts a campaign's tasks, by kind in the order in which they depend on each other.
    public mutating func counts(of campaign: CampaignID) throws(StoreError) -> [KindCounts] {
        try read { (connection) throws(StoreError) -> [KindCounts] in
            let rows = try connection.storing { (connection) throws(PostgresError) in
                try connection.query(
                    """
                    with recipe as (
                        select slot, kind from recipes
                            where campaign_id = \(campaign) and is_active
                    ), retired as (
                        select number from prompts
                            where campaign_id = \(campaign) and not is_active
                    ), done as (
                        select task_slot(t.id) as slot, t.state, count(*) as number from tasks t
                            where t.id >= campaign_first_task(\(campaign))
                            and t.id < campaign_first_task(\(campaign + 1))
                            and not exists (
                                select from retired where number = task_prompt(t.id))
                            group by 1, 2
                    ), planned as (
                        select kind, sum(case when kind = 'rank' then 1 else (
                                select count(*) from prompts
                                    where campaign_id = \(campaign) and is_active
                            ) end)::bigint as number from recipe group by kind
                    )
                    select p.kind, p.number, d.state, sum(d.number)::bigint
                        from planned p left join recipe r on r.kind = p.kind
                        left join done d on d.slot = r.slot
                        group by p.kind, p.number, d.state order by p.kind, d.state
                    """)
            }
            return try connection.storing { (_) throws(PostgresError) in try kindCounts(rows) }
        }
    }

    private mutating func list(
        where condition: String, limit: Int
    ) throws(StoreError) -> [CampaignListing] {
        let rows = try run { (connection) throws(PostgresError) in
            try connection.query(
                """
                select c.id, c.name, c.state, c.reason, c.priority, c.weight, c.tally,
                        c.created_at, c.finished_at, c.spec->'labels',
                        (select coalesce(
                                k.pair_count,
                                (select count(*) from pairs where ranking_id = k.id))
                            from rankings k join recipes r
                                on r.campaign_id = k.campaign_id and r.slot = task_slot(k.id)
                            where k.campaign_id = c.id
                            order by r.is_active desc, k.created_at desc limit 1)
                    from campaigns c where \(unsafeSQL: condition) and c.state <> 'deleting'
                    order by c.id limit \(Int64(limit))
                """)
        }
        var campaigns: [CampaignListing] = []
        for row in rows { campaigns.append(try campaignListing(row)) }
        return campaigns
    }

    private mutating func campaignListing(_ row: Row) throws(StoreError) -> CampaignListing {
        let (listing, tally, labels) = try run {
            (_) throws(PostgresError) -> (CampaignListing, String?, String?) in
            let state = try row.value(2, as: String.self)
            let listing = CampaignListing(
                id: try row.value(0), name: try row.value(1),
                state: CampaignState(name: state) ?? .running, reason: try row.value(3),
                priority: try row.value(4), weight: try row.value(5), labels: [:], tally: nil,
                pairs: try row.value(10),
                createdAt: try row.value(7, as: Timestamp.self).microseconds,
                finishedAt: try row.value(8, as: Timestamp?.self)?.microseconds)
            return (listing, try row.value(6), try row.value(9))
        }
        var campaign = listing
        let place = "campaign '\(listing.name)'"
        if let tally {
            campaign.tally = try JSONText.decode(StoredTally.self, tally, of: place).tally
        }
        if let labels {
            campaign.labels =
                try JSONText.decode([String: String]?.self, labels, of: place) ?? [:]
        }
        return campaign
    }
}

/// Rows of kind, planned, state, count; a kind without tasks has no state.
private func kindCounts(_ rows: Rows) throws(PostgresError) -> [KindCounts] {
    var counts: [KindCounts] = []
    for row in rows {
        let (word, planned, state, number) = try row.values(
            String.self, Int.self, String?.self, Int?.self)
        guard let kind = TaskKind(name: word) else { continue }
        if counts.last?.kind != kind {
            counts.append(KindCounts(kind: kind, planned: planned, byState: [:]))
        }
        if let state = state.flatMap(TaskState.init), let number {
            counts[counts.count - 1].byState[state, default: 0] += number
        }
    }
    return counts
}

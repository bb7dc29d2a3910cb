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
    /// Prompts that the current campaign file has.
    public var prompts: Int
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

    /// The names of all campaigns.
    public mutating func campaignNames() throws(StoreError) -> [CampaignID: String] {
        try run { (connection) throws(PostgresError) in
            var names: [CampaignID: String] = [:]
            for row in try connection.query("select id, name from campaigns") {
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
        try run { (connection) throws(PostgresError) in
            let rows = try connection.query(
                """
                select c.id, c.name, c.state, c.reason, c.priority, c.weight,
                        (select count(*) from prompts p
                            where p.campaign_id = c.id and p.is_active),
                        c.created_at, c.finished_at
                    from campaigns c where \(unsafeSQL: condition)
                    order by c.id limit \(Int64(limit))
                """)
            var campaigns: [CampaignListing] = []
            for row in rows {
                let state = try row.value(2, as: String.self)
                campaigns.append(
                    CampaignListing(
                        id: try row.value(0), name: try row.value(1),
                        state: CampaignState(name: state) ?? .running, reason: try row.value(3),
                        priority: try row.value(4), weight: try row.value(5),
                        prompts: try row.value(6),
                        createdAt: try row.value(7, as: Timestamp.self).microseconds,
                        finishedAt: try row.value(8, as: Timestamp?.self)?.microseconds))
            }
            return campaigns
        }
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

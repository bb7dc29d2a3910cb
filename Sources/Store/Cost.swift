import Postgres
public import Scheduling

/// What the tasks of one model or scorer have used; seconds of a slot.
public struct CostListing: Hashable, Sendable {
    /// What they do.
    public var kind: TaskKind
    /// The model or scorer.
    public var name: String
    /// GPUs that each takes.
    public var gpus: Double
    /// Tasks that had an attempt which ended.
    public var tasks: Int
    /// Attempts that ended.
    public var attempts: Int
    /// Tasks with a result.
    public var completed: Int
    /// Of the attempts that made results.
    public var seconds: Double
    /// Of the attempts that did not, as far as their beginning was recorded.
    public var failedSeconds: Double
}

/// Failed tasks of which the error begins with the same line, but for paths and numbers.
public struct FailureGroup: Hashable, Sendable {
    /// What they do.
    public var kind: TaskKind
    /// The model or scorer.
    public var name: String
    /// The first line of the example's error.
    public var line: String
    /// How many lines there are that differ in paths and numbers.
    public var variants: Int
    /// How many there are.
    public var count: Int
    /// One of them.
    public var example: TaskID
    /// Failures of the example.
    public var failures: Int32
    /// Lost workers of the example.
    public var crashes: Int32
}

extension Store {
    /// What a campaign has used, by model or scorer in the order of the stages.
    public mutating func cost(of campaign: CampaignID) throws(StoreError) -> [CostListing] {
        let recipes = try connection.readRecipes(of: campaign)
        guard let row = try connection.readCampaign(campaign) else { return [] }
        var costs: [CostListing] = []
        let used = try read { (connection) throws(StoreError) in
            try connection.readUse(of: campaign, slots: recipes.count)
        }
        for recipe in recipes {
            let use = used[recipe.slot]
            let place = costs.firstIndex { $0.kind == recipe.kind && $0.name == recipe.name }
            let index = place ?? costs.count
            if place == nil {
                costs.append(
                    CostListing(
                        kind: recipe.kind, name: recipe.name, gpus: row.gpus(for: recipe.kind),
                        tasks: 0,
                        attempts: 0, completed: 0, seconds: 0, failedSeconds: 0))
            }
            costs[index].tasks += use.tasks
            costs[index].attempts += use.completed + use.failed
            costs[index].completed += use.completed
            costs[index].seconds += use.seconds
            costs[index].failedSeconds += use.failedSeconds
        }
        costs.sort { ($0.kind.rawValue, $0.name) < ($1.kind.rawValue, $1.name) }
        return costs.filter { $0.attempts > 0 }
    }

    /// The failed tasks of a campaign by the first line of their error, most frequent first; what
    /// names a file, a task or an amount in it makes no difference.
    public mutating func failures(
        of campaign: CampaignID, limit: Int = 20
    ) throws(StoreError) -> [FailureGroup] {
        try read { (connection) throws(StoreError) in
            try connection.storing { (connection) throws(PostgresError) in
                let rows = try connection.query(
                    """
                    with failed as (
                        select id, failures, crashes,
                                left(split_part(coalesce(error, ''), E'\\n', 1), 300) as line
                            from tasks where id >= campaign_first_task(\(campaign))
                            and id < campaign_first_task(\(campaign + 1)) and state = 'failed'
                            limit 20000
                    ), grouped as (
                        select r.kind, r.name, count(*) as number, min(f.id) as example,
                                count(distinct f.line) as variants,
                                (array_agg(f.line order by f.id))[1] as line
                            from failed f join recipes r
                                on r.campaign_id = \(campaign) and r.slot = task_slot(f.id)
                            group by 1, 2, regexp_replace(
                                regexp_replace(f.line, \(Self.path), '/', 'g'),
                                \(Self.number), '0', 'g')
                            order by 3 desc, 4 limit \(Int64(limit))
                    )
                    select g.kind, g.name, g.line, g.number, g.example, t.failures, t.crashes,
                            g.variants
                        from grouped g join tasks t on t.id = g.example
                        order by g.number desc, g.example
                    """)
                var groups: [FailureGroup] = []
                for row in rows {
                    groups.append(
                        FailureGroup(
                            kind: TaskKind(name: try row.value(0)) ?? .generate,
                            name: try row.value(1), line: try row.value(2),
                            variants: try row.value(7, as: Int.self),
                            count: try row.value(3, as: Int.self),
                            example: TaskID(rawValue: try row.value(4)),
                            failures: try row.value(5), crashes: try row.value(6)))
                }
                return groups
            }
        }
    }

    /// A path in an error, as a regular expression of Postgres.
    private static let path = #"/[^[:space:]:;,'"()]+"#
    /// A number, a hash or an address in memory.
    private static let number = "(0x)?[0-9a-f]*[0-9][0-9a-f]*([.][0-9]+)?"
}

/// What the tasks of one recipe have used.
private struct SlotUse {
    var tasks = 0
    var completed = 0
    var failed = 0
    var seconds = 0.0
    var failedSeconds = 0.0
}

extension Connection {
    fileprivate mutating func readUse(
        of campaign: CampaignID, slots: Int
    ) throws(StoreError) -> [SlotUse] {
        var use = [SlotUse](repeating: SlotUse(), count: slots)
        try storing { (connection) throws(PostgresError) in
            let results = try connection.query(
                """
                select task_slot(id), count(*) filter (where state = 'completed'),
                        coalesce(sum(duration_us), 0)::double precision / 1000000,
                        count(*) filter (where number > 0)
                    from tasks where id >= campaign_first_task(\(campaign))
                    and id < campaign_first_task(\(campaign + 1)) group by 1
                """)
            for row in results {
                let slot = Int(try row.value(0, as: Int16.self))
                guard slot < slots else { continue }
                use[slot].completed = try row.value(1, as: Int.self)
                use[slot].seconds = try row.value(2)
                use[slot].tasks = try row.value(3, as: Int.self)
            }
            // The result's own attempt has the task's duration, which is exact.
            let failures = try connection.query(
                """
                select task_slot(task_id), count(*),
                        coalesce(sum(extract(epoch from ended_at - started_at)), 0)
                            ::double precision
                    from attempts where task_id >= campaign_first_task(\(campaign))
                    and task_id < campaign_first_task(\(campaign + 1))
                    and outcome in ('failed', 'lost', 'returned', 'cancelled') group by 1
                """)
            for row in failures {
                let slot = Int(try row.value(0, as: Int16.self))
                guard slot < slots else { continue }
                use[slot].failed = try row.value(1, as: Int.self)
                use[slot].failedSeconds = try row.value(2)
            }
        }
        return use
    }
}

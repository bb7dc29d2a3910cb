public import Filters
import Postgres
public import Scheduling

/// A task's row with the words of its recipe and prompt; times are microseconds since 1970.
public struct TaskListing: Hashable, Sendable {
    /// The task.
    public var id: TaskID
    /// Its campaign's name.
    public var campaign: String
    /// What it does.
    public var kind: TaskKind
    /// The state of its row; a lease younger than a second is not in it.
    public var state: TaskState
    /// The model or scorer.
    public var name: String
    /// The prompt's key; nil for a task of the whole campaign.
    public var prompt: String?
    /// The candidate's place within its prompt; -1 for the ground truth.
    public var ordinal: Int32
    /// The attempt of the row's last change; number 0 when it never had one.
    public var attempt: Attempt
    /// Failures so far.
    public var failures: Int32
    /// Lost workers so far.
    public var crashes: Int32
    /// The identity of the worker that holds it, or held it last.
    public var worker: String?
    /// When it was emitted.
    public var createdAt: Int64
    /// When it may be leased again after a failure.
    public var availableAt: Int64?
    /// When it ended.
    public var finishedAt: Int64?
    /// Microseconds that the attempt with the result took.
    public var duration: Int64?
    /// Name and version of the engine that made the result.
    public var engine: String?
    /// What the last failure said.
    public var error: String?
}

/// An attempt worth remembering; times are microseconds since 1970.
public struct AttemptListing: Hashable, Sendable {
    /// Its fencing token.
    public var attempt: Attempt
    /// The identity of its worker; its number when the worker has no row.
    public var worker: String
    /// When it began; nil when it had no row before it ended.
    public var startedAt: Int64?
    /// When it ended; nil while it runs.
    public var endedAt: Int64?
    /// completed, failed, lost, returned or cancelled; nil while it runs.
    public var outcome: String?
    /// What happened.
    public var message: String
}

/// What a filter of tasks may ask for; the conditions on the task's own row come cheapest.
let taskColumns = [
    FilteredColumn("id", .number(.none), "t.id"),
    FilteredColumn("campaign", .text, "c.name"),
    FilteredColumn("kind", .word(TaskKind.allCases.map(\.description)), "t.kind"),
    FilteredColumn("name", .text, "r.name"),
    FilteredColumn("prompt", .text, "p.key"),
    FilteredColumn("ordinal", .number(.none), "r.ordinal"),
    FilteredColumn("state", .word(TaskState.allCases.map(\.rawValue)), "t.state"),
    FilteredColumn("attempt", .number(.none), "t.number"),
    FilteredColumn("worker", .text, "w.identity"),
    FilteredColumn("failures", .number(.none), "t.failures"),
    FilteredColumn("crashes", .number(.none), "t.crashes"),
    FilteredColumn("engine", .text, "t.engine"),
    FilteredColumn("error", .text, "t.error"),
    FilteredColumn("duration_ms", .number(.milliseconds), "t.duration_us / 1000.0"),
    FilteredColumn("duration", .number(.seconds), "t.duration_us / 1000000.0"),
    FilteredColumn("created_at", .time, "t.created_at"),
    FilteredColumn("available_at", .time, "t.available_at"),
    FilteredColumn("finished_at", .time, "t.finished_at"),
]

extension Store {
    /// Lists emitted tasks by number, of one campaign or of all; the next page begins after the
    /// last one's.
    ///
    /// A page costs what it returns, and what the filter passes over on the way.
    public mutating func tasks(
        of campaign: CampaignID? = nil, _ filter: Filter, after: TaskID? = nil, limit: Int = 100
    ) throws(StoreError) -> [TaskListing] {
        let first = campaign.map { Int64($0) << 40 } ?? 0
        let end = campaign.map { (Int64($0) + 1) << 40 } ?? .max
        return try listTasks(
            from: max(first, (after?.rawValue ?? -1) + 1), upTo: end, filter, limit)
    }

    /// One task and the attempts that are remembered of it; nil when it is not emitted.
    public mutating func task(
        _ id: TaskID
    ) throws(StoreError) -> (task: TaskListing, attempts: [AttemptListing])? {
        let found = try listTasks(from: id.rawValue, upTo: id.rawValue + 1, nil, 1)
        guard let task = found.first else { return nil }
        let attempts = try run { (connection) throws(PostgresError) in
            let rows = try connection.query(
                """
                select a.epoch, a.number, coalesce(w.identity, 'worker ' || a.worker_id),
                        a.started_at, a.ended_at, a.outcome, a.message
                    from attempts a left join workers w on w.id = a.worker_id
                    where a.task_id = \(id.rawValue) order by a.epoch, a.number
                """)
            var attempts: [AttemptListing] = []
            for row in rows {
                attempts.append(
                    AttemptListing(
                        attempt: Attempt(epoch: try row.value(0), number: try row.value(1)),
                        worker: try row.value(2),
                        startedAt: try row.value(3, as: Timestamp?.self)?.microseconds,
                        endedAt: try row.value(4, as: Timestamp?.self)?.microseconds,
                        outcome: try row.value(5), message: try row.value(6)))
            }
            return attempts
        }
        return (task, attempts)
    }

    /// What tasks of the same recipe need; nil when there is no such recipe.
    public mutating func taskClass(of task: TaskID) throws(StoreError) -> TaskClass? {
        let recipes = try connection.readRecipes(of: task.campaign)
        guard task.slot < recipes.count, let row = try connection.readCampaign(task.campaign)
        else { return nil }
        return row.taskClass(recipes[task.slot])
    }

    mutating func listTasks(
        from first: Int64, upTo end: Int64, _ filter: Filter?, _ limit: Int
    ) throws(StoreError) -> [TaskListing] {
        var text = Query.StringInterpolation(literalCapacity: 1000, interpolationCount: 8)
        text.appendLiteral(
            """
            select t.id, t.kind, t.state, r.name, p.key, r.ordinal::integer, t.epoch,
                    t.number, t.failures, t.crashes, w.identity, t.created_at,
                    t.available_at, t.finished_at, t.duration_us, t.engine, t.error, c.name
                from tasks t
                join campaigns c on c.id = task_campaign(t.id)
                join recipes r on r.campaign_id = c.id and r.slot = task_slot(t.id)
                left join prompts p on p.campaign_id = c.id and p.number = task_prompt(t.id)
                left join workers w on w.id = t.worker_id
                where c.state <> 'deleting' and t.id >=
            """)
        text.appendInterpolation(first)
        text.appendLiteral(" and t.id < ")
        text.appendInterpolation(end)
        text.appendLiteral(" and ")
        if let filter {
            text.appendCondition(filter, taskColumns)
        } else {
            text.appendLiteral("true")
        }
        text.appendLiteral(" order by t.id limit ")
        text.appendInterpolation(Int64(limit))
        let query = Query(stringInterpolation: text)
        return try run { (connection) throws(PostgresError) in
            var tasks: [TaskListing] = []
            for row in try connection.query(query) { tasks.append(try taskListing(row)) }
            return tasks
        }
    }
}

private func taskListing(_ row: Row) throws(PostgresError) -> TaskListing {
    let kind = try row.value(1, as: String.self)
    let state = try row.value(2, as: String.self)
    return TaskListing(
        id: TaskID(rawValue: try row.value(0)), campaign: try row.value(17),
        kind: TaskKind(name: kind) ?? .generate,
        state: TaskState(rawValue: state) ?? .available, name: try row.value(3),
        prompt: try row.value(4), ordinal: try row.value(5),
        attempt: Attempt(epoch: try row.value(6), number: try row.value(7)),
        failures: try row.value(8), crashes: try row.value(9), worker: try row.value(10),
        createdAt: try row.value(11, as: Timestamp.self).microseconds,
        availableAt: try row.value(12, as: Timestamp?.self)?.microseconds,
        finishedAt: try row.value(13, as: Timestamp?.self)?.microseconds,
        duration: try row.value(14), engine: try row.value(15), error: try row.value(16))
}

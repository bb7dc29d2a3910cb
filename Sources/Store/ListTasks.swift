import Postgres
public import Scheduling

/// A task's row with the words of its recipe and prompt; times are microseconds since 1970.
public struct TaskListing: Hashable, Sendable {
    /// The task.
    public var id: TaskID
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

/// Which tasks to list.
public struct TaskFilter: Hashable, Sendable {
    /// Of this campaign only.
    public var campaign: CampaignID?
    /// In this state only.
    public var state: TaskState?
    /// Of this kind only.
    public var kind: TaskKind?

    /// Makes a filter; nil lets everything pass.
    public init(campaign: CampaignID? = nil, state: TaskState? = nil, kind: TaskKind? = nil) {
        self.campaign = campaign
        self.state = state
        self.kind = kind
    }
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

extension Store {
    /// Lists emitted tasks by number; the next page begins after the last one's.
    public mutating func tasks(
        _ filter: TaskFilter = TaskFilter(), after: TaskID? = nil, limit: Int = 100
    ) throws(StoreError) -> [TaskListing] {
        let first = filter.campaign.map { Int64($0) << 40 } ?? 0
        let end = filter.campaign.map { (Int64($0) + 1) << 40 } ?? .max
        return try listTasks(
            from: max(first, (after?.rawValue ?? -1) + 1), upTo: end, filter, limit)
    }

    /// One task and the attempts that are remembered of it; nil when it is not emitted.
    public mutating func task(
        _ id: TaskID
    ) throws(StoreError) -> (task: TaskListing, attempts: [AttemptListing])? {
        let found = try listTasks(from: id.rawValue, upTo: id.rawValue + 1, TaskFilter(), 1)
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

    private mutating func listTasks(
        from first: Int64, upTo end: Int64, _ filter: TaskFilter, _ limit: Int
    ) throws(StoreError) -> [TaskListing] {
        try run { (connection) throws(PostgresError) in
            let rows = try connection.query(
                """
                select t.id, t.kind, t.state, r.name, p.key, r.ordinal::integer, t.epoch,
                        t.number, t.failures, t.crashes, w.identity, t.created_at,
                        t.available_at, t.finished_at, t.duration_us, t.engine, t.error
                    from (
                        select * from tasks where id >= \(first) and id < \(end)
                            and (\(filter.state?.rawValue)::task_state is null
                                or state = \(filter.state?.rawValue)::task_state)
                            and (\(filter.kind?.description)::task_kind is null
                                or kind = \(filter.kind?.description)::task_kind)
                            order by id limit \(Int64(limit))
                    ) t
                    join recipes r
                        on r.campaign_id = task_campaign(t.id) and r.slot = task_slot(t.id)
                    left join prompts p
                        on p.campaign_id = task_campaign(t.id) and p.number = task_prompt(t.id)
                    left join workers w on w.id = t.worker_id
                    order by t.id
                """)
            var tasks: [TaskListing] = []
            for row in rows { tasks.append(try taskListing(row)) }
            return tasks
        }
    }
}

private func taskListing(_ row: Row) throws(PostgresError) -> TaskListing {
    let kind = try row.value(1, as: String.self)
    let state = try row.value(2, as: String.self)
    return TaskListing(
        id: TaskID(rawValue: try row.value(0)), kind: TaskKind(name: kind) ?? .generate,
        state: TaskState(rawValue: state) ?? .available, name: try row.value(3),
        prompt: try row.value(4), ordinal: try row.value(5),
        attempt: Attempt(epoch: try row.value(6), number: try row.value(7)),
        failures: try row.value(8), crashes: try row.value(9), worker: try row.value(10),
        createdAt: try row.value(11, as: Timestamp.self).microseconds,
        availableAt: try row.value(12, as: Timestamp?.self)?.microseconds,
        finishedAt: try row.value(13, as: Timestamp?.self)?.microseconds,
        duration: try row.value(14), engine: try row.value(15), error: try row.value(16))
}

import Postgres
import Scheduling

/// How far each task of a campaign has come, in the planner's form.
struct StoredStages {
    /// Raw `Stage` of each task, prompt-major.
    var stages: [UInt8]
    /// Raw `Stage` of each slot's whole-campaign task.
    var whole: [UInt8]
    var open: [CampaignSnapshot.OpenTask] = []
    /// Whether a task was there that the campaign has no room for.
    private var stray: TaskID?

    private let width: Int

    init(prompts: Int, slots: Int) {
        stages = [UInt8](repeating: Stage.blocked.rawValue, count: prompts * slots)
        whole = [UInt8](repeating: Stage.blocked.rawValue, count: slots)
        width = slots
    }

    mutating func set(_ task: TaskID, _ stage: Stage) {
        let (prompt, slot) = (task.prompt, task.slot)
        if slot < width, prompt == TaskID.wholeCampaign {
            whole[slot] = stage.rawValue
        } else if slot < width, prompt * width + slot < stages.count {
            stages[prompt * width + slot] = stage.rawValue
        } else {
            stray = task
        }
    }

    func check() throws(StoreError) {
        guard let stray else { return }
        throw .unreadable("task \(stray.rawValue) belongs to no prompt or recipe of its campaign")
    }
}

extension Connection {
    /// Reads the stages of all tasks of a campaign.
    ///
    /// Most tasks have ended, so all are read as two numbers each, and more of the open ones.
    mutating func readStages(
        of campaign: CampaignID, prompts: Int, slots: Int
    ) throws(StoreError) -> StoredStages {
        var stored = StoredStages(prompts: prompts, slots: slots)
        var open: [Int64] = []
        try storing { (connection) throws(PostgresError) in
            try connection.copyOut(
                """
                copy (
                    select id, (case state when 'completed' then 2 when 'failed' then 3
                            when 'cancelled' then 4 else 1 end)::smallint
                        from tasks where id >= campaign_first_task(\(campaign))
                        and id < campaign_first_task(\(campaign + 1))
                ) to stdout (format binary)
                """
            ) { (row) throws(PostgresError) in
                let task = TaskID(rawValue: try row.readInt64())
                let stage = Stage(rawValue: UInt8(truncatingIfNeeded: try row.readInt16())) ?? .open
                stored.set(task, stage)
                if stage == .open { open.append(task.rawValue) }
            }
        }
        try stored.check()
        open.sort()
        var start = 0
        while start < open.count {
            let end = min(start + 10_000, open.count)
            stored.open += try readOpenTasks(Array(open[start..<end]))
            start = end
        }
        return stored
    }

    private mutating func readOpenTasks(
        _ ids: [Int64]
    ) throws(StoreError) -> [CampaignSnapshot.OpenTask] {
        try storing { (connection) throws(PostgresError) in
            let rows = try connection.query(
                """
                select t.id, t.epoch, t.number, t.failures, t.crashes,
                        (greatest(extract(epoch from t.available_at - now()), 0) * 1000)::bigint,
                        case when t.state = 'leased' then t.worker_id else 0 end,
                        f.epoch, f.number, r.withdrawn_epoch, r.withdrawn_number
                    from unnest(\(ids)) as o (id) join tasks t on t.id = o.id
                    left join recipes r on task_prompt(t.id) = \(Int32(TaskID.wholeCampaign))
                        and r.campaign_id = task_campaign(t.id) and r.slot = task_slot(t.id)
                    left join lateral (
                        select a.epoch, a.number from attempts a
                            where t.epoch > 0 and a.task_id = t.id and a.outcome = 'failed'
                            order by a.epoch desc, a.number desc limit 1
                    ) f on true
                    order by t.id
                """)
            var open: [CampaignSnapshot.OpenTask] = []
            for row in rows {
                let attempt = Attempt(epoch: try row.value(1), number: try row.value(2))
                open.append(
                    CampaignSnapshot.OpenTask(
                        task: TaskID(rawValue: try row.value(0)), attempt: attempt,
                        failures: try row.value(3), crashes: try row.value(4),
                        delay: try row.value(5, as: Int64?.self) ?? 0, holder: try row.value(6),
                        fence: try row.attempt(at: 7), withdrawn: try row.attempt(at: 9)))
            }
            return open
        }
    }

    /// Reads the files of candidates; one that has no row is left out.
    mutating func readMedia(of candidates: [TaskID]) throws(StoreError) -> [TaskID: [Media]] {
        var media: [TaskID: [Media]] = [:]
        // A candidate of several pairs is asked for once, or its files would come as often.
        let all = Set(candidates.map(\.rawValue)).sorted()
        var start = 0
        while start < all.count {
            let end = min(start + 10_000, all.count)
            let ids = Array(all[start..<end])
            start = end
            try storing { (connection) throws(PostgresError) in
                let rows = try connection.query(
                    """
                    select c.id, f.file->>'role', f.file->>'path', f.file->>'sha256'
                        from unnest(\(ids)) as i (id) join candidates c on c.id = i.id
                        left join lateral jsonb_array_elements(c.media)
                            with ordinality as f (file, place) on true
                        order by c.id, f.place
                    """)
                for row in rows {
                    let task = TaskID(rawValue: try row.value(0))
                    guard let role = try row.value(1, as: String?.self) else {
                        media[task] = []
                        continue
                    }
                    media[task, default: []].append(
                        Media(role: role, path: try row.value(2), sha256: try row.value(3)))
                }
            }
        }
        return media
    }
}

extension Postgres.Row {
    /// The attempt in two columns; epoch 0 and number 0 where they are null.
    fileprivate func attempt(at column: Int) throws(PostgresError) -> Attempt {
        Attempt(
            epoch: try value(column, as: Int32?.self) ?? 0,
            number: try value(column + 1, as: Int32?.self) ?? 0)
    }
}

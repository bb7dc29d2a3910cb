import Postgres
import Scheduling

/// What an operator's wish changes: tasks tried again, a campaign's tally, labels.
extension WriteBatch {
    mutating func addRetries(_ changes: Changes) {
        if !changes.withdrawn.isEmpty {
            var last = AttemptKeys()
            for withdrawn in changes.withdrawn { last.append(withdrawn.task, withdrawn.last) }
            add("delete from attempts where task_id = any(\(last.tasks))")
            add(
                "delete from tasks where id = any(\(last.tasks))", rows: last.tasks.count,
                "withdrawn tasks")
            add(
                """
                update recipes as r set withdrawn_epoch = w.epoch, withdrawn_number = w.number
                    from unnest(\(last.tasks), \(last.epochs), \(last.numbers))
                        as w (id, epoch, number)
                    where r.campaign_id = task_campaign(w.id) and r.slot = task_slot(w.id)
                """)
        }
        guard !changes.reopened.isEmpty else { return }
        var keys = AttemptKeys()
        for reopened in changes.reopened { keys.append(reopened.task, reopened.fence) }
        add(
            """
            update tasks as t set state = 'available', finished_at = null, available_at = null,
                failures = 0, crashes = 0, error = null, epoch = r.epoch, number = r.number
                from unnest(\(keys.tasks), \(keys.epochs), \(keys.numbers))
                    as r (id, epoch, number)
                where t.id = r.id and t.state in ('failed', 'cancelled')
            """, rows: keys.tasks.count, "reopened tasks")
    }

    mutating func add(labels change: LabelChange) throws(StoreError) {
        let labels = try JSONText.encode(change.labels).storable
        add("update workers set operator_labels = \(labels) where id = \(change.worker)")
    }
}

extension OperatorLabels {
    init(stored text: String, of worker: String) throws(StoreError) {
        self.init()
        if text == "{}" { return }
        self = try JSONText.decode(Self.self, text, of: "worker '\(worker)'")
    }
}

/// What became of a campaign's tasks, as its row keeps it.
struct StoredTally: Codable {
    var prompts: Int
    var kinds: [String: [String: Int]]

    private static let stages: [Stage] = [
        .blocked, .open, .completed, .failed, .cancelled, .skipped,
    ]

    init(_ tally: CampaignTally) {
        prompts = tally.prompts
        kinds = [:]
        for (kind, counts) in tally.kinds {
            var words: [String: Int] = [:]
            for stage in Self.stages where counts[stage] != 0 { words["\(stage)"] = counts[stage] }
            kinds["\(kind)"] = words
        }
    }

    var tally: CampaignTally {
        var tally = CampaignTally(prompts: prompts, kinds: [:])
        for (word, words) in kinds {
            guard let kind = TaskKind(name: word) else { continue }
            var counts = StageCounts()
            for stage in Self.stages { counts[stage] = words["\(stage)"] ?? 0 }
            tally.kinds[kind] = counts
        }
        return tally
    }
}

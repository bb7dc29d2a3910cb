import Postgres
public import Scheduling

extension Store {
    /// Reads everything a coordinator starts from, for the epoch it has won.
    ///
    /// Campaigns that have ended are left out. `candidateMedia` has the files of each candidate
    /// that has an open or blocked score.
    public mutating func snapshot() throws(StoreError) -> (
        snapshot: Snapshot, catalogs: [CampaignCatalog], candidateMedia: [TaskID: [Media]]
    ) {
        guard let epoch else { throw .notLeading }
        let (restored, workers) = try read {
            (connection) throws(StoreError) -> ([RestoredCampaign], [Snapshot.KnownWorker]) in
            var restored: [RestoredCampaign] = []
            for row in try connection.readLiveCampaigns() {
                restored.append(
                    try connection.restore(
                        row, prompts: try connection.readPrompts(of: row.id),
                        recipes: try connection.readRecipes(of: row.id)))
            }
            return (restored, try connection.readKnownWorkers())
        }
        var media: [TaskID: [Media]] = [:]
        for campaign in restored {
            campaigns[campaign.snapshot.plan.id] = RecipeTable(campaign.recipes)
            media.merge(campaign.media) { first, _ in first }
        }
        return (
            Snapshot(epoch: epoch, campaigns: restored.map(\.snapshot), workers: workers),
            restored.map(\.catalog), media
        )
    }

    /// Reads the files of candidates; one that does not exist is left out.
    public mutating func candidateMedia(
        of candidates: [TaskID]
    ) throws(StoreError) -> [TaskID: [Media]] {
        try connection.readMedia(of: candidates)
    }
}

/// A campaign as it is read back.
struct RestoredCampaign {
    var recipes: [SlotRecipe]
    var snapshot: CampaignSnapshot
    var catalog: CampaignCatalog
    var media: [TaskID: [Media]]
}

extension RestoredCampaign {
    /// Puts together what was read; by default no task has been emitted yet.
    init(
        _ row: CampaignRow, prompts: StoredPrompts, recipes: [SlotRecipe],
        stages: StoredStages? = nil
    ) throws(StoreError) {
        let plan = CampaignPlan(
            id: row.id, row.campaign, recipes: recipes, prompts: prompts.table.count,
            retired: prompts.retired)
        self.recipes = recipes
        snapshot =
            stages.map {
                CampaignSnapshot(
                    plan: plan, state: row.state, stages: $0.stages, whole: $0.whole, open: $0.open)
            } ?? CampaignSnapshot(plan: plan, state: row.state)
        snapshot.isKilled = row.isKilled
        catalog = try CampaignCatalog(
            id: row.id, campaign: row.campaign, recipes: recipes, prompts: prompts.table)
        media = [:]
    }
}

extension Connection {
    /// Reads back a campaign whose prompts and recipes are known.
    mutating func restore(
        _ row: CampaignRow, prompts: StoredPrompts, recipes: [SlotRecipe]
    ) throws(StoreError) -> RestoredCampaign {
        let stages = try readStages(
            of: row.id, prompts: prompts.table.count, slots: recipes.count)
        var restored = try RestoredCampaign(
            row, prompts: prompts, recipes: recipes, stages: stages)
        restored.media = try readMedia(of: restored.snapshot.unscoredCandidates)
        return restored
    }

    fileprivate mutating func readKnownWorkers() throws(StoreError) -> [Snapshot.KnownWorker] {
        let rows = try storing { (connection) throws(PostgresError) in
            try connection.query(
                """
                select id, identity, state in ('ready', 'draining'), is_cordoned, operator_labels
                    from workers order by id
                """)
        }
        var workers: [Snapshot.KnownWorker] = []
        for row in rows {
            let values = try storing { (_) throws(PostgresError) in
                try row.values(Int32.self, String.self, Bool.self, Bool.self, String.self)
            }
            workers.append(
                Snapshot.KnownWorker(
                    id: values.0, identity: values.1, wasAttached: values.2,
                    isCordoned: values.3,
                    labels: try OperatorLabels(stored: values.4, of: values.1)))
        }
        return workers
    }
}

extension CampaignSnapshot {
    /// The candidates that exist and have a score to come, if only after a retry.
    var unscoredCandidates: [TaskID] {
        let width = plan.slots.count
        var candidates: [TaskID] = []
        let scores = plan.slots.indices.filter { plan.slots[$0].source != nil }
        for prompt in 0..<plan.prompts {
            let row = prompt * width
            var found: [Int] = []
            for slot in scores where stages[row + slot] != Stage.completed.rawValue {
                guard let source = plan.slots[slot].source, !found.contains(source),
                    plan.slots[slot].isActive || stages[row + slot] == Stage.open.rawValue,
                    stages[row + source] == Stage.completed.rawValue
                else { continue }
                found.append(source)
            }
            for slot in found {
                candidates.append(TaskID(campaign: plan.id, prompt: prompt, slot: slot))
            }
        }
        return candidates
    }
}

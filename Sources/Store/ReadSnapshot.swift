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
                restored.append(try connection.restore(row))
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

extension Connection {
    mutating func restore(_ row: CampaignRow) throws(StoreError) -> RestoredCampaign {
        try restore(row, prompts: try readPrompts(of: row.id), isNew: false)
    }

    /// Reads back a campaign whose prompts have been read; a new one has no tasks to be read.
    mutating func restore(
        _ row: CampaignRow, prompts: StoredPrompts, isNew: Bool
    ) throws(StoreError) -> RestoredCampaign {
        let recipes = try readRecipes(of: row.id)
        let plan = CampaignPlan(
            id: row.id, row.campaign, recipes: recipes, prompts: prompts.table.count,
            retired: prompts.retired)
        var snapshot = CampaignSnapshot(plan: plan, state: row.state)
        if !isNew {
            let stored = try readStages(
                of: row.id, prompts: prompts.table.count, slots: recipes.count)
            snapshot = CampaignSnapshot(
                plan: plan, state: row.state, stages: stored.stages, whole: stored.whole,
                open: stored.open)
        }
        return RestoredCampaign(
            recipes: recipes, snapshot: snapshot,
            catalog: try CampaignCatalog(
                id: row.id, campaign: row.campaign, recipes: recipes, prompts: prompts.table),
            media: isNew ? [:] : try readMedia(of: snapshot.unscoredCandidates))
    }

    fileprivate mutating func readKnownWorkers() throws(StoreError) -> [Snapshot.KnownWorker] {
        try storing { (connection) throws(PostgresError) in
            let rows = try connection.query(
                """
                select id, identity, state in ('ready', 'draining'), is_cordoned
                    from workers order by id
                """)
            var workers: [Snapshot.KnownWorker] = []
            for row in rows {
                workers.append(
                    Snapshot.KnownWorker(
                        id: try row.value(0), identity: try row.value(1),
                        wasAttached: try row.value(2), isCordoned: try row.value(3)))
            }
            return workers
        }
    }
}

extension CampaignSnapshot {
    /// The candidates that exist and have a score to come.
    var unscoredCandidates: [TaskID] {
        let width = plan.slots.count
        var candidates: [TaskID] = []
        let scores = plan.slots.indices.filter { plan.slots[$0].source != nil }
        for prompt in 0..<plan.prompts {
            let row = prompt * width
            var found: [Int] = []
            for slot in scores where stages[row + slot] <= Stage.open.rawValue {
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

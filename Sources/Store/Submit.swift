public import Campaigns
import Postgres
public import Scheduling

/// What came of a submission.
public struct Submission: Sendable {
    /// The campaign's number.
    public var id: CampaignID
    /// Whether the name is new.
    public var created: Bool
    /// Whether it said nothing that was not known.
    public var unchanged: Bool
    /// What the campaign's tasks work on.
    public var catalog: CampaignCatalog
    /// What the machine is given.
    public var snapshot: CampaignSnapshot
    /// The files of candidates that have a score to come.
    public var candidateMedia: [TaskID: [Media]]
}

extension Store {
    /// Stores a campaign, new or changed; the same again changes nothing.
    ///
    /// Without `committing` it is not durable yet: its transaction stays open, so that the tasks
    /// that follow from it are committed with it by the next `apply`, be that one empty.
    /// Recipes and prompts are known by their content: those that are new get the next numbers,
    /// those that are no longer there become inactive, and come back under their old numbers.
    /// A completed campaign that has something to do again is running afterwards.
    ///
    /// Apply all changes before: a campaign that is not in the machine starts from the snapshot.
    /// Throws `conflict` when a campaign of that name was cancelled.
    public mutating func submit(
        _ campaign: Campaign, prompts: [Prompt], committing: Bool = true
    ) throws(StoreError) -> Submission {
        if connection.isInTransaction { try apply(Changes()) }
        let (submission, recipes) = try writeOpenly {
            (connection) throws(StoreError) -> (Submission, [SlotRecipe]) in
            let known = try connection.storeCampaign(campaign)
            if !known.created { try connection.allow(readingMuch) }
            let movedPrompts = try connection.storePrompts(prompts, of: known.id)
            let stored = try connection.readPrompts(of: known.id)
            let movedRecipes = try connection.storeRecipes(
                of: campaign, known.id, prompts: stored.runs)
            var restored = try connection.restore(
                CampaignRow(id: known.id, state: known.state, campaign: campaign),
                prompts: stored, isNew: known.created)
            if known.state == .completed,
                !CampaignPlanner(
                    restored.snapshot.plan, stages: restored.snapshot.stages,
                    whole: restored.snapshot.whole
                ).isComplete
            {
                restored.snapshot.state = .running
            }
            let unchanged = known.unchanged && !movedPrompts && !movedRecipes
            if !unchanged {
                try connection.noteSubmission(of: known.id, restored.snapshot.state, known.state)
            }
            let submission = Submission(
                id: known.id, created: known.created, unchanged: unchanged,
                catalog: restored.catalog, snapshot: restored.snapshot,
                candidateMedia: restored.media)
            if !known.created { try connection.allow(readingLittle) }
            return (submission, restored.recipes)
        }
        campaigns[submission.id] = RecipeTable(recipes)
        if committing { try apply(Changes()) }
        return submission
    }
}

/// The campaign's row before it was submitted.
private struct KnownCampaign {
    var id: CampaignID
    var state: CampaignState
    var created = false
    var unchanged = false
}

extension Connection {
    /// Writes the campaign's row, and locks it.
    fileprivate mutating func storeCampaign(
        _ campaign: Campaign
    ) throws(StoreError) -> KnownCampaign {
        let spec = campaign.canonicalJSON()
        let found = try storing { (connection) throws(PostgresError) in
            try connection.query(
                """
                select id, state, spec = \(spec)::jsonb from campaigns
                    where name = \(campaign.name) for update
                """
            ).first?.values(Int32.self, String.self, Bool.self)
        }
        guard let (id, word, same) = found else { return try insert(campaign, spec) }
        guard let state = CampaignState(name: word), state != .cancelled, state != .cancelling
        else {
            throw .conflict(
                "campaign '\(campaign.name)' is \(word) and cannot be taken up again; "
                    + "submit under another name")
        }
        if !same {
            try storing { (connection) throws(PostgresError) in
                try connection.execute(
                    """
                    update campaigns set spec = \(spec), weight = \(campaign.weight),
                        priority = \(Int32(clamping: campaign.priority)) where id = \(id)
                    """)
            }
        }
        return KnownCampaign(id: id, state: state, unchanged: same)
    }

    private mutating func insert(
        _ campaign: Campaign, _ spec: String
    ) throws(StoreError) -> KnownCampaign {
        let id = try storing { (connection) throws(PostgresError) in
            // Only the leader inserts, so the number is free.
            try connection.query(
                """
                insert into campaigns (id, name, priority, weight, spec)
                    select coalesce(max(id), 0) + 1, \(campaign.name),
                        \(Int32(clamping: campaign.priority)), \(campaign.weight), \(spec)
                        from campaigns
                    returning id
                """
            ).first?.value(0, as: Int32.self)
        }
        return KnownCampaign(id: id ?? 1, state: .running, created: true)
    }

    fileprivate mutating func noteSubmission(
        of id: CampaignID, _ state: CampaignState, _ before: CampaignState
    ) throws(StoreError) {
        try storing { (connection) throws(PostgresError) in
            if state != before {
                try connection.execute(
                    """
                    update campaigns set state = \(state.description), reason = '',
                        finished_at = null where id = \(id)
                    """)
            }
            try connection.execute(
                """
                insert into events (kind, campaign_id, state)
                    values ('campaign_submitted', \(id), \(state.description))
                """)
        }
    }
}

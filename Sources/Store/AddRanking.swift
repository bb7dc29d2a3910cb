public import Campaigns
import Postgres
public import Scheduling

extension Store {
    /// Gives a campaign another ranking rule beside that of its file, and returns its rank task.
    ///
    /// `campaign` is the campaign with the other rule; what is known by its content gets the
    /// number that it has. Nothing is ranked yet. Throws `conflict` when it asks for work besides
    /// ranking, and when the campaign has no reward to rank by.
    public mutating func addRanking(
        _ campaign: Campaign, to id: CampaignID
    ) throws(StoreError) -> TaskID {
        guard epoch != nil else { throw .notLeading }
        // What a submission has prepared has the next numbers.
        if !submitted.isEmpty { try apply(Changes()) }
        let known = try read { (connection) throws(StoreError) in
            (
                try connection.readRecipes(of: id), try connection.readActiveRuns(of: id)
            )
        }
        let (recipes, prompts) = known
        var slots: [String: Int] = [:]
        for recipe in recipes { slots[recipe.hash] = recipe.slot }
        let wanted = campaign.recipes()
        guard let rank = wanted.last, rank.kind == .rank else {
            throw .conflict("campaign '\(campaign.name)' has no reward to rank by")
        }
        guard let unknown = wanted.dropLast().first(where: { slots[$0.hash] == nil }) else {
            return try addRanking(rank, of: campaign, id, recipes, slots, prompts)
        }
        throw .conflict(
            "ranking by this rule needs \(unknown.kind.rawValue) tasks that the campaign has not "
                + "had (\(unknown.name)); submit the changed file, which runs what is missing")
    }

    private mutating func addRanking(
        _ rank: Recipe, of campaign: Campaign, _ id: CampaignID, _ recipes: [SlotRecipe],
        _ slots: [String: Int], _ prompts: [Int]
    ) throws(StoreError) -> TaskID {
        let hash = rank.hash(ofPrompts: prompts)
        let slot = slots[hash] ?? recipes.count
        let task = TaskID(campaign: id, prompt: TaskID.wholeCampaign, slot: slot)
        guard slot == recipes.count else { return task }
        guard slot < TaskID.slotLimit else {
            throw .conflict(
                "campaign '\(campaign.name)' has had \(slot) recipes over time, and no more fit; "
                    + "submit it under another name")
        }
        var batch = WriteBatch()
        let row = SlotRecipe(
            slot: slot, kind: .rank, name: rank.name, ordinal: rank.ordinal, hash: hash,
            source: nil, isActive: false,
            detail: batch.detail(of: rank, campaign, slots, prompts: prompts))
        try batch.addRows([row], of: id)
        submitted = batch
        try apply(Changes())
        campaigns[id] = nil
        return task
    }
}

extension Connection {
    /// First number and length of each run of prompts that the campaign's file has.
    mutating func readActiveRuns(of campaign: CampaignID) throws(StoreError) -> [Int] {
        try storing { (connection) throws(PostgresError) in
            let rows = try connection.query(
                """
                select min(number), count(*) from (
                    select number, number - row_number() over (order by number) as run
                        from prompts where campaign_id = \(campaign) and is_active
                ) as active group by run order by 1
                """)
            var runs: [Int] = []
            for row in rows { runs += [try row.value(0), try row.value(1)] }
            return runs
        }
    }
}

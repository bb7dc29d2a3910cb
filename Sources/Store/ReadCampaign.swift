import Campaigns
import Postgres
import Scheduling

/// A campaign's row.
struct CampaignRow {
    var id: CampaignID
    var state: CampaignState
    var campaign: Campaign
    var isKilled = false

    /// The campaign file with all defaults, as JSON.
    var file: String { campaign.canonicalJSON() }

    /// How many GPUs a task of a kind takes.
    func gpus(for kind: Scheduling.TaskKind) -> Double {
        campaign.request(for: kind.campaignKind).gpus
    }

    /// What the scheduler knows of the tasks of a recipe.
    func taskClass(_ recipe: SlotRecipe) -> TaskClass { TaskClass(recipe, in: campaign) }
}

/// A campaign's prompts, and which of them the prompts file no longer has.
struct StoredPrompts {
    var table = PromptTable()
    var retired: Set<Int> = []

    /// First number and length of each run of prompts that the file has.
    var runs: [Int] {
        if retired.isEmpty { return table.count == 0 ? [] : [0, table.count] }
        var runs: [Int] = []
        for number in 0..<table.count where !retired.contains(number) {
            if let first = runs.dropLast().last, let length = runs.last, first + length == number {
                runs[runs.count - 1] += 1
            } else {
                runs += [number, 1]
            }
        }
        return runs
    }
}

extension Connection {
    /// Campaigns that have not ended.
    mutating func readLiveCampaigns() throws(StoreError) -> [CampaignRow] {
        let rows = try storing { (connection) throws(PostgresError) in
            try connection.query(
                """
                select id, name, state, spec, is_killed from campaigns
                    where state not in ('cancelled', 'completed', 'deleting') order by id
                """)
        }
        var campaigns: [CampaignRow] = []
        for row in rows { campaigns.append(try readCampaign(row)) }
        return campaigns
    }

    /// One campaign; nil when there is none of that number.
    mutating func readCampaign(_ id: CampaignID) throws(StoreError) -> CampaignRow? {
        let rows = try storing { (connection) throws(PostgresError) in
            try connection.query(
                "select id, name, state, spec, is_killed from campaigns where id = \(id)")
        }
        guard let row = rows.first else { return nil }
        return try readCampaign(row)
    }

    private mutating func readCampaign(_ row: Row) throws(StoreError) -> CampaignRow {
        let (id, name, state, spec, isKilled) = try storing { (_) throws(PostgresError) in
            try row.values(Int32.self, String.self, String.self, String.self, Bool.self)
        }
        guard let state = CampaignState(name: state) else {
            throw .unreadable("campaign '\(name)' has the state '\(state)', which is not known")
        }
        do {
            return CampaignRow(
                id: id, state: state, campaign: try Campaign(canonicalJSON: spec),
                isKilled: isKilled)
        } catch {
            throw .unreadable("campaign '\(name)': \(error)")
        }
    }

    /// A campaign's recipes, by slot.
    mutating func readRecipes(of campaign: CampaignID) throws(StoreError) -> [SlotRecipe] {
        let rows = try storing { (connection) throws(PostgresError) in
            try connection.query(
                """
                select slot, kind, name, ordinal, hash, source_slot, is_active, spec
                    from recipes where campaign_id = \(campaign) order by slot
                """)
        }
        var recipes: [SlotRecipe] = []
        for row in rows {
            let values = try storing { (_) throws(PostgresError) in
                try row.values(
                    Int16.self, String.self, String.self, Int16.self, String.self, Int16?.self,
                    Bool.self, String.self)
            }
            let place = "recipe \(values.0) of campaign \(campaign)"
            guard let kind = Scheduling.TaskKind(name: values.1), Int(values.0) == recipes.count
            else {
                throw .unreadable("\(place) has kind '\(values.1)' or follows a gap")
            }
            recipes.append(
                SlotRecipe(
                    slot: Int(values.0), kind: kind, name: values.2, ordinal: Int(values.3),
                    hash: values.4, source: values.5.map(Int.init), isActive: values.6,
                    detail: try JSONText.decode(SlotRecipe.Detail.self, values.7, of: place)))
        }
        return recipes
    }

    /// All prompts of a campaign, by number; `note` is told the number and hash of each.
    mutating func readPrompts(
        of campaign: CampaignID, note: (Int, String) -> Void = { _, _ in }
    ) throws(StoreError) -> StoredPrompts {
        var prompts = StoredPrompts()
        try storing { (connection) throws(PostgresError) in
            try connection.copyOut(
                """
                copy (
                    select hash, is_active, key, text, ground_truth->>'video',
                            ground_truth->>'audio'
                        from prompts where campaign_id = \(campaign) order by number
                ) to stdout (format binary)
                """
            ) { (row) throws(PostgresError) in
                note(prompts.table.count, try row.readString())
                if try !row.readBool() { prompts.retired.insert(prompts.table.count) }
                prompts.table.append(
                    key: try row.readString(), text: try row.readString(),
                    video: try row.readOptionalString(), audio: try row.readOptionalString())
            }
        }
        return prompts
    }
}

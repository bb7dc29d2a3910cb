import Campaigns
import Postgres
import Scheduling

extension Connection {
    /// Makes a campaign's active recipes those of its file; returns whether that changed anything.
    ///
    /// `prompts` are the runs of active prompts, which are part of what a ranking is.
    mutating func storeRecipes(
        of campaign: Campaign, _ id: CampaignID, prompts: [Int]
    ) throws(StoreError) -> Bool {
        let known = try readRecipes(of: id)
        var slots: [String: Int] = [:]
        for recipe in known { slots[recipe.hash] = recipe.slot }
        var recipes = known
        for index in recipes.indices { recipes[index].isActive = false }
        for recipe in campaign.recipes() {
            let hash = try hash(of: recipe, prompts: prompts)
            let slot = slots[hash] ?? recipes.count
            // A score recipe names its candidate's, which comes before it.
            slots[hash] = slot
            slots[recipe.hash] = slot
            let row = SlotRecipe(
                slot: slot, kind: recipe.taskKind, name: recipe.name, ordinal: recipe.ordinal,
                hash: hash, source: recipe.of.flatMap { slots[$0] }, isActive: true,
                detail: detail(of: recipe, campaign, slots, prompts: prompts))
            if slot < recipes.count { recipes[slot] = row } else { recipes.append(row) }
        }
        guard recipes.count <= TaskID.slotLimit else {
            throw .conflict(
                "campaign '\(campaign.name)' has had \(recipes.count) recipes over time and at "
                    + "most \(TaskID.slotLimit) fit; submit under another name")
        }
        for recipe in recipes where recipe.slot >= known.count || recipe != known[recipe.slot] {
            try store(recipe, of: id)
        }
        return recipes != known
    }

    private mutating func store(
        _ recipe: SlotRecipe, of campaign: CampaignID
    ) throws(StoreError) {
        let spec = try JSONText.encode(recipe.detail)
        try storing { (connection) throws(PostgresError) in
            try connection.execute(
                """
                insert into recipes (campaign_id, slot, ordinal, source_slot, kind, is_active,
                        hash, name, spec)
                    values (\(campaign), \(Int16(recipe.slot)), \(Int16(recipe.ordinal)),
                        \(recipe.source.map { Int16($0) }), \(recipe.kind.description),
                        \(recipe.isActive), \(recipe.hash), \(recipe.name), \(spec))
                    on conflict (campaign_id, slot) do update set
                        is_active = excluded.is_active, spec = excluded.spec
                """)
        }
    }

    /// A ranking of other prompts is another ranking, so the prompts take part in its hash.
    private mutating func hash(
        of recipe: Recipe, prompts: [Int]
    ) throws(StoreError) -> String {
        guard recipe.kind == .rank else { return recipe.hash }
        let text = recipe.hash + prompts.map { " \($0)" }.joined()
        return try storing { (connection) throws(PostgresError) in
            try connection.query(
                "select left(encode(sha256(convert_to(\(text), 'UTF8')), 'hex'), 32)"
            ).first?.value(0) ?? ""
        }
    }

    private func detail(
        of recipe: Recipe, _ campaign: Campaign, _ slots: [String: Int], prompts: [Int]
    ) -> SlotRecipe.Detail {
        var detail = SlotRecipe.Detail(
            params: recipe.params, outputs: recipe.outputs, seed: recipe.seed)
        let adapter = campaign.generate.adapter
        if recipe.kind == .generate && adapter != "none" { detail.adapter = adapter }
        if recipe.kind == .rank {
            detail.ranking = SlotRecipe.Ranking(
                rule: campaign.rank, over: recipe.over.compactMap { slots[$0] }, prompts: prompts)
        }
        return detail
    }
}

import Campaigns
import Postgres
import Scheduling

extension WriteBatch {
    /// Makes a campaign's active recipes those of its file, and returns all of them by slot.
    ///
    /// `prompts` are the runs of active prompts, which are part of what a ranking is.
    mutating func addRecipes(
        of campaign: Campaign, _ id: CampaignID, prompts: [Int], known: [SlotRecipe]
    ) throws(StoreError) -> [SlotRecipe] {
        var slots: [String: Int] = [:]
        for recipe in known { slots[recipe.hash] = recipe.slot }
        var recipes = known
        for index in recipes.indices { recipes[index].isActive = false }
        for recipe in campaign.recipes() {
            let hash = recipe.kind == .rank ? recipe.hash(ofPrompts: prompts) : recipe.hash
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
        try addRows(recipes.filter { $0.slot >= known.count || $0 != known[$0.slot] }, of: id)
        return recipes
    }

    mutating func addRows(
        _ recipes: [SlotRecipe], of campaign: CampaignID
    ) throws(StoreError) {
        guard !recipes.isEmpty else { return }
        var specs: [String] = []
        for recipe in recipes { specs.append(try JSONText.encode(recipe.detail)) }
        add(
            """
            insert into recipes (campaign_id, slot, ordinal, source_slot, kind, is_active,
                    hash, name, spec)
                select \(campaign), r.slot, r.ordinal, r.source, r.kind::task_kind, r.is_active,
                        r.hash, r.name, r.spec::jsonb
                    from unnest(\(recipes.map { Int16($0.slot) }),
                        \(recipes.map { Int16($0.ordinal) }),
                        \(recipes.map { $0.source.map { Int16($0) } }),
                        \(recipes.map(\.kind.description)), \(recipes.map(\.isActive)),
                        \(recipes.map(\.hash)), \(recipes.map(\.name)), \(specs))
                        as r (slot, ordinal, source, kind, is_active, hash, name, spec)
                on conflict (campaign_id, slot) do update set
                    is_active = excluded.is_active, spec = excluded.spec
            """)
    }

    func detail(
        of recipe: Recipe, _ campaign: Campaign, _ slots: [String: Int], prompts: [Int]
    ) -> SlotRecipe.Detail {
        var detail = SlotRecipe.Detail(
            params: recipe.params, outputs: recipe.outputs, seed: recipe.seed)
        let adapter = campaign.generate.adapter
        if recipe.kind == .generate && adapter != "none" { detail.adapter = adapter }
        if recipe.kind == .rank {
            detail.ranking = SlotRecipe.Ranking(
                rule: campaign.rank, over: recipe.over.compactMap { slots[$0] }, prompts: prompts,
                onMissing: campaign.score.onMissing == .dropCandidate
                    ? nil : campaign.score.onMissing)
        }
        return detail
    }
}

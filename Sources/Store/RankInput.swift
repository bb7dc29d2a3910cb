import Campaigns
import Postgres
import Preferences
import Scheduling

/// Everything that a ranking is a function of, and what is reported beside it.
struct RankInput {
    var task: TaskID
    var hash: String
    var rule: RankRule
    /// The ranked rewards, in the order of the rule's dimensions.
    var ranked: [Reward]
    /// Rewards that are scored and never ranked.
    var heldOut: [Reward]
    var prompts = 0
    var candidates: [CandidateScores] = []
    /// The held-out scores of each candidate, in the order of `heldOut`.
    var heldOutScores: [[Double?]] = []
    /// Slot of each candidate ordinal.
    var slots: [Int: Int] = [:]
    /// Why a score has no value, by candidate and reward.
    var reasons: [ReasonKey: String] = [:]

    struct ReasonKey: Hashable {
        var candidate: TaskID
        var dimension: String
    }

    func candidate(_ prompt: Int64, _ ordinal: Int) -> TaskID {
        TaskID(campaign: task.campaign, prompt: Int(prompt), slot: slots[ordinal] ?? 0)
    }

    func outcome() throws(StoreError) -> RankOutcome {
        do {
            return try rank(candidates: candidates, rule: rule)
        } catch {
            throw .rank("campaign \(task.campaign) cannot be ranked: \(error)")
        }
    }
}

extension Connection {
    mutating func readRankInput(_ task: TaskID) throws(StoreError) -> RankInput {
        let recipes = try readRecipes(of: task.campaign)
        guard task.slot < recipes.count, let ranking = recipes[task.slot].detail.ranking else {
            throw .notFound("campaign \(task.campaign) has no rank task \(task.rawValue)")
        }
        let detail = recipes[task.slot].detail
        let heldOut = recipes.heldOut(of: ranking, beside: detail.outputs)
        var input = RankInput(
            task: task, hash: recipes[task.slot].hash,
            rule: RankRule(
                ranking.rule, rewards: detail.outputs,
                onMissing: ranking.onMissing ?? .dropCandidate, seed: detail.seed),
            ranked: detail.outputs, heldOut: heldOut)
        var grid = ScoreGrid(ranking, recipes, ranked: detail.outputs, heldOut: heldOut)
        input.slots = grid.slotOfOrdinal
        try readCandidates(of: task.campaign, into: &grid)
        try readScores(of: task.campaign, into: &grid, &input)
        grid.fill(&input, recipes)
        return input
    }

    private mutating func readCandidates(
        of campaign: CampaignID, into grid: inout ScoreGrid
    ) throws(StoreError) {
        try storing { (connection) throws(PostgresError) in
            try connection.copyOut(
                """
                copy (
                    select id, case when media <> '[]' then hashtextextended(
                                jsonb_path_query_array(media, '$[*].sha256')::text, 0) end
                        from candidates where id >= campaign_first_task(\(campaign))
                        and id < campaign_first_task(\(campaign + 1))
                ) to stdout (format binary)
                """
            ) { (row) throws(PostgresError) in
                grid.add(TaskID(rawValue: try row.readInt64()), try row.readOptionalInt64())
            }
        }
    }

    private mutating func readScores(
        of campaign: CampaignID, into grid: inout ScoreGrid, _ input: inout RankInput
    ) throws(StoreError) {
        let names = (input.ranked + input.heldOut).map(\.name)
        try storing { (connection) throws(PostgresError) in
            try connection.copyOut(
                """
                copy (
                    select candidate_id, slot, output, value, reason from scores
                        where candidate_id >= campaign_first_task(\(campaign))
                        and candidate_id < campaign_first_task(\(campaign + 1))
                ) to stdout (format binary)
                """
            ) { (row) throws(PostgresError) in
                let candidate = TaskID(rawValue: try row.readInt64())
                let slot = Int(try row.readInt16())
                let output = try row.readString()
                let value = try row.readOptionalDouble()
                let missing = grid.set(candidate, slot, output, value)
                guard value == nil, let reason = try row.readOptionalString() else { return }
                for index in missing {
                    input.reasons[.init(candidate: candidate, dimension: names[index])] = reason
                }
            }
        }
    }
}

extension [SlotRecipe] {
    /// The rewards of the same candidates that are scored and that a ranking does not rank.
    func heldOut(of ranking: SlotRecipe.Ranking, beside ranked: [Reward]) -> [Reward] {
        let sources = Set(ranking.over.compactMap { self[$0].source })
        var rewards: [Reward] = []
        for recipe in self where recipe.kind == .score && recipe.isActive {
            guard let source = recipe.source, sources.contains(source) else { continue }
            for reward in recipe.detail.outputs {
                let isKnown = (ranked + rewards).contains {
                    $0.scorer == reward.scorer && $0.output == reward.output
                        || $0.name == reward.name
                }
                if !isKnown { rewards.append(reward) }
            }
        }
        return rewards
    }
}

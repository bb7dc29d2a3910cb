import Campaigns
import Postgres
import Preferences
public import Scheduling

/// What a ranking found.
public struct RankSummary: Hashable, Sendable {
    /// The ranking, under the number of the task that made it.
    public var ranking: TaskID
    /// Prompts ranked.
    public var prompts: Int
    /// Candidates that competed.
    public var candidates: Int
    /// Candidates that could not, because a score is missing.
    public var ineligible: Int
    /// Pairs chosen.
    public var pairs: Int
    /// Prompts that gave no pair, by reason.
    public var unpaired: [String: Int]
    /// The share of winners that are ground truth, in 0...1; nil without pairs.
    public var groundTruthWinnerShare: Double?
}

extension Store {
    /// Ranks what a rank task names and stores the result; done again it replaces it.
    ///
    /// Rule, scores and prompts are those of the task's recipe, also when the campaign has been
    /// changed since.
    public mutating func rank(_ task: TaskID) throws(StoreError) -> RankSummary {
        let found = try read { (connection) throws(StoreError) -> RankInput in
            try connection.readRankInput(task)
        }
        let outcome: RankOutcome
        do {
            outcome = try Preferences.rank(candidates: found.candidates, rule: found.rule)
        } catch {
            throw .rank("campaign \(task.campaign) cannot be ranked: \(error)")
        }
        try write { (connection) throws(StoreError) in
            try connection.store(outcome, of: found)
        }
        var unpaired: [String: Int] = [:]
        for prompt in outcome.unpaired { unpaired[prompt.reason.rawValue, default: 0] += 1 }
        return RankSummary(
            ranking: task, prompts: found.prompts, candidates: outcome.ranking.count,
            ineligible: outcome.ineligible.count, pairs: outcome.pairs.count, unpaired: unpaired,
            groundTruthWinnerShare: outcome.groundTruthWinnerShare)
    }
}

/// Everything that a ranking is a function of.
struct RankInput {
    var task: TaskID
    var hash: String
    var rule: RankRule
    var prompts = 0
    var candidates: [CandidateScores] = []
    /// Slot of each candidate ordinal.
    var slots: [Int: Int] = [:]
    /// Why a score has no value, by candidate and dimension.
    var reasons: [ReasonKey: String] = [:]

    struct ReasonKey: Hashable {
        var candidate: TaskID
        var dimension: String
    }

    func candidate(_ prompt: Int64, _ ordinal: Int) -> TaskID {
        TaskID(campaign: task.campaign, prompt: Int(prompt), slot: slots[ordinal] ?? 0)
    }
}

extension Connection {
    fileprivate mutating func readRankInput(_ task: TaskID) throws(StoreError) -> RankInput {
        let recipes = try readRecipes(of: task.campaign)
        guard task.slot < recipes.count, let ranking = recipes[task.slot].detail.ranking else {
            throw .notFound("campaign \(task.campaign) has no rank task \(task.rawValue)")
        }
        let recipe = recipes[task.slot]
        var input = RankInput(
            task: task, hash: recipe.hash,
            rule: try RankRule(ranking.rule, rewards: recipe.detail.outputs))
        var grid = ScoreGrid(ranking, recipes, rewards: recipe.detail.outputs)
        input.slots = grid.slotOfOrdinal
        try readCandidates(of: task.campaign, into: &grid)
        try readScores(of: task.campaign, into: &grid, &input)
        (input.candidates, input.prompts) = grid.rows(recipes)
        return input
    }

    private mutating func readCandidates(
        of campaign: CampaignID, into grid: inout ScoreGrid
    ) throws(StoreError) {
        try storing { (connection) throws(PostgresError) in
            try connection.copyOut(
                """
                copy (
                    select id from candidates where id >= campaign_first_task(\(campaign))
                        and id < campaign_first_task(\(campaign + 1))
                ) to stdout (format binary)
                """
            ) { (row) throws(PostgresError) in
                grid.add(TaskID(rawValue: try row.readInt64()))
            }
        }
    }

    private mutating func readScores(
        of campaign: CampaignID, into grid: inout ScoreGrid, _ input: inout RankInput
    ) throws(StoreError) {
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
                let dimensions = grid.set(candidate, slot, output, value)
                guard value == nil, let reason = try row.readOptionalString() else { return }
                for dimension in dimensions {
                    let name = input.rule.dimensions[dimension].name
                    input.reasons[.init(candidate: candidate, dimension: name)] = reason
                }
            }
        }
    }
}

/// Scores by prompt, candidate and dimension, filled in whatever order the rows come.
private struct ScoreGrid {
    /// For each candidate slot, its column; -1 for slots whose candidates do not take part.
    private var columnOfSlot: [Int]
    private let slotOfColumn: [Int]
    /// For each score slot, the dimensions its outputs are.
    private var dimensionsOfSlot: [[(output: String, dimension: Int)]]
    private let dimensions: Int
    /// Which prompts take part.
    private var takesPart: [Bool]
    private let runs: [Int]
    private var values: [Double?]
    private var exists: [Bool]
    let slotOfOrdinal: [Int: Int]

    init(_ ranking: SlotRecipe.Ranking, _ recipes: [SlotRecipe], rewards: [Reward]) {
        dimensions = rewards.count
        columnOfSlot = Array(repeating: -1, count: recipes.count)
        dimensionsOfSlot = Array(repeating: [], count: recipes.count)
        var columns: [Int] = []
        var ordinals: [Int: Int] = [:]
        for slot in ranking.over {
            guard let source = recipes[slot].source else { continue }
            if columnOfSlot[source] < 0 {
                columnOfSlot[source] = columns.count
                columns.append(source)
                ordinals[recipes[source].ordinal] = source
            }
            for (index, reward) in rewards.enumerated() where reward.scorer == recipes[slot].name {
                dimensionsOfSlot[slot].append((reward.output, index))
            }
        }
        slotOfColumn = columns
        slotOfOrdinal = ordinals
        runs = ranking.prompts
        let last = runs.count >= 2 ? runs[runs.count - 2] + runs[runs.count - 1] : 0
        takesPart = Array(repeating: false, count: last)
        for index in stride(from: 0, to: runs.count - 1, by: 2) {
            for prompt in runs[index]..<(runs[index] + runs[index + 1]) { takesPart[prompt] = true }
        }
        values = Array(repeating: nil, count: last * columns.count * dimensions)
        exists = Array(repeating: false, count: last * columns.count)
    }

    /// Where a candidate's row is; nil when it takes no part.
    private func row(of candidate: TaskID) -> Int? {
        let (prompt, slot) = (candidate.prompt, candidate.slot)
        guard prompt < takesPart.count, takesPart[prompt], slot < columnOfSlot.count,
            columnOfSlot[slot] >= 0
        else { return nil }
        return prompt * slotOfColumn.count + columnOfSlot[slot]
    }

    mutating func add(_ candidate: TaskID) {
        if let row = row(of: candidate) { exists[row] = true }
    }

    /// Enters a score and returns which dimensions it is; none when it takes no part.
    mutating func set(
        _ candidate: TaskID, _ slot: Int, _ output: String, _ value: Double?
    ) -> [Int] {
        guard let row = row(of: candidate), slot < dimensionsOfSlot.count else { return [] }
        var missing: [Int] = []
        for entry in dimensionsOfSlot[slot] where entry.output == output {
            values[row * dimensions + entry.dimension] = value
            if value == nil { missing.append(entry.dimension) }
        }
        return missing
    }

    /// The candidates that exist, and how many prompts take part.
    func rows(_ recipes: [SlotRecipe]) -> (candidates: [CandidateScores], prompts: Int) {
        var rows: [CandidateScores] = []
        rows.reserveCapacity(exists.count)
        for prompt in takesPart.indices where takesPart[prompt] {
            for (column, slot) in slotOfColumn.enumerated() {
                let row = prompt * slotOfColumn.count + column
                guard exists[row] else { continue }
                rows.append(
                    CandidateScores(
                        prompt: Int64(prompt), ordinal: recipes[slot].ordinal,
                        isGroundTruth: recipes[slot].kind == .ingest,
                        scores: Array(values[row * dimensions..<(row + 1) * dimensions])))
            }
        }
        return (rows, takesPart.count { $0 })
    }
}

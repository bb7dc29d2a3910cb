import Campaigns
import Preferences
import Scheduling

/// Scores by prompt, candidate and reward, filled in whatever order the rows come.
struct ScoreGrid {
    /// For each candidate slot, its column; -1 for slots whose candidates do not take part.
    private var columnOfSlot: [Int]
    private let slotOfColumn: [Int]
    /// For each score slot, the rewards its outputs are.
    private var rewardsOfSlot: [[(output: String, reward: Int)]]
    /// The ranked rewards, then the held-out ones.
    private let rewards: [Reward]
    private let rankedCount: Int
    /// Which prompts take part.
    private var takesPart: [Bool]
    private var values: [Double?]
    private var exists: [Bool]
    private var contents: [Int64?]
    let slotOfOrdinal: [Int: Int]

    init(
        _ ranking: SlotRecipe.Ranking, _ recipes: [SlotRecipe], ranked: [Reward],
        heldOut: [Reward]
    ) {
        rewards = ranked + heldOut
        rankedCount = ranked.count
        columnOfSlot = Array(repeating: -1, count: recipes.count)
        var columns: [Int] = []
        var ordinals: [Int: Int] = [:]
        for slot in ranking.over {
            guard let source = recipes[slot].source, columnOfSlot[source] < 0 else { continue }
            columnOfSlot[source] = columns.count
            columns.append(source)
            ordinals[recipes[source].ordinal] = source
        }
        let over = Set(ranking.over)
        rewardsOfSlot = recipes.map { recipe in
            guard let source = recipe.source, columns.contains(source) else { return [] }
            return (ranked + heldOut).enumerated().compactMap { index, reward in
                // A held-out score is of any recipe, a ranked one of those that the ranking names.
                guard reward.scorer == recipe.name,
                    index < ranked.count ? over.contains(recipe.slot) : recipe.isActive
                else { return nil }
                return (reward.output, index)
            }
        }
        slotOfColumn = columns
        slotOfOrdinal = ordinals
        let runs = ranking.prompts
        let last = runs.count >= 2 ? runs[runs.count - 2] + runs[runs.count - 1] : 0
        takesPart = Array(repeating: false, count: last)
        for index in stride(from: 0, to: runs.count - 1, by: 2) {
            for prompt in runs[index]..<(runs[index] + runs[index + 1]) { takesPart[prompt] = true }
        }
        values = Array(repeating: nil, count: last * columns.count * rewards.count)
        exists = Array(repeating: false, count: last * columns.count)
        contents = Array(repeating: nil, count: last * columns.count)
    }

    /// Where a candidate's row is; nil when it takes no part.
    private func row(of candidate: TaskID) -> Int? {
        let (prompt, slot) = (candidate.prompt, candidate.slot)
        guard prompt < takesPart.count, takesPart[prompt], slot < columnOfSlot.count,
            columnOfSlot[slot] >= 0
        else { return nil }
        return prompt * slotOfColumn.count + columnOfSlot[slot]
    }

    /// Enters a candidate and the hash of its files.
    mutating func add(_ candidate: TaskID, _ content: Int64?) {
        guard let row = row(of: candidate) else { return }
        exists[row] = true
        contents[row] = content
    }

    /// Enters a score and returns for which rewards it is missing.
    mutating func set(
        _ candidate: TaskID, _ slot: Int, _ output: String, _ value: Double?
    ) -> [Int] {
        guard let row = row(of: candidate), slot < rewardsOfSlot.count else { return [] }
        var missing: [Int] = []
        for entry in rewardsOfSlot[slot] where entry.output == output {
            values[row * rewards.count + entry.reward] = value
            if value == nil { missing.append(entry.reward) }
        }
        return missing
    }

    /// Hands out the candidates that exist, and how many prompts take part.
    func fill(_ input: inout RankInput, _ recipes: [SlotRecipe]) {
        input.prompts = takesPart.count { $0 }
        input.candidates.reserveCapacity(exists.count)
        let side = SideOutputs(rewards)
        let policy = recipes.last { $0.kind == .generate && $0.isActive }?.model
        let foreign = slotOfColumn.map { policy != nil && recipes[$0].model != policy }
        for prompt in takesPart.indices where takesPart[prompt] {
            for (column, slot) in slotOfColumn.enumerated() {
                let row = prompt * slotOfColumn.count + column
                guard exists[row] else { continue }
                let start = row * rewards.count
                let own = values[start..<start + rewards.count]
                var known = side.values(own)
                known.content = contents[row].map { UInt64(bitPattern: $0) }
                known.isOffPolicy = foreign[column]
                input.candidates.append(
                    CandidateScores(
                        prompt: Int64(prompt), ordinal: recipes[slot].ordinal,
                        isGroundTruth: recipes[slot].kind == .ingest,
                        scores: Array(own.prefix(rankedCount)), side: known))
                if rewards.count > rankedCount {
                    input.heldOutScores.append(Array(own.dropFirst(rankedCount)))
                }
            }
        }
    }
}

/// Which outputs of scorers say what guards and statistics look at, whatever the rewards' names.
private struct SideOutputs {
    private let duration: Int?
    private let motion: Int?
    private let silence: Int?
    /// The halves of the perceptual hash.
    private let hash: (high: Int, low: Int)?

    init(_ rewards: [Reward]) {
        func place(_ output: String) -> Int? { rewards.firstIndex { $0.output == output } }
        duration = place("duration")
        motion = place("motion")
        silence = place("silence")
        let hashes = Campaign.Rank.Guard.Hash.allCases.compactMap { hash -> (Int, Int)? in
            guard let high = place("\(hash)_high"), let low = place("\(hash)_low") else {
                return nil
            }
            return (high, low)
        }
        hash = hashes.first
    }

    func values(_ scores: ArraySlice<Double?>) -> SideValues {
        func value(_ place: Int?) -> Double? { place.flatMap { scores[scores.startIndex + $0] } }
        let high = value(hash?.high).flatMap { UInt32(exactly: $0) }
        let low = value(hash?.low).flatMap { UInt32(exactly: $0) }
        let bits = high.flatMap { high in low.map { UInt64(high) << 32 | UInt64($0) } }
        return SideValues(
            duration: value(duration), motion: value(motion), silence: value(silence),
            perceptualHash: bits)
    }
}

import Campaigns
import Scheduling

/// A recipe under the number that it has in its campaign, as its row keeps it.
struct SlotRecipe: Sendable, Equatable {
    var slot: Int
    var kind: Scheduling.TaskKind
    /// The model or scorer.
    var name: String
    /// The candidate's place within its prompt; -1 for the ground truth.
    var ordinal: Int
    /// What decides whether a submitted recipe is this one.
    var hash: String
    /// The slot whose candidate it scores.
    var source: Int?
    /// Whether the current campaign file asks for it.
    var isActive: Bool
    var detail: Detail

    /// What only the task itself needs; kept as JSON.
    struct Detail: Sendable, Equatable, Codable {
        /// The adapter over the model; nil for none.
        var adapter: String?
        var params: [String: Scalar] = [:]
        /// The rewards that a score task answers, or that are ranked.
        var outputs: [Reward] = []
        /// The seed from which the candidates' own are derived.
        var seed: UInt64?
        /// How it ranks, which scores, and of which prompts.
        var ranking: Ranking?
    }

    /// What a rank task reads; with the rule it decides all of its result.
    struct Ranking: Sendable, Equatable, Codable {
        var rule: Campaign.Rank
        /// The slots of the score recipes.
        var over: [Int]
        /// First prompt and number of prompts of each run of consecutive ones.
        var prompts: [Int]
        /// What a missing score does; nil where it was stored before there was a choice.
        var onMissing: Campaign.Score.OnMissing?
    }

    /// The weights that an engine must have loaded; empty for none.
    var model: String {
        switch kind {
        // A training reads its weights itself, in its own precision.
        case .rank, .train, .evaluate: ""
        case .generate, .ingest, .score: detail.adapter.map { "\(name)+\($0)" } ?? name
        }
    }

    /// The scorer's outputs that are asked for, each once.
    var outputs: [String] {
        guard kind == .score else { return [] }
        var names: [String] = []
        for reward in detail.outputs where !names.contains(reward.output) {
            names.append(reward.output)
        }
        return names
    }
}

/// The recipes of a campaign, by slot.
struct RecipeTable: Sendable {
    var recipes: [SlotRecipe]
    /// The outputs each slot is asked for.
    let outputs: [[String]]

    init(_ recipes: [SlotRecipe]) {
        self.recipes = recipes
        outputs = recipes.map(\.outputs)
    }
}

extension Recipe {
    /// The same kind in the scheduler's word.
    var taskKind: Scheduling.TaskKind {
        switch kind {
        case .ingest: .ingest
        case .generate: .generate
        case .score: .score
        case .rank: .rank
        case .train: .train
        case .evaluate: .evaluate
        }
    }
}

extension Scheduling.TaskKind {
    /// The same kind in the campaign file's word.
    var campaignKind: Campaigns.TaskKind {
        switch self {
        case .ingest: .ingest
        case .generate: .generate
        case .score: .score
        case .rank: .rank
        case .train: .train
        case .evaluate: .evaluate
        }
    }
}

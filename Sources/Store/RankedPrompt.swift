public import Campaigns
import Postgres
public import Preferences
public import Scheduling

/// Everything that there is to say of one prompt in a ranking.
public struct RankedPrompt: Sendable {
    /// The prompt's number within its campaign.
    public var number: Int32
    /// Its key.
    public var key: String
    /// Its text.
    public var text: String
    /// Whether the ranking speaks of it.
    public var isRanked: Bool
    /// The ranked rewards, in the order of the rule's dimensions.
    public var ranked: [Reward]
    /// Rewards that are scored and never ranked.
    public var heldOut: [Reward]
    /// The candidates that there are to be, by ordinal, and the tasks that make them.
    public var candidates: [(ordinal: Int, task: TaskID)]
    /// The prompt's tasks that have begun.
    public var tasks: [TaskListing]
    /// What is stored of the candidates that exist.
    public var scores: [CandidateScores]
    /// The held-out scores, in the same order.
    public var heldOutScores: [[Double?]]
    /// Why a score has no value, by candidate and reward.
    public var reasons: [TaskID: [String: String]]
    /// How the candidates were ranked and paired; nil when none exists, or none can be ranked.
    public var explanation: PromptExplanation?
    /// Why the whole campaign cannot be ranked; nil when it can.
    public var failure: String?
}

extension Store {
    /// The rank task of a campaign's file; nil when the file has nothing to rank.
    public mutating func rankTaskOfFile(_ campaign: CampaignID) throws(StoreError) -> TaskID? {
        let slot = try connection.readRecipes(of: campaign).last {
            $0.kind == .rank && $0.isActive
        }?.slot
        return slot.map { TaskID(campaign: campaign, prompt: TaskID.wholeCampaign, slot: $0) }
    }

    /// Tells all of a prompt, by its key or the beginning of one key only, in a ranking.
    ///
    /// Reads all scores of the campaign: how a score counts depends on the others. Throws
    /// `notFound` when there is no such prompt.
    public mutating func report(
        ofPrompt key: String, in ranking: TaskID
    ) throws(StoreError) -> RankedPrompt {
        let (number, key, text) = try prompt(key, of: ranking.campaign)
        let input = try readInput(of: ranking)
        let first = TaskID(campaign: ranking.campaign, prompt: Int(number), slot: 0).rawValue
        var report = RankedPrompt(
            number: number, key: key, text: text, isRanked: true, ranked: input.ranked,
            heldOut: input.heldOut,
            candidates: input.slots.keys.sorted().map {
                ($0, input.candidate(Int64(number), $0))
            },
            tasks: try listTasks(from: first, upTo: first + Int64(TaskID.slotLimit), nil, 5000),
            scores: [], heldOutScores: [], reasons: [:])
        for (index, candidate) in input.candidates.enumerated()
        where candidate.prompt == Int64(number) {
            report.scores.append(candidate)
            report.heldOutScores.append(
                input.heldOut.isEmpty ? [] : input.heldOutScores[index])
        }
        for (key, reason) in input.reasons where key.candidate.prompt == Int(number) {
            report.reasons[key.candidate, default: [:]][key.dimension] = reason
        }
        report.isRanked = try isRanked(number, by: ranking)
        do {
            report.explanation = try explain(
                prompt: Int64(number), candidates: input.candidates, rule: input.rule)
        } catch {
            report.failure = "\(error)"
        }
        return report
    }

    private mutating func isRanked(
        _ prompt: Int32, by ranking: TaskID
    ) throws(StoreError) -> Bool {
        let recipes = try connection.readRecipes(of: ranking.campaign)
        let runs = recipes[ranking.slot].detail.ranking?.prompts ?? []
        return stride(from: 0, to: runs.count - 1, by: 2).contains {
            (runs[$0]..<runs[$0] + runs[$0 + 1]).contains(Int(prompt))
        }
    }

    private mutating func prompt(
        _ key: String, of campaign: CampaignID
    ) throws(StoreError) -> (Int32, String, String) {
        let rows = try run { (connection) throws(PostgresError) in
            try connection.query(
                """
                select number, key, text from prompts
                    where campaign_id = \(campaign) and starts_with(key, \(key))
                    order by key = \(key) desc, is_active desc, number limit 2
                """)
        }
        var found: [(Int32, String, String)] = []
        for row in rows {
            found.append(
                try run { (_) throws(PostgresError) in
                    try row.values(Int32.self, String.self, String.self)
                })
        }
        guard let first = found.first else {
            throw .notFound(
                "the campaign has no prompt '\(key)'; prompts are named by their key, as in "
                    + "`duet pairs list`")
        }
        if first.1 != key, found.count > 1 {
            throw .conflict(
                "'\(key)' is the beginning of several prompts, such as \(first.1) and "
                    + "\(found[1].1); write more of it")
        }
        return first
    }
}

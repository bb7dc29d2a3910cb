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

/// How a ranking that somebody asked for is kept.
public struct RankWish: Hashable, Sendable {
    /// What it is to be called; nil for the name it has, or the next number's.
    public var name: String?
    /// Whether it is the campaign's current one from now on.
    public var isChosen: Bool
    /// The program that ranks.
    public var build: String

    /// Makes a wish; without anything it is that of the campaign file.
    public init(name: String? = nil, isChosen: Bool = false, build: String = "") {
        self.name = name
        self.isChosen = isChosen
        self.build = build
    }
}

/// What the parts of a ranking took.
public struct RankTimes: Hashable, Sendable {
    /// Rows from Postgres to columns of numbers.
    public var read = Duration.zero
    /// Normalising, adding up, choosing.
    public var rank = Duration.zero
    /// Rows to Postgres, with their commit.
    public var write = Duration.zero

    /// Nothing yet.
    public init() {}
}

extension Store {
    /// Ranks what a rank task names and stores the result; done again it replaces it.
    ///
    /// Rule, scores and prompts are those of the task's recipe, also when the campaign has been
    /// changed since. Throws `rank` when the scores cannot be ranked by the rule.
    public mutating func rank(_ task: TaskID) throws(StoreError) -> RankSummary {
        var times = RankTimes()
        return try rank(task, RankWish(), &times)
    }

    /// Ranks what a rank recipe names, keeps it as it is wished, and tells what it took.
    public mutating func rank(
        _ task: TaskID, _ wish: RankWish, _ times: inout RankTimes
    ) throws(StoreError) -> RankSummary {
        let clock = ContinuousClock()
        let start = clock.now
        let found = try read { (connection) throws(StoreError) -> RankInput in
            try connection.readRankInput(task)
        }
        let ranked = clock.now
        let outcome = try found.outcome()
        let written = clock.now
        try write { (connection) throws(StoreError) in
            try connection.store(outcome, of: found, wish)
        }
        times.read = start.duration(to: ranked)
        times.rank = ranked.duration(to: written)
        times.write = written.duration(to: clock.now)
        var unpaired: [String: Int] = [:]
        for prompt in outcome.unpaired { unpaired[prompt.reason.rawValue, default: 0] += 1 }
        return RankSummary(
            ranking: task, prompts: found.prompts, candidates: outcome.ranking.count,
            ineligible: outcome.ineligible.count, pairs: outcome.pairs.count, unpaired: unpaired,
            groundTruthWinnerShare: outcome.groundTruthWinnerShare)
    }
}

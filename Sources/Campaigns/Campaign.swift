/// One declared experiment: prompts, model, rewards, ranking and budget, all defaults filled in.
///
/// A plain value; what it says is what the campaign file says. `recipes()` lists what is to be
/// done for each prompt.
public struct Campaign: Sendable, Equatable {
    /// The campaign's name, unique among the coordinator's campaigns.
    public var name: String
    /// Free labels for people to find it by.
    public var labels: [String: String]
    /// Campaigns of a higher priority go first.
    public var priority: Int
    /// The share of the workers among campaigns of equal priority, above 0; the default is 1.
    public var weight: Double
    /// The number from which every candidate's seed is derived; the default is 0.
    public var seed: UInt64
    /// Where the prompts come from.
    public var prompts: Prompts
    /// How candidates are made.
    public var generate: Generate
    /// How candidates are scored.
    public var score: Score
    /// How pairs are chosen.
    public var rank: Rank
    /// What the tasks need.
    public var resources: Resources
    /// How often failing tasks are tried again.
    public var retry: Retry
    /// How much may run, and how much may fail.
    public var limits: Limits
    /// The datasets written when the pairs are there.
    public var export: [Export]
    /// The rounds started when the pairs are there.
    public var after: [After]

    /// The one task that it consists of; nil for a campaign that makes candidates.
    public var job: Job?

    /// Makes a campaign of its sections; `CampaignFile` is the checked way.
    public init(
        name: String, labels: [String: String] = [:], priority: Int = 0, weight: Double = 1,
        seed: UInt64 = 0, prompts: Prompts, generate: Generate, score: Score, rank: Rank = Rank(),
        resources: Resources = Resources(), retry: Retry = Retry(), limits: Limits = Limits(),
        export: [Export] = [], after: [After] = []
    ) {
        self.name = name
        self.labels = labels
        self.priority = priority
        self.weight = weight
        self.seed = seed
        self.prompts = prompts
        self.generate = generate
        self.score = score
        self.rank = rank
        self.resources = resources
        self.retry = retry
        self.limits = limits
        self.export = export
        self.after = after
    }
}

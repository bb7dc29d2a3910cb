public import Scheduling

/// What the command line asks of the coordinator.
public enum Request: Hashable, Sendable {
    /// Whom am I talking to?
    case hello
    /// A part of a submission.
    case submit(SubmissionPart)
    /// A wish about a campaign, named by number or name.
    case campaign(String, CampaignCommand)
    /// Another ranking of a campaign, named by number or name: `Answers.Ranking`.
    case rank(String, RankRequest)
    /// A ranking, named by name or number, is to be the campaign's current one; where that is
    /// empty, that of its file.
    case chooseRanking(campaign: String, ranking: String)
    /// An ended campaign, named by number or name, is to be removed with everything of it.
    case delete(String)
    /// A round's document with all defaults, as YAML, and what must hold of its campaign's ranking
    /// before it starts; empty for nothing.
    case submitRound(document: String, condition: String)
    /// A wish about a round, named `NAME/NUMBER`, or by its name alone for the last of that name.
    case round(String, RoundCommand)
    /// A wish about a task, named by its number.
    case task(Int64, TaskCommand)
    /// A wish about a worker, named by number or identity.
    case worker(String, WorkerCommand)
    /// A listing.
    case query(Query)
}

/// What a person may say of a round.
public enum RoundCommand: Hashable, Sendable {
    /// Its adapter is what is used from now on.
    case promote
    /// Its adapter waits.
    case hold
    /// Its adapter is no longer used; the one before is.
    case rollBack
    /// It goes no further.
    case cancel
}

/// A ranking from stored scores that somebody asks for.
public struct RankRequest: Hashable, Sendable {
    /// The resolved campaign with the other rule, as canonical JSON.
    public var campaign: String
    /// What the ranking is to be called; empty for the name it has, or the next number's.
    public var name: String
    /// Whether it is the campaign's current one from now on.
    public var isChosen: Bool

    /// Makes a request.
    public init(campaign: String, name: String = "", isChosen: Bool = false) {
        self.campaign = campaign
        self.name = name
        self.isChosen = isChosen
    }
}

/// A part of a submission: frames do not grow with the campaign.
public struct SubmissionPart: Hashable, Sendable {
    /// The same number in every part of one submission.
    public var upload: UInt64
    /// The resolved campaign as canonical JSON; in the first part.
    public var campaign: String
    /// Prompts in their order.
    public var prompts: [WirePrompt]
    /// Whether it is the last part.
    public var isLast: Bool

    /// Makes a part.
    public init(upload: UInt64, campaign: String, prompts: [WirePrompt], isLast: Bool) {
        self.upload = upload
        self.campaign = campaign
        self.prompts = prompts
        self.isLast = isLast
    }
}

/// A prompt as it travels.
public struct WirePrompt: Hashable, Sendable {
    /// Its key in the prompts file.
    public var key: String
    /// Its text.
    public var text: String
    /// Path of its own clip's video; empty for none.
    public var video: String
    /// Path of its own clip's audio; empty for none.
    public var audio: String

    /// Makes a prompt.
    public init(key: String, text: String, video: String = "", audio: String = "") {
        self.key = key
        self.text = text
        self.video = video
        self.audio = audio
    }
}

/// A listing that is answered in JSON.
///
/// Selectors are a number, a name, or the beginning of one name only. Long listings come in
/// pages: `after` is the `id` of the last row that is known, and a page holds at most
/// `pageLimit` rows. Filters are in the filter language, over the keys of the answer. A ranking is
/// named by its name or number, and where that is empty it is the campaign's current one.
public enum Query: Hashable, Sendable {
    /// Every campaign: `[Answers.Campaign]`.
    case campaigns
    /// One campaign with its counts: `Answers.Campaign`.
    case campaign(String)
    /// The campaign as it was last submitted: canonical JSON.
    case campaignFile(String)
    /// Why the campaign does not run or end: `Answers.Why`.
    case why(String)
    /// What the campaign has used: `Answers.Cost`.
    case cost(String)
    /// Tasks of a campaign, or of all where that is empty: `[Answers.Task]`.
    case tasks(campaign: String, filter: String, after: Int64, limit: Int32)
    /// One task with its attempts and why it is where it is: `Answers.TaskDetail`.
    case task(Int64)
    /// What an attempt's engine wrote, from a byte on; attempt 0 is the last: `Answers.LogPage`.
    case log(task: Int64, attempt: Int32, after: Int64)
    /// Every worker: `[Answers.Worker]`.
    case workers
    /// One worker and what it does: `Answers.WorkerDetail`.
    case worker(String)
    /// Pairs of a ranking: `[Answers.Pair]`.
    case pairs(campaign: String, ranking: String, filter: String, after: Int64, limit: Int32)
    /// A campaign's rankings: `[Answers.Ranking]`.
    case rankings(String)
    /// One ranking with its rule: `Answers.Ranking`.
    case ranking(campaign: String, ranking: String)
    /// What a ranking says of the campaign as a whole: `RankReport` of the store.
    case rankingStatistics(campaign: String, ranking: String)
    /// How two rankings of a campaign differ: `RankDifference` of the store.
    case rankingDifference(campaign: String, first: String, second: String)
    /// Every candidate of a prompt, and why pairs were chosen: `Answers.PromptWhy`.
    case prompt(campaign: String, ranking: String, prompt: String)
    /// What is the same for all pairs of a ranking: `Answers.ExportHeader`.
    case exportHeader(campaign: String, ranking: String)
    /// Pairs of a ranking with all that a dataset says of them: `[Answers.ExportPair]`.
    case exportPairs(
        campaign: String, ranking: String, filter: String, after: Int64, limit: Int32)
    /// What happened, to a campaign or anywhere: `[Answers.Event]`; below 0, `after` asks for the
    /// last ones.
    case events(campaign: String, filter: String, after: Int64, limit: Int32)
    /// Every round: `[Answers.Round]`.
    case rounds
    /// One round with all that is known of it: `Answers.RoundDetail`.
    case round(String)
    /// Every adapter that a training has given: `[Answers.Adapter]`.
    case adapters
    /// Where a round's adapter comes from, or what came of `candidate:…`, `pair:…`, `prompt:…` or
    /// `ranking:…`: `LineageNode` of the evaluations.
    case lineage(String)
    /// How two campaigns over the same prompts compare, one for each policy: `Comparison`.
    case comparison(before: String, after: String)
    /// The coordinator itself: `Answers.Status`.
    case status

    /// The most rows of a page.
    public static let pageLimit: Int32 = 5000
}

/// What the coordinator answers.
public enum Reply: Hashable, Sendable {
    /// Who it is: epoch, build, where events are published.
    case coordinator(epoch: Int32, build: String, events: String)
    /// A submission is durable.
    case submitted(Submitted)
    /// It was done; a sentence for a person.
    case done(String)
    /// A listing's JSON.
    case answer(String)
    /// It was not done, and why.
    case problem(ProblemCode, String)

    /// What became of a submission.
    public struct Submitted: Hashable, Sendable {
        /// The campaign's number.
        public var campaign: CampaignID
        /// Its name.
        public var name: String
        /// Whether it is new.
        public var created: Bool
        /// Whether nothing changed.
        public var unchanged: Bool
        /// Tasks it implies in all.
        public var tasks: Int64

        /// Makes one.
        public init(
            campaign: CampaignID, name: String, created: Bool, unchanged: Bool, tasks: Int64
        ) {
            self.campaign = campaign
            self.name = name
            self.created = created
            self.unchanged = unchanged
            self.tasks = tasks
        }
    }
}

/// The kind of a problem; decides the exit code of the command line.
public enum ProblemCode: Hashable, Sendable {
    /// The work failed (exit 1).
    case failed
    /// The request makes no sense (exit 2).
    case usage
    /// No such thing (exit 3).
    case notFound
    /// It contradicts what is there (exit 4).
    case conflict
    /// Something behind the coordinator does not answer now (exit 5).
    case unavailable
}

/// A fact published to whoever listens.
public struct PublishedEvent: Hashable, Sendable {
    /// Microseconds since 1970.
    public var at: Int64
    /// What happened.
    public var body: Body

    /// What happened.
    public enum Body: Hashable, Sendable {
        /// A campaign changed state.
        case campaign(CampaignID, name: String, state: String, reason: String)
        /// A worker changed state.
        case worker(WorkerID, name: String, state: String)
        /// A task ended without a result, or is tried again.
        case task(TaskID, campaign: String, worker: String, state: String, message: String)
    }

    /// Makes an event.
    public init(at: Int64, body: Body) {
        self.at = at
        self.body = body
    }

    /// What subscribers filter by: `campaign/3`, `worker/1`, `task/…` under its campaign.
    public var topic: String {
        switch body {
        case .campaign(let id, _, _, _): "campaign/\(id)/"
        case .worker(let id, _, _): "worker/\(id)/"
        case .task(let task, _, _, _, _): "campaign/\(task.campaign)/task"
        }
    }
}

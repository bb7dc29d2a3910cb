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

    /// Where a campaign's prompts come from.
    public struct Prompts: Sendable, Equatable, Codable {
        /// The prompts file as written, relative to the campaign file's folder.
        public var source: String
        /// The names of its columns.
        public var columns: Columns
        /// How many of its prompts to use, from the top; nil for all.
        public var limit: Int?

        /// Names a file; by default all its prompts, with the usual columns.
        public init(source: String, columns: Columns = Columns(), limit: Int? = nil) {
            self.source = source
            self.columns = columns
            self.limit = limit
        }
    }

    /// The columns of a prompts file; nil where the file has none.
    public struct Columns: Sendable, Equatable, Codable {
        /// Identifies the prompt; nil takes `id` where there is one, and else the row number.
        public var id: String?
        /// The text; the default is `text`.
        public var text: String
        /// The path of the ground truth's video.
        public var referenceVideo: String?
        /// The path of the ground truth's audio, where it is a file of its own.
        public var referenceAudio: String?

        enum CodingKeys: String, CodingKey {
            case id, text
            case referenceVideo = "reference_video"
            case referenceAudio = "reference_audio"
        }

        /// Names columns; by default the text is in `text` and there is no ground truth.
        public init(
            id: String? = nil, text: String = "text", referenceVideo: String? = nil,
            referenceAudio: String? = nil
        ) {
            self.id = id
            self.text = text
            self.referenceVideo = referenceVideo
            self.referenceAudio = referenceAudio
        }
    }

    /// How candidates are made.
    public struct Generate: Sendable, Equatable, Codable {
        /// The model, as the workers' engines name it.
        public var model: String
        /// The adapter over it; `none` is the only one yet.
        public var adapter: String
        /// How many candidates to generate per prompt; the default is 3.
        public var numSamples: Int
        /// Whether the ground truth is ranked among the candidates.
        ///
        /// The default is true when the prompts file names a column for it.
        public var includeReference: Bool
        /// What to tell the model, passed on as it is.
        public var params: [String: Scalar]

        enum CodingKeys: String, CodingKey {
            case model, adapter, params
            case numSamples = "num_samples"
            case includeReference = "include_reference"
        }

        /// Names a model; by default three candidates without the ground truth.
        public init(
            model: String, adapter: String = "none", numSamples: Int = 3,
            includeReference: Bool = false, params: [String: Scalar] = [:]
        ) {
            self.model = model
            self.adapter = adapter
            self.numSamples = numSamples
            self.includeReference = includeReference
            self.params = params
        }
    }

    /// How candidates are scored.
    public struct Score: Sendable, Equatable, Codable {
        /// What is measured, in file order.
        public var rewards: [Reward]

        /// Lists what is measured.
        public init(rewards: [Reward]) {
            self.rewards = rewards
        }
    }

    /// Makes a campaign of its sections; `CampaignFile` is the checked way.
    public init(
        name: String, labels: [String: String] = [:], priority: Int = 0, weight: Double = 1,
        seed: UInt64 = 0, prompts: Prompts, generate: Generate, score: Score, rank: Rank = Rank(),
        resources: Resources = Resources(), retry: Retry = Retry(), limits: Limits = Limits()
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
    }
}

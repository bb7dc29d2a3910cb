/// What is the same for every pair of an export: where the pairs come from and what they hold.
public struct ExportHeader: Hashable, Sendable, Codable {
    /// The dataset's name, for people.
    public var name: String
    /// The program that exports and its version.
    public var program: String
    /// The campaign.
    public var campaign: String
    /// The ranking whose pairs these are.
    public var ranking: String
    /// The day on which the ranking was made, such as `2026-03-01`.
    ///
    /// The only date in an export, so that exporting again makes the same bytes.
    public var date: String
    /// The ranking rule as JSON.
    public var rule: String
    /// The rule's hash.
    public var ruleHash: String
    /// The campaign's seed.
    public var seed: UInt64
    /// The generator.
    public var model: Weights
    /// The adapter it ran with; nil without one.
    public var adapter: Weights?
    /// The modalities, in the order of every list of totals and margins.
    public var modalities: [String]
    /// The metrics, in the order of every list of scores.
    public var metrics: [Metric]
    /// The media of each clip that are exported; every clip must have all of them.
    public var media: [MediaColumn]
    /// The licence, as the Hub spells it, such as `cc-by-4.0`.
    public var license: String

    /// Named weights.
    public struct Weights: Hashable, Sendable, Codable {
        /// The name.
        public var name: String
        /// Lower-case hex, or what an external engine calls its version; several in one text where
        /// weights differ, and empty where nothing is known.
        public var hash: String

        /// Names weights.
        public init(name: String, hash: String) {
            self.name = name
            self.hash = hash
        }
    }

    /// One reward.
    public struct Metric: Hashable, Sendable, Codable {
        /// The campaign's name for it.
        public var name: String
        /// The modality it counts for.
        public var modality: String
        /// Whether less is better.
        public var isMinimised: Bool
        /// Whether it was reported only and never ranked.
        public var isHeldOut: Bool
        /// Name and version of the reward model.
        public var rewardVersion: String
        /// The mean that scores were normalised with; nil where none was.
        public var mean: Double?
        /// The standard deviation that scores were normalised with; nil where none was.
        public var deviation: Double?

        /// Describes a reward.
        public init(
            name: String, modality: String, isMinimised: Bool = false, isHeldOut: Bool = false,
            rewardVersion: String, mean: Double? = nil, deviation: Double? = nil
        ) {
            self.name = name
            self.modality = modality
            self.isMinimised = isMinimised
            self.isHeldOut = isHeldOut
            self.rewardVersion = rewardVersion
            self.mean = mean
            self.deviation = deviation
        }
    }

    /// Describes the source of an export.
    public init(
        name: String, program: String, campaign: String, ranking: String, date: String,
        rule: String, ruleHash: String, seed: UInt64, model: Weights, adapter: Weights? = nil,
        modalities: [String], metrics: [Metric], media: [MediaColumn], license: String = "other"
    ) {
        self.name = name
        self.program = program
        self.campaign = campaign
        self.ranking = ranking
        self.date = date
        self.rule = rule
        self.ruleHash = ruleHash
        self.seed = seed
        self.model = model
        self.adapter = adapter
        self.modalities = modalities
        self.metrics = metrics
        self.media = media
        self.license = license
    }

    /// What is wrong with the header; nil when nothing is.
    var problem: String? {
        if media.isEmpty { return "no media are exported; name at least one role, such as joint" }
        if Set(media.map(\.kind)).count < media.count {
            return "two media of one kind are exported; choose one of video and one of audio"
        }
        if Set(media.map(\.fileExtension)).count < media.count {
            return "two media have files of one ending; give film and sound endings of their own"
        }
        let names = Column.all(of: self).map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            return "two columns would be called \(twice); rename a metric or a modality"
        }
        return nil
    }
}

/// One of the files that every clip of an export has.
public struct MediaColumn: Hashable, Sendable, Codable {
    /// How the file is shown and typed.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// A film, with or without sound in it.
        case video
        /// Sound alone.
        case audio
    }

    /// The role of the file in its clip, such as `joint`, `video` or `audio`.
    public var role: String
    /// How it is typed; names the column, so only one medium of an export may be of each kind.
    public var kind: Kind
    /// The ending of its files' names, such as `mp4`.
    public var fileExtension: String
    /// Samples per second of an audio column; nil when files differ.
    public var sampleRate: Int?

    /// Describes a file of every clip.
    public init(role: String, kind: Kind, fileExtension: String, sampleRate: Int? = nil) {
        self.role = role
        self.kind = kind
        self.fileExtension = fileExtension
        self.sampleRate = sampleRate
    }
}

/// A winner and a loser for one prompt, with all that is known about how they were made.
public struct PairRow: Hashable, Sendable {
    /// Where it stands; rows come with strictly growing ordinals, and one row keeps its own.
    public var ordinal: Int64
    /// A name that no other pair has.
    public var id: String
    /// What both answer.
    public var prompt: Prompt
    /// The clip that was preferred.
    public var winner: Clip
    /// The other one.
    public var loser: Clip
    /// The sum of the margins.
    public var margin: Double
    /// Winner minus loser in each modality of the header.
    public var margins: [Double]
    /// What its loss is multiplied by in training.
    public var weight: Double
    /// The training round it was made for; nil outside rounds.
    public var round: Int?

    /// What both clips of a pair answer.
    public struct Prompt: Hashable, Sendable {
        /// The prompt's key.
        public var id: String
        /// Its text.
        public var text: String
        /// What near duplicates of it share, so that they end up in one split; nil = its key.
        public var cluster: String?

        /// Names a prompt.
        public init(id: String, text: String, cluster: String? = nil) {
            self.id = id
            self.text = text
            self.cluster = cluster
        }
    }

    /// Makes a pair.
    public init(
        ordinal: Int64, id: String, prompt: Prompt, winner: Clip, loser: Clip, margin: Double,
        margins: [Double], weight: Double = 1, round: Int? = nil
    ) {
        self.ordinal = ordinal
        self.id = id
        self.prompt = prompt
        self.winner = winner
        self.loser = loser
        self.margin = margin
        self.margins = margins
        self.weight = weight
        self.round = round
    }
}

/// A candidate as a pair refers to it.
public struct Clip: Hashable, Sendable {
    /// The candidate.
    public var id: String
    /// Its place within its prompt.
    public var ordinal: Int
    /// Whether it is the dataset's own clip.
    public var isGroundTruth: Bool
    /// The seed it was generated with; nil for ground truth.
    public var seed: UInt64?
    /// The hash of the generator, or its version where its engine tells no hash; nil for ground
    /// truth.
    public var modelHash: String?
    /// The hash of the adapter; nil without one.
    public var adapterHash: String?
    /// Its files.
    public var media: [MediaFile]
    /// Raw scores in the order of the header's metrics; nil where there is none.
    public var scores: [Double?]
    /// Normalised scores in the same order; nil where there is none.
    public var normalised: [Double?]
    /// Its total in each modality of the header; larger is better.
    public var totals: [Double]

    /// Describes a candidate.
    public init(
        id: String, ordinal: Int, isGroundTruth: Bool, seed: UInt64? = nil,
        modelHash: String? = nil, adapterHash: String? = nil, media: [MediaFile],
        scores: [Double?], normalised: [Double?], totals: [Double]
    ) {
        self.id = id
        self.ordinal = ordinal
        self.isGroundTruth = isGroundTruth
        self.seed = seed
        self.modelHash = modelHash
        self.adapterHash = adapterHash
        self.media = media
        self.scores = scores
        self.normalised = normalised
        self.totals = totals
    }
}

/// A stored file of a clip.
public struct MediaFile: Hashable, Sendable {
    /// What it is to its clip, such as `joint`, `video` or `audio`.
    public var role: String
    /// Where the artifact lies.
    public var path: String
    /// SHA-256 of its bytes, lower-case hex.
    public var sha256: String
    /// What a probe of it found; some formats cannot be written without.
    public var properties: MediaProperties?

    /// Refers to a stored file.
    public init(role: String, path: String, sha256: String, properties: MediaProperties? = nil) {
        self.role = role
        self.path = path
        self.sha256 = sha256
        self.properties = properties
    }
}

/// What a probe finds in a file.
public struct MediaProperties: Hashable, Sendable {
    /// Frames of the picture; 0 for sound alone.
    public var frames: Int
    /// Width in pixels; 0 for sound alone.
    public var width: Int
    /// Height in pixels; 0 for sound alone.
    public var height: Int
    /// Frames per second; 0 for sound alone.
    public var framesPerSecond: Double
    /// Samples per second of the sound; nil for a silent film.
    public var sampleRate: Int?
    /// How long it plays, in seconds.
    public var seconds: Double

    /// Describes a file.
    public init(
        frames: Int, width: Int, height: Int, framesPerSecond: Double, sampleRate: Int?,
        seconds: Double
    ) {
        self.frames = frames
        self.width = width
        self.height = height
        self.framesPerSecond = framesPerSecond
        self.sampleRate = sampleRate
        self.seconds = seconds
    }
}

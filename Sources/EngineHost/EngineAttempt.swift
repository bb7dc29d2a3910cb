/// One attempt of a task, with everything that an engine is told of it.
public struct EngineAttempt: Equatable, Sendable {
    /// The task.
    public var task: String
    /// The number of this attempt of it.
    public var attempt: Int
    /// What the task does: `ingest`, `generate`, `score`, `train` or `evaluate`.
    public var kind: String
    /// Which of the engine's entries of that kind is to do it.
    public var name: String
    /// The model to load first, where the engine does not hold it yet; nil = none.
    public var model: String?
    /// The prompt to answer.
    public var prompt: EnginePrompt?
    /// Fixes the candidate's noise.
    public var seed: UInt64 = 0
    /// Which candidate of the prompt this is, from 0.
    public var ordinal = 0
    /// The campaign file's `params` for this step.
    public var params = JSONValue.emptyObject
    /// An empty folder for the engine's files.
    public var folder: String
    /// What is to be scored.
    public var candidate: EngineCandidate?
    /// The scores wanted; nil for kinds that give none.
    public var outputs: [String]?
    /// The longest that load and run together may take.
    public var timeLimit: Duration
    /// Where the engine's error stream goes meanwhile; appended to.
    public var logPath: String

    /// Creates an attempt; the fields that not every kind has are set afterwards.
    public init(
        task: String, attempt: Int, kind: String, name: String, folder: String,
        timeLimit: Duration, logPath: String
    ) {
        self.task = task
        self.attempt = attempt
        self.kind = kind
        self.name = name
        self.folder = folder
        self.timeLimit = timeLimit
        self.logPath = logPath
    }
}

/// What a candidate answers.
public struct EnginePrompt: Codable, Equatable, Sendable {
    /// The dataset's own clip, in one file or two.
    public struct GroundTruth: Codable, Equatable, Sendable {
        /// The file with the pictures, and perhaps the sound as well.
        public var video: String?
        /// The file with the sound.
        public var audio: String?

        /// Creates a ground truth of one or two files.
        public init(video: String?, audio: String?) {
            self.video = video
            self.audio = audio
        }
    }

    /// The prompt's name in its campaign.
    public var id: String
    /// Its text.
    public var text: String
    /// The dataset's own clip, for `ingest`.
    public var groundTruth: GroundTruth?

    /// Creates a prompt.
    public init(id: String, text: String, groundTruth: GroundTruth? = nil) {
        self.id = id
        self.text = text
        self.groundTruth = groundTruth
    }

    private enum CodingKeys: String, CodingKey {
        case id, text
        case groundTruth = "ground_truth"
    }
}

/// A clip that exists and is to be scored.
public struct EngineCandidate: Codable, Equatable, Sendable {
    /// The candidate's name.
    public var id: String
    /// Its files.
    public var media: [EngineMedia]

    /// Creates a candidate.
    public init(id: String, media: [EngineMedia]) {
        self.id = id
        self.media = media
    }
}

/// A file of a clip and what is in it.
public struct EngineMedia: Codable, Equatable, Sendable {
    /// What a file holds.
    public enum Role: String, Codable, Sendable {
        /// Pictures alone.
        case video
        /// Sound alone.
        case audio
        /// Both.
        case joint
        /// What the model's codec makes of the clip, in safetensors.
        case latents
        /// Low-rank factors over a model's weights, in one safetensors file.
        case adapter
        /// What a training goes on from.
        case checkpoint
        /// What a training or an evaluation measured, as JSON.
        case report
        /// A training's numbers, a line of JSON for each step.
        case curve
        /// A drawing of a curve.
        case picture
    }

    /// What the file holds.
    public var role: Role
    /// Where it is.
    public var path: String
    /// The hash of its content, where it is known: an engine's own files come without.
    public var sha256: String?

    /// Creates a reference to a file.
    public init(role: Role, path: String, sha256: String? = nil) {
        self.role = role
        self.path = path
        self.sha256 = sha256
    }
}

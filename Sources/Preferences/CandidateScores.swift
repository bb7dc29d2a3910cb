/// One candidate's raw scores, as they are stored.
public struct CandidateScores: Sendable, Equatable {
    /// The prompt the candidate answers; any number that is the same for its siblings.
    public var prompt: Int64
    /// The candidate's place within its prompt; unique there, and what breaks ties.
    public var ordinal: Int
    /// Whether this is the dataset's own clip.
    public var isGroundTruth: Bool
    /// Raw scores in the order of the rule's dimensions; nil where a score is missing.
    public var scores: [Double?]
    /// What is known of the clip beside its scores; guards and statistics look at it.
    public var side: SideValues

    /// Names a candidate, its raw scores and what else is known of it.
    public init(
        prompt: Int64, ordinal: Int, isGroundTruth: Bool = false, scores: [Double?],
        side: SideValues = SideValues()
    ) {
        self.prompt = prompt
        self.ordinal = ordinal
        self.isGroundTruth = isGroundTruth
        self.scores = scores
        self.side = side
    }
}

/// What is known of a clip beside its scores; nil where it was not measured.
public struct SideValues: Sendable, Equatable {
    /// The clip's length in seconds.
    public var duration: Double?
    /// How much the picture moves, in any unit that is the same for the campaign.
    public var motion: Double?
    /// The silent share of the clip, in 0...1.
    public var silence: Double?
    /// A perceptual hash of the frames: similar frames differ in few bits.
    public var perceptualHash: UInt64?
    /// The first eight bytes of the content's hash: two clips with the same are the same clip.
    public var content: UInt64?
    /// Whether another policy made the clip than the one to be trained.
    public var isOffPolicy: Bool?

    /// Holds what is known; the rest is nil.
    public init(
        duration: Double? = nil, motion: Double? = nil, silence: Double? = nil,
        perceptualHash: UInt64? = nil, content: UInt64? = nil, isOffPolicy: Bool? = nil
    ) {
        self.duration = duration
        self.motion = motion
        self.silence = silence
        self.perceptualHash = perceptualHash
        self.content = content
        self.isOffPolicy = isOffPolicy
    }
}

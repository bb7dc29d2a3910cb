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

    /// Names a candidate and its raw scores.
    public init(prompt: Int64, ordinal: Int, isGroundTruth: Bool = false, scores: [Double?]) {
        self.prompt = prompt
        self.ordinal = ordinal
        self.isGroundTruth = isGroundTruth
        self.scores = scores
    }
}

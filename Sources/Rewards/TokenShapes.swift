/// How a learned reward's clips come: tokens of two modalities, words of the prompt.
public struct TokenShapes: Hashable, Sendable {
    /// Tokens of the pictures, and numbers of each.
    public var videoTokens, videoInputs: Int
    /// Tokens of the sound, and numbers of each.
    public var audioTokens, audioInputs: Int
    /// Words of a prompt with padding, and rows of the table of words.
    public var words, vocabulary: Int

    /// Names the shapes.
    public init(
        videoTokens: Int, videoInputs: Int, audioTokens: Int, audioInputs: Int, words: Int,
        vocabulary: Int
    ) {
        (self.videoTokens, self.videoInputs) = (videoTokens, videoInputs)
        (self.audioTokens, self.audioInputs) = (audioTokens, audioInputs)
        (self.words, self.vocabulary) = (words, vocabulary)
    }
}

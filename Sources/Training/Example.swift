public import Samplers
public import Tensors

/// The latents of one clip, without a batch axis.
public struct LatentClip: Sendable {
    /// `[channels, frames, rows, columns]` and `[channels, steps, bands]`.
    public let latents: [Modality: Tensor]

    /// Joins a clip's latents.
    public init(video: Tensor, audio: Tensor) {
        latents = [.video: video, .audio: audio]
    }
}

/// One thing to learn from: a clip, or a pair whose first clip is the winner.
public struct Example: Sendable {
    /// What its times and noise follow from; unique.
    public let id: String
    /// The text, in the form that the network takes.
    public let text: TextInput
    /// What a loss counts it.
    public let weight: Double
    /// Whether its video counts only at high noise.
    public let isLowQuality: Bool
    /// The shapes of its latents; only examples of one bucket come into one batch.
    public let bucket: String
    /// Reads its clips: one, or winner and loser.
    public let clips: @Sendable () throws(TrainingError) -> [LatentClip]

    /// Describes an example; its clips are read when their batch comes.
    public init(
        id: String, text: TextInput, weight: Double = 1, isLowQuality: Bool = false,
        bucket: String = "", clips: @escaping @Sendable () throws(TrainingError) -> [LatentClip]
    ) {
        (self.id, self.text, self.weight) = (id, text, weight)
        (self.isLowQuality, self.bucket, self.clips) = (isLowQuality, bucket, clips)
    }
}

/// A text as a network takes it.
public enum TextInput: Sendable {
    /// Rows of the network's own word embeddings, padded to its length.
    case words([Int])
    /// `[tokens, text width]` states of a text encoder, which zeros fill up to a length.
    case states(Tensor, length: Int)

    /// No text, in the same form; states of the empty text are their encoder's.
    func without(_ empty: TextInput?) -> TextInput {
        if case .words(let words) = self {
            return .words([Int](repeating: 0, count: words.count))
        }
        return empty ?? self
    }
}

/// Why a training cannot go on.
public struct TrainingError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What is wrong, where, and what to do instead.
    public let description: String
    /// Whether it may go better another time or on another node, as with a full disk.
    public let isRetryable: Bool

    /// Makes an error.
    public init(_ description: String, isRetryable: Bool = false) {
        self.description = description
        self.isRetryable = isRetryable
    }
}

public import Layers
public import Models
public import Tensors

/// By how much sound and pictures are apart: a class for each of 21 offsets.
///
/// Tokens of both go through one encoder, as in Synchformer's last stage.
/// Source: Iashin and others, "Synchformer: efficient synchronization from sparse cues" (2024).
public struct SyncClassifier: Sendable {
    private let video, audio: TokenEmbedding
    private let encoder: TokenEncoder
    private let head: Linear

    /// The offsets of the classes in seconds, from -0.5 to 0.5.
    public static let offsets = (-10...10).map { Double($0) / 20 }

    /// Reads `NAME.{video,audio}`, `NAME.blocks.N`, `NAME.norm` and `NAME.head`.
    public init(
        _ weights: inout Weights, _ name: String, _ shapes: TokenShapes, _ sizes: EncoderSizes,
        precision: Precision = .float32
    ) {
        video = TokenEmbedding(
            &weights, "\(name).video", inputs: shapes.videoInputs, tokens: shapes.videoTokens,
            width: sizes.width, precision: precision)
        audio = TokenEmbedding(
            &weights, "\(name).audio", inputs: shapes.audioInputs, tokens: shapes.audioTokens,
            width: sizes.width, precision: precision)
        encoder = TokenEncoder(&weights, name, sizes, precision: precision)
        head = Linear(
            &weights, "\(name).head", from: sizes.width, to: Self.offsets.count,
            precision: precision)
    }

    /// Returns logits `[batch, 21]` of tokens `[batch, tokens, inputs]` of both.
    public func logits(video videoTokens: Tensor, audio audioTokens: Tensor) -> Tensor {
        head(encoder(.concatenated([video(videoTokens), audio(audioTokens)], axis: 1)))
    }
}

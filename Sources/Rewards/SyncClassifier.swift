public import Layers
public import Models
public import Tensors

/// By how much sound and pictures are apart: a class for each of 21 offsets.
///
/// Each modality's moments are encoded among themselves; how alike every moment of one is to every
/// moment of the other is a matrix in which an offset is a diagonal, and a linear map reads it.
/// Source for the classes: Iashin and others, "Synchformer: efficient synchronization from sparse
/// cues" (2024).
public struct SyncClassifier: Sendable {
    private let video, audio: Moments
    private let head: Linear

    /// The offsets of the classes in seconds, from -0.5 to 0.5.
    public static let offsets = (-10...10).map { Double($0) / 20 }

    /// Reads `NAME.{video,audio}` and `NAME.head`.
    public init(
        _ weights: inout Weights, _ name: String, _ shapes: TokenShapes, _ sizes: EncoderSizes,
        dimensions: Int, precision: Precision = .float32
    ) {
        video = Moments(
            &weights, "\(name).video", inputs: shapes.videoInputs, tokens: shapes.videoTokens,
            sizes, dimensions, precision)
        audio = Moments(
            &weights, "\(name).audio", inputs: shapes.audioInputs, tokens: shapes.audioTokens,
            sizes, dimensions, precision)
        head = Linear(
            &weights, "\(name).head", from: shapes.videoTokens * shapes.audioTokens,
            to: Self.offsets.count, precision: precision)
    }

    /// Returns logits `[batch, 21]` of tokens `[batch, tokens, inputs]` of both.
    public func logits(video videoTokens: Tensor, audio audioTokens: Tensor) -> Tensor {
        let likeness = video(videoTokens).matmul(audio(audioTokens).transposed())
        return head(likeness.reshaped([likeness.shape[0], -1]))
    }
}

/// One modality's moments as vectors that can be compared.
private struct Moments: Sendable {
    let embedding: TokenEmbedding
    let encoder: TokenEncoder
    let map: Linear

    init(
        _ weights: inout Weights, _ name: String, inputs: Int, tokens: Int, _ sizes: EncoderSizes,
        _ dimensions: Int, _ precision: Precision
    ) {
        embedding = TokenEmbedding(
            &weights, "\(name).embedding", inputs: inputs, tokens: tokens, width: sizes.width,
            precision: precision)
        encoder = TokenEncoder(&weights, name, sizes, precision: precision)
        map = Linear(
            &weights, "\(name).map", from: sizes.width, to: dimensions, precision: precision)
    }

    /// Returns `[batch, tokens, dimensions]`, scaled so that products of two stay about 1.
    func callAsFunction(_ tokens: Tensor) -> Tensor {
        let vectors = map(encoder.encoded(embedding(tokens)))
        return vectors.rmsNorm(eps: 1e-6) * (1 / Float(vectors.shape[2]).squareRoot()).squareRoot()
    }
}

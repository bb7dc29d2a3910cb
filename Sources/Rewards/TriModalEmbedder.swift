public import Layers
public import Models
public import Tensors

/// Text, pictures and sound as directions in one space, in which what belongs together lies close.
///
/// ImageBind's scheme with the text in the middle replaced by all three pairs: one encoder for each
/// modality, vectors of length 1, scores by cosine.
/// Source: Girdhar and others, "ImageBind: one embedding space to bind them all" (2023).
public struct TriModalEmbedder: Sendable {
    private let table: Tensor
    private let text, video, audio: Tower
    private let words: Int

    /// Reads `NAME.words.weight` and `NAME.{text,video,audio}`.
    public init(
        _ weights: inout Weights, _ name: String, _ shapes: TokenShapes, _ sizes: EncoderSizes,
        dimensions: Int, precision: Precision = .float32
    ) {
        words = shapes.words
        table = weights.take("\(name).words.weight", [shapes.vocabulary, sizes.width])
            .converted(to: .f32)
        func tower(_ part: String, _ inputs: Int, _ tokens: Int) -> Tower {
            Tower(
                &weights, "\(name).\(part)", inputs: inputs, tokens: tokens, sizes,
                outputs: dimensions, precision: precision)
        }
        text = tower("text", sizes.width, shapes.words)
        video = tower("video", shapes.videoInputs, shapes.videoTokens)
        audio = tower("audio", shapes.audioInputs, shapes.audioTokens)
    }

    /// Returns `[batch, dimensions]` of the numbers of each text's words.
    public func embed(words numbers: [[Int]]) -> Tensor {
        let rows = table.gathered(numbers.flatMap(\.self))
        return Self.unit(text(rows.reshaped([numbers.count, words, -1])))
    }

    /// Returns `[batch, dimensions]` of pictures `[batch, tokens, inputs]`.
    public func embed(video tokens: Tensor) -> Tensor { Self.unit(video(tokens)) }

    /// Returns `[batch, dimensions]` of sound `[batch, tokens, inputs]`.
    public func embed(audio tokens: Tensor) -> Tensor { Self.unit(audio(tokens)) }

    private static func unit(_ x: Tensor) -> Tensor {
        x.rmsNorm(eps: 1e-12) * (1 / Float(x.shape[1]).squareRoot())
    }
}

/// An encoder of one modality and the linear map behind it.
struct Tower: Sendable {
    private let embedding: TokenEmbedding
    private let encoder: TokenEncoder
    private let head: Linear

    init(
        _ weights: inout Weights, _ name: String, inputs: Int, tokens: Int, _ sizes: EncoderSizes,
        outputs: Int, precision: Precision
    ) {
        embedding = TokenEmbedding(
            &weights, "\(name).embedding", inputs: inputs, tokens: tokens, width: sizes.width,
            precision: precision)
        encoder = TokenEncoder(&weights, name, sizes, precision: precision)
        head = Linear(
            &weights, "\(name).head", from: sizes.width, to: outputs, precision: precision)
    }

    func callAsFunction(_ tokens: Tensor) -> Tensor { head(encoder(embedding(tokens))) }
}

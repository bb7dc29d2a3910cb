public import Layers
public import Models
public import Tensors

/// How little is wrong with a clip: visual, motion and audio quality, 1 for nothing.
public struct QualityHeads: Sendable {
    private let video, audio: Tower

    /// Reads `NAME.video` and `NAME.audio`.
    public init(
        _ weights: inout Weights, _ name: String, _ shapes: TokenShapes, _ sizes: EncoderSizes,
        precision: Precision = .float32
    ) {
        video = Tower(
            &weights, "\(name).video", inputs: shapes.videoInputs, tokens: shapes.videoTokens,
            sizes, outputs: 2, precision: precision)
        audio = Tower(
            &weights, "\(name).audio", inputs: shapes.audioInputs, tokens: shapes.audioTokens,
            sizes, outputs: 1, precision: precision)
    }

    /// Returns visual and motion quality, `[batch, 2]` of `[batch, tokens, inputs]`.
    public func qualities(video tokens: Tensor) -> Tensor { video(tokens) }

    /// Returns audio quality, `[batch, 1]` of `[batch, tokens, inputs]`.
    public func quality(audio tokens: Tensor) -> Tensor { audio(tokens) }
}

public import Layers
public import Tensors

/// The sizes of an encoder of tokens.
public struct EncoderSizes: Hashable, Sendable {
    /// The width of the tokens inside, the heads of attention and the hidden width.
    public var width, heads, hidden: Int
    /// The number of blocks.
    public var layers: Int

    /// Names the sizes.
    public init(width: Int, heads: Int, hidden: Int, layers: Int) {
        (self.width, self.heads, self.hidden, self.layers) = (width, heads, hidden, layers)
    }
}

/// Tokens brought to an encoder's width, each with what stands for its place added.
public struct TokenEmbedding: Sendable {
    private let map: Linear
    private let places: Tensor

    /// Reads `NAME.map` and `NAME.places` `[1, tokens, width]`.
    public init(
        _ weights: inout Weights, _ name: String, inputs: Int, tokens: Int, width: Int,
        precision: Precision
    ) {
        map = Linear(&weights, "\(name).map", from: inputs, to: width, precision: precision)
        places = weights.take("\(name).places", [1, tokens, width]).converted(to: .f32)
    }

    /// Returns `[batch, tokens, width]` of `[batch, tokens, inputs]`.
    public func callAsFunction(_ tokens: Tensor) -> Tensor { map(tokens) + places }
}

/// Blocks of attention and feed-forward with norms in front, and a norm at the end.
///
/// Source: the encoder of Dosovitskiy and others, "An image is worth 16x16 words" (2021), with
/// q and k normalised.
public struct TokenEncoder: Sendable {
    private let blocks: [EncoderBlock]
    private let norm: AffineNorm

    /// Reads `NAME.blocks.N` and `NAME.norm`.
    public init(
        _ weights: inout Weights, _ name: String, _ sizes: EncoderSizes, precision: Precision
    ) {
        blocks = (0..<sizes.layers).map {
            EncoderBlock(&weights, "\(name).blocks.\($0)", sizes, precision: precision)
        }
        norm = AffineNorm(&weights, "\(name).norm", width: sizes.width)
    }

    /// Returns the encoded tokens, `[batch, tokens, width]` of the same shape.
    public func encoded(_ tokens: Tensor) -> Tensor { norm(blocks.reduce(tokens) { $1($0) }) }

    /// Returns the mean of the encoded tokens, `[batch, width]` of `[batch, tokens, width]`.
    public func callAsFunction(_ tokens: Tensor) -> Tensor {
        let encoded = encoded(tokens)
        let (count, width) = (encoded.shape[1], encoded.shape[2])
        let mean = Tensor(repeating: 1 / Float(count), shape: [1, count])
        return mean.matmul(encoded).reshaped([-1, width])
    }
}

private struct EncoderBlock: Sendable {
    let attention: MultiHeadAttention
    let feedForward: FeedForward
    let norms: [AffineNorm]

    init(
        _ weights: inout Weights, _ name: String, _ sizes: EncoderSizes, precision: Precision
    ) {
        attention = MultiHeadAttention(
            &weights, "\(name).attention", width: sizes.width, heads: sizes.heads, eps: 1e-6,
            precision: precision)
        feedForward = FeedForward(
            &weights, "\(name).ffn.0", "\(name).ffn.2", from: sizes.width, hidden: sizes.hidden,
            to: sizes.width, precision: precision)
        norms = (1...2).map { AffineNorm(&weights, "\(name).norm\($0)", width: sizes.width) }
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let mixed = attention(norms[0](x), residual: x)
        return feedForward(norms[1](mixed), residual: mixed)
    }
}

private struct AffineNorm: Sendable {
    let weight, bias: Tensor

    init(_ weights: inout Weights, _ name: String, width: Int) {
        weight = weights.take("\(name).weight", [width]).converted(to: .f32)
        bias = weights.take("\(name).bias", [width]).converted(to: .f32)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        x.layerNorm(weight: weight, bias: bias, eps: 1e-6)
    }
}

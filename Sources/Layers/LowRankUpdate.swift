public import Tensors

/// What an adapter adds to a linear map: scale · up · down, of low rank (LoRA).
///
/// Source: Hu and others, "LoRA: low-rank adaptation of large language models" (2021).
public struct LowRankUpdate: Sendable {
    /// `[rank, in]`.
    public var down: Tensor

    /// `[out, rank]`.
    public var up: Tensor

    /// What the product is multiplied by: alpha / rank, or alpha / √rank.
    public var scale: Float

    /// Makes what an input of a shape is multiplied by while training: zeros, and 1 / (1 - rate).
    public var dropout: (@Sendable ([Int]) -> Tensor)?

    /// Joins the factors of one map.
    public init(
        down: Tensor, up: Tensor, scale: Float, dropout: (@Sendable ([Int]) -> Tensor)? = nil
    ) {
        (self.down, self.up, self.scale, self.dropout) = (down, up, scale, dropout)
    }

    /// Returns `base + scale · up · down · x` of `[…, in]`.
    func added(to base: Tensor, _ x: Tensor) -> Tensor {
        let kept = dropout.map { x * $0(x.shape) } ?? x
        return (kept.linear(down) * scale).linear(up, residual: base)
    }
}

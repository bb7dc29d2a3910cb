public import Tensors

/// Attention with q, k, v and output maps, and RMS norms of q and k over the whole width.
///
/// The norms run over all heads together, before the split into heads, as Wan has it.
public struct MultiHeadAttention: Sendable {
    let q, k, v, o: Linear
    let queryNorm, keyNorm: Tensor
    let heads: Int
    let eps: Float

    /// Reads `NAME.{q,k,v,o}` and `NAME.norm_{q,k}.weight`.
    public init(
        _ weights: inout Weights, _ name: String, width: Int, heads: Int, eps: Float,
        precision: Precision
    ) {
        func map(_ part: String) -> Linear {
            Linear(&weights, "\(name).\(part)", from: width, to: width, precision: precision)
        }
        (q, k, v, o) = (map("q"), map("k"), map("v"), map("o"))
        queryNorm = weights.take("\(name).norm_q.weight", [width]).converted(to: .f32)
        keyNorm = weights.take("\(name).norm_k.weight", [width]).converted(to: .f32)
        self.heads = heads
        self.eps = eps
    }

    /// Returns `residual + gate · attention` of x `[batch, tokens, width]` to `context`, or to x.
    ///
    /// Queries and keys are turned by `rotation` when there is one.
    public func callAsFunction(
        _ x: Tensor, context: Tensor? = nil, rotation: RotationTable? = nil, gate: Tensor? = nil,
        residual: Tensor? = nil
    ) -> Tensor {
        let source = context ?? x
        var query = split(q(x).rmsNorm(weight: queryNorm, eps: eps))
        var key = split(k(source).rmsNorm(weight: keyNorm, eps: eps))
        if let rotation {
            query = query.rotated(by: rotation)
            key = key.rotated(by: rotation)
        }
        let mixed = attention(query: query, key: key, value: split(v(source)))
        return o(mixed.reshaped(x.shape), gate: gate, residual: residual)
    }

    /// `[batch, tokens, width]` as `[batch, tokens, heads, width / heads]`.
    private func split(_ x: consuming Tensor) -> Tensor {
        x.reshaped([x.shape[0], x.shape[1], heads, -1])
    }
}

public import Tensors

/// y = x · Wᵀ + b, with W `[out, in]` and b `[out]`.
public struct Linear: Sendable {
    let weight: Tensor
    let bias: Tensor?
    let precision: Precision
    /// What an adapter adds.
    let update: LowRankUpdate?

    /// Reads `NAME.weight` and, unless told otherwise, `NAME.bias`; an adapter may add to NAME.
    public init(
        _ weights: inout Weights, _ name: String, from inputs: Int, to outputs: Int,
        hasBias: Bool = true, precision: Precision
    ) {
        weight = weights.take("\(name).weight", [outputs, inputs])
        bias = hasBias ? weights.take("\(name).bias", [outputs]).converted(to: .f32) : nil
        update = weights.takeUpdate(name, from: inputs, to: outputs)
        self.precision = precision
    }

    /// Makes a map from its weight, whose axes behind the first are taken together.
    init(weight: Tensor, bias: Tensor?, precision: Precision) {
        self.weight = weight.reshaped([weight.shape[0], -1])
        self.bias = bias?.converted(to: .f32)
        update = nil
        self.precision = precision
    }

    /// Returns `residual + gate · activation(x · Wᵀ + b)`.
    ///
    /// x is `[…, in]`; with a gate `[batch, 1 or tokens, out]` it is `[batch, tokens, in]`.
    public func callAsFunction(
        _ x: Tensor, activation: Activation? = nil, gate: Tensor? = nil, residual: Tensor? = nil
    ) -> Tensor {
        guard let update else {
            return x.linear(
                weight, bias: bias, activation: activation, gate: gate, residual: residual,
                precision: precision)
        }
        let base = x.linear(weight, bias: bias, precision: precision)
        let sum = update.added(to: base, x)
        let y = activation.map { sum.activated($0) } ?? sum
        return y.gated(gate, residual: residual)
    }
}

/// Two linear maps with an activation between: in → hidden → out.
public struct FeedForward: Sendable {
    let first, second: Linear
    let activation: Activation

    /// Reads the maps of two names.
    public init(
        _ weights: inout Weights, _ first: String, _ second: String, from inputs: Int,
        hidden: Int, to outputs: Int, activation: Activation = .gelu, precision: Precision
    ) {
        self.first = Linear(&weights, first, from: inputs, to: hidden, precision: precision)
        self.second = Linear(&weights, second, from: hidden, to: outputs, precision: precision)
        self.activation = activation
    }

    /// Returns `residual + gate · second(activation(first(x)))`; shapes as in `Linear`.
    public func callAsFunction(
        _ x: Tensor, gate: Tensor? = nil, residual: Tensor? = nil
    ) -> Tensor {
        second(first(x, activation: activation), gate: gate, residual: residual)
    }
}

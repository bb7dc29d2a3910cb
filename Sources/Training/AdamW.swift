public import Tensors

/// AdamW: steps by the mean gradient over the root of its mean square, and weights that decay.
///
/// Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019), as PyTorch has
/// it.
public struct AdamW: Hashable, Sendable {
    /// The decay of the mean of gradients, and of their squares.
    public var betas: (Double, Double) { (meanDecay, squareDecay) }
    private var meanDecay, squareDecay: Double
    /// Added to the root, so that it is never zero.
    public var eps: Double
    /// What weights shrink by, times the learning rate, at each step.
    public var weightDecay: Double

    /// Makes the method; by default without decay.
    public init(
        betas: (Double, Double) = (0.9, 0.999), eps: Double = 1e-8, weightDecay: Double = 0
    ) {
        (meanDecay, squareDecay) = betas
        (self.eps, self.weightDecay) = (eps, weightDecay)
    }

    /// Takes a step, counted from 1, with one parameter.
    public func step(
        _ parameter: inout Tensor, gradient: Tensor, mean: inout Tensor, square: inout Tensor,
        rate: Double, step: Int
    ) {
        parameter.adamStep(
            gradient: gradient, mean: &mean, square: &square,
            AdamStep(
                rate: rate, meanDecay: meanDecay, squareDecay: squareDecay, eps: eps,
                weightDecay: weightDecay, step: step))
    }
}

public import Tensors

/// Muon: steps along the nearest orthogonal matrix to the mean gradient, for matrices.
///
/// Source: Jordan, "Muon: an optimizer for hidden layers in neural networks" (2024).
public struct Muon: Hashable, Sendable {
    /// The decay of the sum of gradients.
    public var momentum: Double
    /// What weights shrink by, times the learning rate, at each step.
    public var weightDecay: Double
    /// Newton and Schulz's iterations.
    public var iterations: Int

    /// Makes the method.
    public init(momentum: Double = 0.95, weightDecay: Double = 0, iterations: Int = 5) {
        (self.momentum, self.weightDecay, self.iterations) = (momentum, weightDecay, iterations)
    }

    /// Takes a step with one matrix.
    public func step(
        _ parameter: inout Tensor, gradient: Tensor, mean: inout Tensor, rate: Double
    ) {
        mean = mean.combined(Float(momentum), gradient, Float(1 - momentum))
        // Nesterov's look ahead.
        let ahead = gradient.combined(Float(1 - momentum), mean, Float(momentum))
        let direction = Self.orthogonal(ahead, iterations)
        let scale = max(1, Double(parameter.shape[0]) / Double(parameter.shape[1])).squareRoot()
        parameter = parameter.combined(
            Float(1 - rate * weightDecay), direction, Float(-rate * scale))
    }

    /// Returns nearly U · Vᵀ of a matrix U · S · Vᵀ: singular values come to lie around 1.
    static func orthogonal(_ matrix: Tensor, _ iterations: Int) -> Tensor {
        let isTall = matrix.shape[0] > matrix.shape[1]
        var x = isTall ? matrix.transposed().contiguous() : matrix
        x = x * Float(1 / (x.squareSum().squareRoot() + 1e-7))
        for _ in 0..<iterations {
            let a = x.matmul(x.transposed())
            let b = a.combined(-4.775, a.matmul(a), 2.0315)
            x = x.combined(3.4445, b.matmul(x), 1)
        }
        return isTall ? x.transposed().contiguous() : x
    }
}

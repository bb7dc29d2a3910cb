public import Tensors

/// Classifier-free guidance of one modality.
public struct Guidance: Hashable, Sendable {
    /// How far to go beyond the unconditional velocity; 1 leaves the conditional one as it is.
    public var scale: Float

    /// The noise levels at which guidance is applied; elsewhere the conditional velocity counts.
    ///
    /// Source: Kynkäänniemi et al., "Applying guidance in a limited interval improves sample and
    /// distribution quality in diffusion models" (2024).
    public var interval: ClosedRange<Float>

    /// Makes a guidance that is applied at every level unless an interval is given.
    public init(scale: Float, interval: ClosedRange<Float> = 0...1) {
        self.scale = scale
        self.interval = interval
    }

    /// Whether the unconditional velocity is needed at a noise level.
    public func isActive(at sigma: Float) -> Bool {
        scale != 1 && interval.contains(sigma)
    }

    /// unconditional + scale · (conditional - unconditional).
    public func combine(conditional: Tensor, unconditional: Tensor) -> Tensor {
        unconditional.combined(1 - scale, conditional, scale)
    }
}

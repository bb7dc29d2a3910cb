public import Tensors

/// Clipping by the norm over all gradients together.
public enum GradientNorm {
    /// Returns √Σ g², in double precision and in the order of names.
    public static func norm(_ gradients: NamedTensors) -> Double {
        var sum = 0.0
        for (_, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
            sum += gradient.squareSum()
        }
        return sum.squareRoot()
    }

    /// Scales gradients so that their norm is at most `most`; returns what it was before.
    ///
    /// The factor is most / (norm + 1e-6) when that is below 1, as PyTorch has it.
    public static func clip(_ gradients: inout NamedTensors, most: Double?) -> Double {
        let norm = norm(gradients)
        guard let most else { return norm }
        let factor = most / (norm + 1e-6)
        guard factor < 1 else { return norm }
        // One by one and in place: there is no second set of gradients at any time.
        for name in Array(gradients.keys) {
            gradients[name]?.scale(by: Float(factor))
        }
        return norm
    }
}

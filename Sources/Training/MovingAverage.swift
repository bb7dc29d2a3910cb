public import Tensors

/// Averaged weights: average = decay · average + (1 - decay) · weights after every step.
public enum MovingAverage {
    /// Moves an average towards the weights.
    public static func update(
        _ average: inout NamedTensors, towards weights: NamedTensors, decay: Double
    ) {
        for (name, weight) in weights {
            average[name] =
                average[name].map { $0.combined(Float(decay), weight, Float(1 - decay)) } ?? weight
        }
    }
}

public import Layers
public import Models
public import Tensors

/// What is trained of a model: some of its own weights, or low-rank updates of its linear maps.
///
/// The model's weights are there once, in memory or mapped, whatever is trained of it.
public struct Policy: Sendable {
    /// What the trained numbers are.
    public enum Form: Sendable {
        /// Weights that stand in place of the model's of the same names.
        case full
        /// `MODULE.lora_A.weight` and `MODULE.lora_B.weight`, and what their product is scaled by.
        case lora(scale: Float, dropout: Double)
    }

    /// The weights that are not trained.
    public let base: Checkpoint

    /// The network's sizes.
    public let configuration: JavisConfiguration

    /// What the trained numbers are.
    public let form: Form

    /// Describes what is trained.
    public init(base: Checkpoint, configuration: JavisConfiguration, form: Form) {
        (self.base, self.configuration, self.form) = (base, configuration, form)
    }

    /// Returns the network with trained numbers in place; `dropout` only while training.
    public func network(
        _ parameters: NamedTensors, dropout: Dropout? = nil
    ) throws(WeightError) -> JavisTransformer {
        switch form {
        case .full:
            return try JavisTransformer(base.replacing(parameters), configuration)
        case .lora(let scale, let rate):
            var adapter: [String: LowRankUpdate] = [:]
            for (name, down) in parameters where name.hasSuffix(LowRank.down) {
                let module = String(name.dropLast(LowRank.down.count))
                guard let up = parameters[module + LowRank.up] else { continue }
                let mask = rate > 0 ? dropout?.masks(rate: rate, of: module) : nil
                adapter[module] = LowRankUpdate(down: down, up: up, scale: scale, dropout: mask)
            }
            return try JavisTransformer(base, configuration, adapter: adapter)
        }
    }
}

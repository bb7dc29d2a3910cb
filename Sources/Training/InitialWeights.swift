import Samplers
public import Tensors

/// Random weights for a network that is trained from the beginning, as Wan's authors begin.
public enum InitialWeights {
    /// Returns weights of the given shapes, by name, all from one seed.
    ///
    /// Matrices are uniform within ± √(6 / (in + out)), text and time maps normal with spread 0.02;
    /// biases and the heads' maps begin at 0, norms at 1, modulation at normal / √width.
    public static func random(_ shapes: [String: [Int]], seed: UInt64) -> NamedTensors {
        var weights: NamedTensors = [:]
        for (name, shape) in shapes {
            weights[name] = tensor(name, shape, Draw(seed: seed, id: name, epoch: 0))
        }
        return weights
    }

    private static func tensor(_ name: String, _ shape: [Int], _ draw: Draw) -> Tensor {
        let count = shape.reduce(1, *)
        func normal(_ spread: Double) -> Tensor {
            Tensor(draw.normals(count).map { Float($0 * spread) }, shape: shape)
        }
        if name.hasSuffix(".bias") || name.hasSuffix("head.head.weight") {
            return Tensor(repeating: 0, shape: shape)
        }
        if name.contains("norm") { return Tensor(repeating: 1, shape: shape) }
        if name.contains("modulation") {
            return normal(1 / Double(shape[shape.count - 1]).squareRoot())
        }
        if ["text_embedding", "time_embedding", "position_table"].contains(where: name.contains) {
            return normal(0.02)
        }
        if name == "word_embedding.weight" { return normal(1) }
        let inputs = shape[1...].reduce(1, *)
        let bound = (6 / Double(inputs + shape[0])).squareRoot()
        return Tensor(draw.uniforms(count).map { Float((2 * $0 - 1) * bound) }, shape: shape)
    }
}

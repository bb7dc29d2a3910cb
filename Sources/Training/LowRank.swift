import Samplers
public import Tensors

/// The low-rank numbers of a training: which maps get them, and how they begin.
public enum LowRank {
    /// What stands behind a map's name.
    static let down = ".lora_A.weight"
    static let up = ".lora_B.weight"

    /// Returns the names of linear maps among the shapes of a network's weights.
    public static func maps(_ shapes: [String: [Int]]) -> [String] {
        shapes.filter { $0.value.count == 2 && $0.key.hasSuffix(".weight") }
            .map { String($0.key.dropLast(".weight".count)) }
            .filter { $0 != "word_embedding" }.sorted()
    }

    /// Returns the first numbers of maps' updates: A uniform within ± 1/√in, B zero, so that the
    /// update changes nothing yet.
    public static func initial(
        _ maps: [String], shapes: [String: [Int]], rank: Int, seed: UInt64
    ) -> NamedTensors {
        var parameters: NamedTensors = [:]
        for map in maps {
            guard let shape = shapes[map + ".weight"] else { continue }
            let bound = 1 / Double(shape[1]).squareRoot()
            let numbers = Draw(seed: seed, id: map, epoch: 0).uniforms(rank * shape[1])
            parameters[map + down] = Tensor(
                numbers.map { Float((2 * $0 - 1) * bound) }, shape: [rank, shape[1]])
            parameters[map + up] = Tensor(repeating: 0, shape: [shape[0], rank])
        }
        return parameters
    }
}

/// Which inputs of low-rank updates are dropped in one batch, worked out from its number.
public struct Dropout: Sendable {
    private let seed: UInt64
    private let batch: Int

    /// Makes the choice of one batch of a training.
    public init(seed: UInt64, batch: Int) {
        (self.seed, self.batch) = (seed, batch)
    }

    /// Makes masks of one map: 0 for the share that is dropped, 1 / (1 - rate) for the rest.
    func masks(rate: Double, of module: String) -> @Sendable ([Int]) -> Tensor {
        let numbers = Draw(seed: seed, id: "dropout in \(module)", epoch: batch).words
        let least = UInt32(rate * 0x1p32)
        let kept = Float(1 / (1 - rate))
        return { shape in
            let count = shape.reduce(1, *)
            var mask = [Float](repeating: 0, count: (count + 3) / 4 * 4)
            for block in 0..<mask.count / 4 {
                let words = numbers(block)
                for lane in 0..<4 { mask[4 * block + lane] = words[lane] < least ? 0 : kept }
            }
            return Tensor(Array(mask.prefix(count)), shape: shape)
        }
    }
}

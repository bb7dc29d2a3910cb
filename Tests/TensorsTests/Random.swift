import Preferences
import Tensors

extension SplitMix64 {
    /// A tensor of numbers in -1..<1.
    mutating func tensor(_ shape: Int...) -> Tensor { tensor(shape) }

    /// A tensor of a shape.
    mutating func tensor(_ shape: [Int]) -> Tensor {
        Tensor(
            (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1..<1, using: &self) },
            shape: shape)
    }
}

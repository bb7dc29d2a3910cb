public import Tensors

/// How far predictions are from their targets, one number for each sample, and the way back.
///
/// Sums are taken in double precision: a preference loss lives on differences of such numbers.
public struct SquaredErrors: Sendable {
    /// How a sample's squares become one number.
    public enum Reduction: String, Sendable {
        /// Their mean, as in the released AV-DPO code.
        case mean
        /// Their sum, as in the paper's equation 5.
        case sum
    }

    /// The error of each sample.
    public let values: [Double]

    private let difference: Tensor
    private let share: Double

    /// Compares `[samples, …]` with `[samples, …]`.
    public init(_ prediction: Tensor, _ target: Tensor, _ reduction: Reduction = .mean) {
        let difference = prediction.detached() - target
        let samples = difference.shape[0]
        let size = difference.count / max(1, samples)
        let share = reduction == .mean ? 1 / Double(max(1, size)) : 1
        let numbers = difference.floatArray()
        values = (0..<samples).map { sample in
            var sum = 0.0
            for number in numbers[sample * size..<(sample + 1) * size] {
                sum += Double(number) * Double(number)
            }
            return sum * share
        }
        self.difference = difference
        self.share = share
    }

    /// Returns the gradient with respect to the predictions of a loss whose derivatives with
    /// respect to the samples' errors are `slopes`.
    public func gradient(_ slopes: [Double]) -> Tensor {
        let factors = Tensor(
            slopes.map { Float(2 * share * $0) },
            shape: [slopes.count] + [Int](repeating: 1, count: difference.rank - 1))
        return difference * factors
    }
}

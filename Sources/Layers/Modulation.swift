public import Tensors

/// Shifts, scales and gates that a timestep decides: a learned table plus the timestep's vector.
public struct Modulation: Sendable {
    private let table: Tensor

    /// Reads a table of `[1, rows, width]`.
    public init(_ weights: inout Weights, _ name: String, rows: Int, width: Int) {
        table = weights.take(name, [1, rows, width]).converted(to: .f32).expanded(0)
    }

    /// Returns the rows of table + vectors, each `[batch, 1 or tokens, width]`.
    ///
    /// `vectors` is `[batch, 1 or tokens, rows or 1, width]`.
    public func callAsFunction(_ vectors: Tensor) -> [Tensor] {
        let sum = table + vectors
        return (0..<sum.shape[2]).map { sum.selected(2, $0) }
    }
}

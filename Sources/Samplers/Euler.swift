public import Tensors

/// Euler's method: a straight step along the velocity.
public struct Euler: Solver {
    /// The levels it walks down.
    public let schedule: Schedule
    private var index = 0

    /// Starts at the first level of a schedule.
    public init(_ schedule: Schedule) {
        self.schedule = schedule
    }

    /// latent + (σᵢ₊₁ - σᵢ)·velocity.
    public mutating func step(_ latent: Tensor, velocity: Tensor) -> Tensor {
        defer { index += 1 }
        let distance = schedule.sigmas[index + 1] - schedule.sigmas[index]
        return latent.combined(1, velocity, distance)
    }
}

import Glibc
public import Tensors

/// Carries a latent from one noise level to the next, given the network's velocity there.
///
/// The velocity is noise - data, so data = latent - σ·velocity. A solver is a value with the
/// memory that its method needs; each modality has its own.
public protocol Solver: Sendable {
    /// The levels it walks down.
    var schedule: Schedule { get }

    /// Returns the latent at level i + 1, from the latent and the velocity at level i.
    mutating func step(_ latent: Tensor, velocity: Tensor) -> Tensor
}

/// A solver's name and settings, as job files spell them.
public enum SolverChoice: Hashable, Sendable {
    /// Straight steps.
    case euler
    /// Predictor and corrector of an order from 1 to 3.
    case unipc(order: Int, UniPC.Variant)
    /// Multistep of an order from 1 to 3.
    case dpm(order: Int, DPMSolver.Variant)

    /// Makes the solver over a schedule.
    public func solver(_ schedule: Schedule) -> any Solver {
        switch self {
        case .euler: Euler(schedule)
        case .unipc(let order, let variant): UniPC(schedule, order: order, variant)
        case .dpm(let order, let variant): DPMSolver(schedule, order: order, variant)
        }
    }
}

/// A noise level as the multistep solvers see it: λ = ln((1 - σ) / σ) grows as noise falls.
struct Level {
    let sigma, alpha, lambda: Double

    /// 1 - σ is taken in single precision: near σ = 1 the reference's rounding is visible.
    init(_ sigma: Float) {
        self.sigma = Double(sigma)
        alpha = Double(1 - sigma)
        lambda = log(alpha) - log(self.sigma)
    }
}

extension Tensor {
    /// latent - σ·velocity: the data that the velocity points at.
    func data(velocity: Tensor, sigma: Float) -> Tensor {
        combined(1, velocity, -sigma)
    }

    /// Returns Σ weightᵢ · tensorᵢ.
    static func weighted(_ terms: [(Double, Tensor)]) -> Tensor {
        var sum = terms[0].1.combined(Float(terms[0].0), nil, 0)
        for (weight, tensor) in terms.dropFirst() {
            sum = sum.combined(1, tensor, Float(weight))
        }
        return sum
    }
}

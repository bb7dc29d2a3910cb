import Glibc
public import Tensors

/// DPM-Solver++, the multistep form: earlier network calls give the higher orders for free.
///
/// Source: Lu et al., "DPM-Solver++: fast solver for guided sampling of diffusion probabilistic
/// models" (2022), predicting data, on flow levels.
public struct DPMSolver: Solver {
    /// Which of the two second-order formulas is used.
    public enum Variant: String, CaseIterable, Hashable, Sendable {
        /// The midpoint formula.
        case midpoint
        /// Heun's formula.
        case heun
    }

    /// Below this many steps the last but one is of second order at most.
    private static let fewSteps = 15

    /// The levels it walks down.
    public let schedule: Schedule
    private let order: Int
    private let variant: Variant
    private var index = 0

    /// Data predicted at the last levels, the newest first.
    private var history: [(data: Tensor, level: Level)] = []

    /// Starts at the first level of a schedule, with an order from 1 to 3.
    public init(_ schedule: Schedule, order: Int = 2, _ variant: Variant = .midpoint) {
        guard (1...3).contains(order) else { fatalError("an order of \(order); 1 to 3 exist") }
        self.schedule = schedule
        self.order = order
        self.variant = variant
    }

    /// Takes one step of the highest order that the history and the steps left allow.
    public mutating func step(_ latent: Tensor, velocity: Tensor) -> Tensor {
        defer { index += 1 }
        let sigma = schedule.sigmas[index]
        let data = latent.data(velocity: velocity, sigma: sigma)
        history.insert((data, Level(sigma)), at: 0)
        if history.count > order { history.removeLast() }
        // At level 0 every formula's limit is the data itself.
        let next = schedule.sigmas[index + 1]
        guard next > 0 else { return data }
        let isLastButOne = index == schedule.steps - 2
        let most = isLastButOne && schedule.steps < Self.fewSteps ? 2 : order
        return moved(latent, to: Level(next), order: min(most, history.count))
    }

    private func moved(_ latent: Tensor, to target: Level, order: Int) -> Tensor {
        let from = history[0].level
        let h = target.lambda - from.lambda
        let decay = expm1(-h)
        var terms = [
            (target.sigma / from.sigma, latent), (-target.alpha * decay, history[0].data),
        ]
        guard order > 1 else { return .weighted(terms) }
        let slope = target.alpha * (decay / h + 1)
        let r0 = (from.lambda - history[1].level.lambda) / h
        let first = history[0].data.combined(Float(1 / r0), history[1].data, Float(-1 / r0))
        guard order > 2 else {
            let weight = variant == .heun ? slope : -0.5 * target.alpha * decay
            return .weighted(terms + [(weight, first)])
        }
        let r1 = (history[1].level.lambda - history[2].level.lambda) / h
        let second = history[1].data.combined(Float(1 / r1), history[2].data, Float(-1 / r1))
        let bend = first.combined(1, second, -1)
        let curve = target.alpha * ((decay + h) / (h * h) - 0.5)
        terms.append((slope, first))
        terms.append(((slope * r0 - curve) / (r0 + r1), bend))
        return .weighted(terms)
    }
}

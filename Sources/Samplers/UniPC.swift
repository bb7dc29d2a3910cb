import Glibc
public import Tensors

/// UniPC: each step predicts, and the next network call also corrects where the step came from.
///
/// Source: Zhao et al., "UniPC: a unified predictor-corrector framework for fast sampling of
/// diffusion models" (2023), predicting data, as diffusers and Wan use it on flow levels.
public struct UniPC: Solver {
    /// The function B(h) that the method leaves open.
    public enum Variant: String, CaseIterable, Hashable, Sendable {
        /// B(h) = h.
        case bh1
        /// B(h) = eʰ - 1.
        case bh2
    }

    /// Pure noise has no finite λ, so a schedule from 1 is taken to begin here, as in diffusers.
    private static let highest: Float = 1 - 1e-6

    /// The levels it walks down.
    public let schedule: Schedule
    private let order: Int
    private let variant: Variant
    private var index = 0

    /// Data predicted at the last levels, the newest last.
    private var history: [(data: Tensor, level: Level)] = []

    /// Where the last prediction started, and of which order it was.
    private var last: (latent: Tensor, order: Int)?

    /// Starts at the first level of a schedule, with an order from 1 to 3.
    public init(_ schedule: Schedule, order: Int = 2, _ variant: Variant = .bh2) {
        guard (1...3).contains(order) else { fatalError("an order of \(order); 1 to 3 exist") }
        self.schedule = schedule
        self.order = order
        self.variant = variant
    }

    /// Corrects the latent with what the network said there, then predicts the next.
    public mutating func step(_ latent: Tensor, velocity: Tensor) -> Tensor {
        defer { index += 1 }
        let sigma = schedule.sigmas[index]
        let data = latent.data(velocity: velocity, sigma: sigma)
        let here = Level(min(sigma, Self.highest))
        var latent = latent
        if let last {
            latent = moved(last.latent, to: here, order: last.order, found: data)
        }
        history.append((data, here))
        if history.count > order { history.removeFirst() }
        let next = schedule.sigmas[index + 1]
        // At level 0 the terms of the step become infinite, their limit is the data itself.
        guard next > 0 else { return data }
        let order = min(self.order, schedule.steps - index, index + 1)
        last = (latent, order)
        return moved(latent, to: Level(next), order: order, found: nil)
    }

    /// Moves a latent from the newest level of the history; `found` is the data at the target,
    /// which the predictor does not know and the corrector does.
    private func moved(
        _ latent: Tensor, to target: Level, order: Int, found: Tensor?
    ) -> Tensor {
        let (data, from) = history[history.count - 1]
        let h = target.lambda - from.lambda
        let growth = expm1(-h)
        let b = variant == .bh1 ? -h : growth
        var ratios: [Double] = []
        var differences: [Tensor] = []
        for i in 1..<max(1, order) {
            let older = history[history.count - 1 - i]
            ratios.append((older.level.lambda - from.lambda) / h)
            differences.append(older.data.combined(1, data, -1))
        }
        if let found {
            ratios.append(1)
            differences.append(found.combined(1, data, -1))
        }
        let weights = Self.weights(ratios, h: h, b: b)
        var terms = [
            (target.sigma / from.sigma, latent), (-target.alpha * growth, data),
        ]
        for i in ratios.indices {
            terms.append((-target.alpha * b * weights[i] / ratios[i], differences[i]))
        }
        return .weighted(terms)
    }

    /// Solves Σⱼ rⱼⁱ⁻¹ ρⱼ = φᵢ(-h)·i! / B for ρ; a single unknown is set to ½ by the method.
    private static func weights(_ ratios: [Double], h: Double, b: Double) -> [Double] {
        let count = ratios.count
        guard count > 1 else { return [0.5] }
        var phi = expm1(-h) / -h - 1
        var factorial = 1.0
        var rows: [[Double]] = []
        for i in 1...count {
            rows.append(ratios.map { pow($0, Double(i - 1)) } + [phi * factorial / b])
            factorial *= Double(i + 1)
            phi = phi / -h - 1 / factorial
        }
        return solved(rows)
    }

    /// Gauss elimination with pivots over rows whose last number is the right side.
    private static func solved(_ system: [[Double]]) -> [Double] {
        var rows = system
        let count = rows.count
        for column in 0..<count {
            let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) }
            rows.swapAt(column, pivot ?? column)
            for row in 0..<count where row != column {
                let factor = rows[row][column] / rows[column][column]
                for i in column...count { rows[row][i] -= factor * rows[column][i] }
            }
        }
        return (0..<count).map { rows[$0][count] / rows[$0][$0] }
    }
}

import Glibc

/// The noise levels that a solver walks down, and the times that the network is told.
///
/// A latent at level σ is (1 - σ)·data + σ·noise. Steps lead from `sigmas[i]` to `sigmas[i + 1]`;
/// the last level is 0.
public struct Schedule: Hashable, Sendable {
    /// One more than there are steps, falling; rounded to single precision as the reference does.
    public let sigmas: [Float]

    /// What the network is given at each step, on a scale of 0 to 1000.
    public let timesteps: [Float]

    /// The number of steps.
    public var steps: Int { timesteps.count }

    /// Makes a schedule from levels without the final 0.
    init(_ levels: [Double], truncatesTimesteps: Bool) {
        sigmas = levels.map { Float($0) } + [0]
        timesteps = levels.map {
            Float(truncatesTimesteps ? (1000 * $0).rounded(.towardZero) : 1000 * $0)
        }
    }

    /// The published spacings of levels, each before a shift.
    public enum Spacing: String, CaseIterable, Hashable, Sendable {
        /// From 1 in equal steps towards 0: JavisDiT++, and Wan's DPM++ path.
        case fromOne = "from-one"
        /// From 0.999 in equal steps towards 0, whole timesteps: Wan's own UniPC.
        case wanUniPC = "wan-unipc"
        /// From 1 - 10⁻⁶ in equal steps towards 0.001, whole timesteps: diffusers' UniPC.
        case diffusersUniPC = "diffusers-unipc"
        /// From 0.999 in equal steps towards 0, whole timesteps: diffusers' DPM++.
        case diffusersDPM = "diffusers-dpm"
        /// From 1 in equal steps to 0.001, which is shifted twice: diffusers' flow-match Euler.
        case diffusersEuler = "diffusers-euler"
    }

    /// Makes a schedule of a spacing, with σ moved to k·σ / (1 + (k - 1)·σ) by a shift k.
    public init(_ spacing: Spacing, steps: Int, shift: Double) {
        guard steps > 0, shift > 0 else { fatalError("\(steps) steps and a shift of \(shift)") }
        let last = 1.0 / 1000
        switch spacing {
        case .fromOne:
            self.init(
                spaced(1, 0, steps + 1).dropLast().map { shifted($0, shift) },
                truncatesTimesteps: false)
        case .wanUniPC:
            // Single precision is what 0.999 passes through in the reference.
            self.init(
                spaced(Double(Float(0.999)), 0, steps + 1).dropLast().map { shifted($0, shift) },
                truncatesTimesteps: true)
        case .diffusersUniPC:
            var levels = spaced(1, last, steps + 1).dropLast().map { shifted($0, shift) }
            if abs(levels[0] - 1) < 1e-6 { levels[0] -= 1e-6 }
            self.init(levels, truncatesTimesteps: true)
        case .diffusersDPM:
            let levels = spaced(1, last, steps + 1).map { shifted(1 - $0, shift) }
            self.init(levels.reversed().dropLast(), truncatesTimesteps: true)
        case .diffusersEuler:
            let levels = spaced(1000, 1000 * shifted(last, shift), steps)
            self.init(levels.map { shifted($0 / 1000, shift) }, truncatesTimesteps: false)
        }
    }
}

/// How a schedule is shifted for a clip's size: more pixels keep more signal at the same level.
public enum Shift {
    /// JavisDiT++'s: √(pixels / 512²) · √(5·⌊frames / 17⌋) · scale, with 1 for an image's frames.
    ///
    /// Its released code leaves out the configured scale of 5 when it samples, not when it trains.
    public static func javis(height: Int, width: Int, frames: Int, scale: Double = 1) -> Double {
        let length = frames == 1 ? 1 : 5 * (frames / 17)
        return (Double(height * width) / (512 * 512)).squareRoot()
            * Double(length).squareRoot() * scale
    }

    /// Diffusers' dynamic shift: e to a power that grows linearly with the number of tokens.
    public static func byTokens(
        _ tokens: Int, few: (tokens: Int, power: Double) = (256, 0.5),
        many: (tokens: Int, power: Double) = (4096, 1.15)
    ) -> Double {
        let slope = (many.power - few.power) / Double(many.tokens - few.tokens)
        return exp(few.power + slope * Double(tokens - few.tokens))
    }
}

/// The distribution of noise levels in training: a normal number through the logistic function.
public struct LogitNormal: Hashable, Sendable {
    /// Mean and standard deviation of the normal number.
    public var mean, deviation: Double

    /// Applied after the logistic function, as in a schedule.
    public var shift: Double

    /// Makes a distribution; by default JavisDiT++'s before its shift.
    public init(mean: Double = 0, deviation: Double = 1, shift: Double = 1) {
        self.mean = mean
        self.deviation = deviation
        self.shift = shift
    }

    /// The noise level that a standard normal number stands for.
    public func sigma(_ normal: Double) -> Double {
        shifted(1 / (1 + exp(-(mean + deviation * normal))), shift)
    }
}

/// k·σ / (1 + (k - 1)·σ).
private func shifted(_ sigma: Double, _ k: Double) -> Double {
    k * sigma / (1 + (k - 1) * sigma)
}

/// Equally spaced numbers with both ends.
private func spaced(_ first: Double, _ last: Double, _ count: Int) -> [Double] {
    guard count > 1 else { return [first] }
    let step = (last - first) / Double(count - 1)
    return (0..<count).map { $0 == count - 1 ? last : Double($0) * step + first }
}

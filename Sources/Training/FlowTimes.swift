import Glibc
public import Samplers
public import Tensors

/// Which times of the flow are trained at: 0 is data, 1 is noise.
public struct FlowTimes: Hashable, Sendable {
    /// A density of times.
    public enum Density: Hashable, Sendable {
        /// All times alike.
        case uniform
        /// σ(mean + spread · z) for a standard normal z.
        case logitNormal(mean: Double, spread: Double)
    }

    /// The density before the shift.
    public var density: Density

    /// Times become shift · t / (1 + (shift - 1) · t), which moves them towards noise above 1.
    public var shift: Double

    /// Makes a choice of times; by default logit-normal ones without a shift.
    public init(_ density: Density = .logitNormal(mean: 0, spread: 1), shift: Double = 1) {
        self.density = density
        self.shift = shift
    }

    /// Returns the time that a standard normal number stands for.
    public func time(_ z: Double) -> Double {
        let t =
            switch density {
            case .uniform: uniform(z)
            case .logitNormal(let mean, let spread): sigmoid(mean + spread * z)
            }
        return shift * t / (1 + (shift - 1) * t)
    }
}

/// What is drawn for a sample or pair: worked out from its id and the epoch, never drawn, so that a
/// run that was interrupted goes on with the same numbers.
public struct Draw: Sendable {
    private let seed: UInt64
    private let id: String
    private let epoch: Int

    /// Makes the draws of one sample or pair in one epoch.
    public init(seed: UInt64, id: String, epoch: Int) {
        (self.seed, self.id, self.epoch) = (seed, id, epoch)
    }

    /// The time it is trained at.
    public func time(_ times: FlowTimes) -> Double { times.time(normal("time")) }

    /// Whether something happens that happens to a share of samples.
    public func happens(_ purpose: String, share: Double) -> Bool {
        share > 0 && uniform(normal(purpose)) < share
    }

    /// A number by which samples are put in order.
    public var place: Double { normal("order") }

    /// The noise of one modality, independent of the other's.
    public func noise(_ modality: Modality, _ shape: [Int]) -> Tensor {
        NoiseStream(seed: seed, prompt: "noise of \(id)", ordinal: epoch, modality: modality)
            .tensor(shape)
    }

    /// Standard normal numbers.
    func normals(_ count: Int) -> [Double] {
        NoiseStream(seed: seed, prompt: "numbers of \(id)", ordinal: epoch, modality: .video)
            .normals(count)
    }

    /// Numbers of 0 to 1, all alike.
    func uniforms(_ count: Int) -> [Double] { normals(count).map(uniform) }

    /// Blocks of four random words.
    var words: @Sendable (Int) -> SIMD4<UInt32> {
        let numbers = normals(2)
        let key = SIMD2(UInt32(uniform(numbers[0]) * 0x1p32), UInt32(uniform(numbers[1]) * 0x1p32))
        return { block in
            let place = UInt64(block)
            return Philox.block(
                counter: SIMD4(
                    UInt32(truncatingIfNeeded: place), UInt32(truncatingIfNeeded: place >> 32), 0,
                    0), key: key)
        }
    }

    private func normal(_ purpose: String) -> Double {
        NoiseStream(seed: seed, prompt: "\(purpose) of \(id)", ordinal: epoch, modality: .video)
            .normals(1)[0]
    }
}

/// The share of standard normal numbers below one.
private func uniform(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

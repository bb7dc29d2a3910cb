import Glibc

/// Everything about one clip of the bounce world that its prompt leaves open.
///
/// Lengths are in pixels of the 16 × 32 picture that the small model sees; time is in seconds.
public struct BounceScene: Sendable, Equatable {
    /// The prompt that it answers.
    public var prompt: BouncePrompt
    /// The seed of its random numbers.
    public var seed: UInt64
    /// Which of the prompt's clips it is.
    public var variant: Int
    /// The grey level of the wall, from 0 to 1; the floor is lighter by 0.15.
    public var background: Double
    /// Half the shape's height, about.
    public var radius: Double
    /// Where the shape is across.
    public var x: Double
    /// When it first touches the floor.
    public var firstImpact: Double
    /// The time from one impact to the next.
    public var period: Double
    /// The sound's lowest frequency in hertz.
    public var frequency: Double
    /// The sound's loudness, of full scale.
    public var volume: Double

    /// How long every clip is.
    public static let seconds = 2.0
    /// The picture's size in the small model's pixels.
    public static let width = 16.0
    /// The picture's size in the small model's pixels.
    public static let height = 32.0
    /// Where the floor begins, from the top.
    public static let floor = 29.0
    /// How much lighter the floor is.
    public static let floorStep = 0.15

    /// Draws a scene; the same seed, prompt and variant give the same one.
    public init(_ prompt: BouncePrompt, seed: UInt64, variant: Int = 0) {
        let place = SIMD2(
            UInt32(BouncePrompt.all.firstIndex(of: prompt) ?? 0),
            UInt32(truncatingIfNeeded: variant))
        var draws = CountedDraws(seed: seed, place: place, purpose: 0x7363)
        self.prompt = prompt
        self.seed = seed
        self.variant = variant
        background = draws.uniform(0.08, 0.22)
        radius = prompt.size.radius * draws.uniform(0.94, 1.06)
        x = Self.width / 2 + draws.uniform(-0.7, 0.7)
        frequency = prompt.pitch.frequency * exp2(draws.uniform(-0.12, 0.12))
        volume = 0.5 * draws.uniform(0.5, 1)
        let (first, period) = prompt.count.times
        repeat {
            firstImpact = draws.uniform(first.lowerBound, first.upperBound)
            self.period = draws.uniform(period.lowerBound, period.upperBound)
        } while !hasTheRightCount
    }

    /// When it touches the floor.
    public var impacts: [Double] {
        (0..<prompt.count.number).map { firstImpact + Double($0) * period }
    }

    /// The clip is not to end while a sound has just begun, nor with an impact nobody counts.
    private var hasTheRightCount: Bool {
        let next = firstImpact + Double(prompt.count.number) * period
        return next - period < 1.75 && next > 2.02
    }

    /// The centre of the shape at a time, from the top.
    public func y(at time: Double) -> Double {
        let (top, bottom) = (radius + 1, Self.floor - radius)
        guard time > firstImpact - period / 2 else { return top }
        let phase = (time - firstImpact) / period
        let fraction = phase - phase.rounded(.down)
        return bottom - 4 * fraction * (1 - fraction) * (bottom - top)
    }
}

extension BouncePrompt.Size {
    /// The mean radius, in the small model's pixels.
    var radius: Double { self == .small ? 3.4 : 5.5 }
}

extension BouncePrompt.Pitch {
    /// The mean frequency in hertz.
    var frequency: Double {
        switch self {
        case .low: 260
        case .middle: 760
        case .high: 2200
        }
    }
}

extension BouncePrompt.Count {
    /// When the first impact may be, and how long a period may last.
    var times: (first: ClosedRange<Double>, period: ClosedRange<Double>) {
        switch self {
        case .once: (0.4...1.0, 1.2...1.6)
        case .twice: (0.3...0.7, 0.75...0.95)
        case .threeTimes: (0.25...0.45, 0.5...0.62)
        }
    }
}

extension BouncePrompt.Colour {
    /// Red, green and blue from 0 to 1.
    public var light: SIMD3<Double> {
        switch self {
        case .red: SIMD3(0.90, 0.18, 0.18)
        case .green: SIMD3(0.18, 0.75, 0.25)
        case .blue: SIMD3(0.22, 0.35, 0.95)
        case .yellow: SIMD3(0.95, 0.85, 0.20)
        case .purple: SIMD3(0.70, 0.25, 0.85)
        case .white: SIMD3(0.93, 0.93, 0.93)
        }
    }
}

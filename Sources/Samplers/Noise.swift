import Glibc
public import Tensors

/// What a stream of noise is for.
public enum Modality: UInt32, CaseIterable, Hashable, Sendable {
    /// Video latents.
    case video = 1
    /// Audio latents.
    case audio = 2
}

/// An endless row of standard normal numbers, any of which can be worked out alone.
///
/// Numbers come from Philox4x32-10 by Box and Muller's transform in double precision: block i has
/// the counter (i mod 2³², i / 2³², modality, salt), and its words x₀…x₃ give four numbers, two
/// each from (x₀, x₁) and (x₂, x₃) as r·cos φ and r·sin φ, with r = √(-2 ln u₁), φ = 2π u₂ and
/// u = (x + ½) / 2³².
public struct NoiseStream: Hashable, Sendable {
    private let key: SIMD2<UInt32>
    private let upper: SIMD2<UInt32>

    /// Makes the stream of one modality of one candidate.
    ///
    /// Streams of different candidates and modalities have nothing in common, so the video's size
    /// has no part in the audio's noise. The key and the salt are a checksum of prompt id and
    /// ordinal under the seed: Philox chained over their bytes.
    public init(seed: UInt64, prompt: String, ordinal: Int, modality: Modality) {
        let seedKey = Self.words(seed)
        let number = Self.words(UInt64(bitPattern: Int64(ordinal)))
        let bytes = Array(prompt.utf8)
        // The length goes first, so that no prompt id is the beginning of another's checksum.
        var state = Philox.block(
            counter: SIMD4(UInt32(truncatingIfNeeded: bytes.count), number[0], number[1], 0),
            key: seedKey)
        for start in stride(from: 0, to: bytes.count, by: 16) {
            var piece = SIMD4<UInt32>()
            for (i, byte) in bytes[start..<min(start + 16, bytes.count)].enumerated() {
                piece[i / 4] |= UInt32(byte) << UInt32(8 * (i % 4))
            }
            state = Philox.block(counter: state ^ piece, key: seedKey)
        }
        self.init(
            key: SIMD2(state[0], state[1]), stream: modality.rawValue, salt: state[2])
    }

    /// Makes the stream of a seed and a stream number, without a salt.
    public init(seed: UInt64, stream: UInt32) {
        self.init(key: Self.words(seed), stream: stream, salt: 0)
    }

    private init(key: SIMD2<UInt32>, stream: UInt32, salt: UInt32) {
        self.key = key
        upper = SIMD2(stream, salt)
    }

    /// Returns the first numbers of the stream.
    public func normals(_ count: Int) -> [Double] {
        var numbers: [Double] = []
        numbers.reserveCapacity(count + 3)
        var block: UInt64 = 0
        while numbers.count < count {
            let place = Self.words(block)
            let words = Philox.block(
                counter: SIMD4(place[0], place[1], upper[0], upper[1]), key: key)
            for (first, second) in [(words[0], words[1]), (words[2], words[3])] {
                let pair = Self.normalPair(first, second)
                numbers.append(pair.0)
                numbers.append(pair.1)
            }
            block += 1
        }
        return Array(numbers.prefix(count))
    }

    /// Returns the first numbers of the stream in row-major order, rounded to single precision.
    public func tensor(_ shape: [Int]) -> Tensor {
        Tensor(normals(shape.reduce(1, *)).map { Float($0) }, shape: shape)
    }

    /// Box and Muller's transform of two random words.
    public static func normalPair(_ first: UInt32, _ second: UInt32) -> (Double, Double) {
        let scale = 0x1p-32
        let radius = (-2 * log((Double(first) + 0.5) * scale)).squareRoot()
        let angle = 2 * Double.pi * ((Double(second) + 0.5) * scale)
        return (radius * cos(angle), radius * sin(angle))
    }

    /// A number's low and high 32 bits.
    private static func words(_ number: UInt64) -> SIMD2<UInt32> {
        SIMD2(UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32))
    }
}

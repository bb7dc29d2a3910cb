import Samplers

/// Random numbers worked out from a seed, a place and how many came before: the same on any
/// machine, in any order of places.
struct CountedDraws {
    private let key: SIMD2<UInt32>
    private let place: SIMD2<UInt32>
    private let purpose: UInt32
    private var count: UInt32 = 0

    init(seed: UInt64, place: SIMD2<UInt32>, purpose: UInt32) {
        key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        self.place = place
        self.purpose = purpose
    }

    /// A number between two others.
    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        let words = Philox.block(counter: SIMD4(count, place[0], place[1], purpose), key: key)
        count += 1
        return low + (high - low) * (Double(words[0]) + 0.5) * 0x1p-32
    }

    /// A seed for something else.
    mutating func seed() -> UInt64 { UInt64(uniform(0, 0x1p32)) }

    /// One of so many, from 0.
    mutating func index(below count: Int) -> Int { min(count - 1, Int(uniform(0, Double(count)))) }
}

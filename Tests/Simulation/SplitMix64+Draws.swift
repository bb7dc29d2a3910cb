public import Preferences

/// What a scenario draws.
extension SplitMix64 {
    /// Returns a number in 0..<1.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Returns true with probability `p`.
    public mutating func chance(_ p: Double) -> Bool { p > 0 && unit() < p }

    /// Returns a whole number of the range.
    public mutating func int(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// Returns a number of the range.
    public mutating func real(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    /// Returns an element of a list that is not empty.
    public mutating func pick<T>(_ list: [T]) -> T { list[int(0...list.count - 1)] }

    /// Returns a rate for one kind of fault: in half of all runs there is none of the kind.
    public mutating func rate(upTo limit: Double) -> Double {
        chance(0.5) ? 0 : limit * unit() * unit()
    }
}

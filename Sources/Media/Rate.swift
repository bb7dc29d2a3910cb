/// Pictures in a second, as an exact fraction: 16, 24, 30000/1001.
public struct Rate: Sendable, Hashable {
    /// The pictures of `denominator` seconds.
    public let numerator: Int
    /// The seconds that `numerator` pictures take.
    public let denominator: Int

    /// Creates a rate in lowest terms; nil unless both are positive and below 2³¹.
    public init?(_ numerator: Int, _ denominator: Int = 1) {
        guard numerator > 0, denominator > 0 else { return nil }
        let divisor = greatestCommonDivisor(numerator, denominator)
        guard numerator / divisor <= Int32.max, denominator / divisor <= Int32.max else {
            return nil
        }
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// Reads `24`, `30000/1001` or `23.976`.
    public init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let numerator = Int(parts[0]), let denominator = Int(parts[1]) {
            self.init(numerator, denominator)
        } else if let whole = Int(text) {
            self.init(whole)
        } else if let value = Double(text), value > 0, value < 1_000_000 {
            self.init(Int((value * 1000).rounded()), 1000)
        } else {
            return nil
        }
    }

    private init(whole: Int) {
        numerator = whole
        denominator = 1
    }

    /// What a file is taken to have that does not say: 25.
    static let usual = Rate(whole: 25)

    /// Pictures in a second, rounded to a double.
    public var perSecond: Double { Double(numerator) / Double(denominator) }
}

extension Rate: CustomStringConvertible {
    /// `24` or `30000/1001`.
    public var description: String {
        denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
    }
}

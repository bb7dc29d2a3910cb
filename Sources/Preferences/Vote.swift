/// Which of two is better, as a person or a reward says it.
public enum Vote: String, Sendable, Equatable, CaseIterable {
    /// The left one.
    case left
    /// The right one.
    case right
    /// Neither.
    case tie
}

/// An interval that holds a number with some confidence.
public struct Interval: Sendable, Equatable {
    /// Its lower end.
    public var lower: Double
    /// Its upper end.
    public var upper: Double

    /// Makes an interval of its ends.
    public init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }
}

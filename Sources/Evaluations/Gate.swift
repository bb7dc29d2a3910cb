/// One thing that a new adapter must reach to be promoted.
public struct Gate: Sendable, Equatable, Codable {
    /// The measurement's name, such as `eval/win_rate` or `gain/audio`.
    public var metric: String
    /// The bound of it that is compared; nil for the value itself.
    public var test: Test?
    /// The least it may be.
    public var min: Double?
    /// The most it may be.
    public var max: Double?
    /// How many percent worse than before it may be.
    public var maxRegression: Double?

    /// A bound of a measurement.
    public enum Test: String, Sendable, Equatable, Codable, CaseIterable {
        /// The lower end of a win rate's 95 % Wilson interval.
        case wilsonLower = "wilson_lower"
        /// The lower end of a gain's 95 % bootstrap interval.
        case bootstrapLower = "bootstrap_lower"

        var words: String {
            switch self {
            case .wilsonLower: "lower end of the 95 % Wilson interval"
            case .bootstrapLower: "lower end of the 95 % bootstrap interval"
            }
        }
    }

    /// Names a measurement and its bounds.
    public init(
        metric: String, test: Test? = nil, min: Double? = nil, max: Double? = nil,
        maxRegression: Double? = nil
    ) {
        self.metric = metric
        self.test = test
        self.min = min
        self.max = max
        self.maxRegression = maxRegression
    }

    private enum CodingKeys: String, CodingKey {
        case metric, test, min, max
        case maxRegression = "max_regression"
    }

    /// The bounds in words: `at least 0.5 and at most 0.95`.
    var bounds: String {
        [
            min.map { "at least \(short($0))" }, max.map { "at most \(short($0))" },
            maxRegression.map { "at most \(short($0)) % worse than before" },
        ].compactMap(\.self).joined(separator: " and ")
    }
}

/// Whether a gate was passed, and why.
public struct GateVerdict: Sendable, Equatable, Codable {
    /// The measurement's name.
    public var metric: String
    /// The number that was compared; nil when there is none, and then the gate is not passed.
    public var value: Double?
    /// What was asked of it, in words.
    public var bound: String
    /// Whether the number is within the bounds.
    public var passed: Bool
    /// All of it as a sentence for a person.
    public var sentence: String
}

/// Returns a number as a sentence says it, with four digits and no useless ones.
func short(_ number: Double) -> String {
    guard number.isFinite, number.magnitude < 1e15 else { return "\(number)" }
    var scale = 1.0
    while number.magnitude * scale < 1000, scale < 1e9 { scale *= 10 }
    let rounded = (number * scale).rounded() / scale
    return rounded == rounded.rounded() ? "\(Int64(rounded))" : "\(rounded)"
}

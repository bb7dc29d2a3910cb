import Campaigns

extension Round.Gate {
    /// The bounds in words: `at least 0.5 and at most 0.95`.
    var bounds: String {
        [
            min.map { "at least \(short($0))" }, max.map { "at most \(short($0))" },
            maxRegression.map { "at most \(short($0)) % worse than before" },
        ].compactMap(\.self).joined(separator: " and ")
    }
}

extension Round.Gate.Test {
    var words: String {
        switch self {
        case .wilsonLower: "lower end of the 95 % Wilson interval"
        case .bootstrapLower: "lower end of the 95 % bootstrap interval"
        }
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

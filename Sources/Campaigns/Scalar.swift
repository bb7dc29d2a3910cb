/// A plain value of a mapping that the program passes on without knowing what it means.
///
/// As in JSON there is one kind of number: 5 and 5.0 are the same value and have the same hash.
public enum Scalar: Sendable, Equatable, Codable {
    /// True or false.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A finite number that is not whole; make it with `number(_:)`.
    case fraction(Double)
    /// A text.
    case text(String)

    /// Returns the number in its one form; nil when it is not finite.
    public static func number(_ value: Double) -> Scalar? {
        guard value.isFinite else { return nil }
        if value.magnitude < 9_007_199_254_740_992, value == value.rounded() {
            return .integer(Int64(value))
        }
        return .fraction(value)
    }

    /// Decodes a JSON boolean, number or string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self), let number = Self.number(value) {
            self = number
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    /// Encodes as a JSON boolean, number or string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .fraction(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        }
    }

    /// The value as a document has it.
    var node: DocumentNode {
        switch self {
        case .boolean(let value): .plain("\(value)")
        case .integer(let value): .plain("\(value)")
        case .fraction(let value): .plain(Quantity.text(value))
        case .text(let value): .text(value)
        }
    }

    /// The value's letter and text in hashes; no two values share one.
    var fingerprintText: String {
        switch self {
        case .boolean(let value): "b\(value)"
        case .integer(let value): "n\(value)"
        case .fraction(let value): "n\(value)"
        case .text(let value): "s\(value)"
        }
    }
}

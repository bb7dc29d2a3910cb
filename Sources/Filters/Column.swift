/// Something that rows of a listing have and a filter may ask for.
public struct Column: Hashable, Sendable {
    /// Its key in the listing's JSON, with a dot before each nested one.
    public var name: String
    /// What its values are.
    public var kind: Kind

    /// What a column's values are.
    public enum Kind: Hashable, Sendable {
        /// Words.
        case text
        /// One of these words, and nothing else.
        case word([String])
        /// A number.
        case number(Unit)
        /// Yes or no; stands in a filter alone, or is compared with true or false.
        case truth
        /// A point in time; compared with the beginning of an ISO 8601 text.
        case time
    }

    /// What a column's numbers count.
    public enum Unit: Hashable, Sendable {
        /// Whatever they count, it has no unit.
        case none
        /// Time.
        case milliseconds
        /// Time.
        case seconds
        /// Size.
        case bytes
    }

    /// Makes a column.
    public init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// What stands for no value: for words the empty text.
    var missing: Filter.Value? {
        switch kind {
        case .text, .word: .text("")
        case .number, .truth, .time: nil
        }
    }
}

extension Column.Unit {
    /// What one of the unit is in the column's own; nil for a unit of something else.
    func factor(of unit: String) -> Double? {
        if unit.isEmpty { return 1 }
        switch self {
        case .none: return nil
        case .milliseconds: return Self.times[unit].map { $0 * 1000 }
        case .seconds: return Self.times[unit]
        case .bytes: return Self.sizes[unit.lowercased()]
        }
    }

    /// Words for a message.
    var units: String {
        switch self {
        case .none: "no unit"
        case .milliseconds, .seconds: "ms, s, m, h or d"
        case .bytes: "B, KB, MB, GB, TB, KiB, MiB, GiB or TiB"
        }
    }

    private static let times = ["ms": 0.001, "s": 1.0, "m": 60, "min": 60, "h": 3600, "d": 86_400]
    private static let sizes = [
        "b": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 0x1p10, "mib": 0x1p20,
        "gib": 0x1p30, "tib": 0x1p40,
    ]
}

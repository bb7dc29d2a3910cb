/// A point in time as `timestamptz` keeps it: whole microseconds.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01 00:00 UTC.
    public var microseconds: Int64

    /// Makes the point `microseconds` after 1970-01-01 00:00 UTC.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Orders by time.
    public static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }

    /// Postgres counts from 2000-01-01 00:00 UTC, this many microseconds after 1970.
    private static let epoch: Int64 = 946_684_800_000_000

    /// Takes Postgres' number, whose largest and smallest values stand for the infinities.
    init(postgres value: Int64) {
        let isInfinite = value == .max || value == .min
        microseconds = isInfinite ? value : value &+ Self.epoch
    }

    /// Postgres' number.
    var postgres: Int64 {
        let isInfinite = microseconds == .max || microseconds == .min
        return isInfinite ? microseconds : microseconds &- Self.epoch
    }
}

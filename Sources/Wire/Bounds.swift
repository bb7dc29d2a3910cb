import Scheduling

/// Numbers that the machines calculate with are kept in bounds where they arrive, so that no
/// frame, however wrong, makes a sum overflow.
///
/// What a worker says of itself is cut to what makes sense; what a coordinator asks for is
/// refused, because less than that would be something else.
enum Bounds {
    /// A hundred years in milliseconds: also in nanoseconds it fits 64 bits.
    static let longestSpan: Int64 = 100 * 365 * 86_400_000
    /// Bytes and thousandths: what a double counts exactly, and nobody has.
    static let largestAmount: Int64 = 1 << 53
    /// Bytes of a selector, a filter or a label.
    static let longestText = 8192
    /// Labels that one command sets and removes.
    static let mostLabels = 256
    /// Leases of one task; each that follows adds one.
    static let highestNumber: Int32 = 1 << 30

    /// Cuts a time that has passed.
    static func passed(_ time: Int64, perMillisecond units: Int64 = 1) -> Int64 {
        min(max(time, 0), longestSpan * units)
    }

    /// Cuts an amount that a worker has.
    static func owned(_ amount: Int64) -> Int64 { min(max(amount, 0), largestAmount) }

    /// Takes a span of milliseconds that is waited for.
    static func span(_ milliseconds: Int64, _ name: String) throws(WireError) -> Int64 {
        guard (1...longestSpan).contains(milliseconds) else { throw .field(name) }
        return milliseconds
    }

    /// Takes an amount that is asked for.
    static func needed(_ amount: Int64, _ name: String) throws(WireError) -> Int64 {
        guard (0...largestAmount).contains(amount) else { throw .field(name) }
        return amount
    }

    /// Takes words that a person typed.
    static func text(_ words: String, _ name: String) throws(WireError) -> String {
        guard words.utf8.count <= longestText else { throw .field(name) }
        return words
    }

    /// Cuts the number of rows that is asked for to what one page holds.
    static func page(_ limit: Int32) -> Int32 { min(max(limit, 1), Query.pageLimit) }

    /// Takes a lease's fencing token.
    static func attempt(_ epoch: Int32, _ number: Int32) throws(WireError) -> Attempt {
        guard (0...highestNumber).contains(number) else { throw .field("number") }
        return Attempt(epoch: epoch, number: number)
    }
}

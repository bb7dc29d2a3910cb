import Linux

/// A fact that a test waited for in vain.
struct NeverHappened: Error, CustomStringConvertible {
    var fact: String
    var seconds: Int64

    var description: String { "within \(seconds) s it never happened that \(fact)" }
}

/// Looks again and again until there is something to return; the limit only ends a broken test.
func awaited<Value>(
    _ fact: String, within seconds: Int64 = 60, _ look: () throws -> Value?
) throws -> Value {
    let deadline = Clock.monotonic + seconds * 1_000_000_000
    while true {
        if let value = try look() { return value }
        guard Clock.monotonic < deadline else {
            throw NeverHappened(fact: fact, seconds: seconds)
        }
        _ = try Interest.wait(for: [], until: Clock.monotonic + 20_000_000)
    }
}

/// Looks again and again until the fact is there.
func eventually(
    _ fact: String, within seconds: Int64 = 60, _ isTrue: () throws -> Bool
) throws {
    _ = try awaited(fact, within: seconds) { try isTrue() ? true : nil }
}

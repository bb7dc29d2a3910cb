/// A key that a person pressed.
public enum Key: Hashable, Sendable {
    /// A character.
    case character(Character)
    /// Return.
    case enter
    /// Escape.
    case escape
    /// Backspace.
    case backspace
    /// Tab.
    case tab
    /// Arrow up.
    case up
    /// Arrow down.
    case down
    /// Arrow left.
    case left
    /// Arrow right.
    case right
    /// Page up.
    case pageUp
    /// Page down.
    case pageDown
    /// Home.
    case home
    /// End.
    case end
    /// A letter with Control.
    case control(Character)
}

/// Turns what a terminal sends into keys.
public struct KeyDecoder: Sendable {
    private var waiting: [UInt8] = []

    /// Makes one that has seen nothing yet.
    public init() {}

    /// Takes bytes and returns the keys that are complete.
    ///
    /// An escape byte that ends the bytes is the Escape key: terminals send sequences whole.
    public mutating func keys(from bytes: some Sequence<UInt8>) -> [Key] {
        waiting += bytes
        var keys: [Key] = []
        while let first = waiting.first {
            let (key, length) = first == 0x1B ? sequence() : plain(first)
            guard length > 0 else { break }
            waiting.removeFirst(min(length, waiting.count))
            if let key { keys.append(key) }
        }
        return keys
    }

    private func plain(_ first: UInt8) -> (Key?, Int) {
        switch first {
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case 0x01...0x1A:
            return (.control(Character(Unicode.Scalar(first + 0x60))), 1)
        case 0x00..<0x20: return (nil, 1)
        default:
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            guard waiting.count >= length else { return (nil, 0) }
            return (
                String(decoding: waiting[..<length], as: UTF8.self).first.map(Key.character), length
            )
        }
    }

    private func sequence() -> (Key?, Int) {
        guard waiting.count > 1 else { return (.escape, 1) }
        guard waiting[1] == UInt8(ascii: "[") || waiting[1] == UInt8(ascii: "O") else {
            return (.escape, 1)
        }
        guard let end = waiting[2...].firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            return (nil, waiting.count > 16 ? waiting.count : 0)
        }
        let number = String(decoding: waiting[2..<end], as: UTF8.self)
        let key: Key? =
            switch (waiting[end], number) {
            case (UInt8(ascii: "A"), _): .up
            case (UInt8(ascii: "B"), _): .down
            case (UInt8(ascii: "C"), _): .right
            case (UInt8(ascii: "D"), _): .left
            case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), "1"): .home
            case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), "4"): .end
            case (UInt8(ascii: "~"), "5"): .pageUp
            case (UInt8(ascii: "~"), "6"): .pageDown
            default: nil
            }
        return (key, end + 1)
    }
}

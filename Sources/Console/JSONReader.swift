/// What is wrong with a text that should be JSON.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The byte at which it goes wrong.
    public var offset: Int
    /// What was expected there.
    public var expected: String

    /// A sentence for a person.
    public var description: String { "this is no JSON: byte \(offset) should be \(expected)" }
}

extension Value {
    /// Reads JSON; members keep their order, whole numbers stay whole.
    public init(json: some Sequence<UInt8>) throws(JSONError) {
        var reader = JSONReader(bytes: Array(json))
        self = try reader.value(depth: 0)
        reader.skipSpace()
        if reader.offset < reader.bytes.count { throw reader.wrong("the end") }
    }
}

/// Reads one JSON text of RFC 8259.
///
/// Foundation's decoder loses the order of members and wants a type for each answer; a listing of
/// 100 000 rows has neither to lose nor to give.
private struct JSONReader {
    let bytes: [UInt8]
    var offset = 0

    private static let deepest = 200

    mutating func value(depth: Int) throws(JSONError) -> Value {
        guard depth < Self.deepest else { throw wrong("less deep") }
        skipSpace()
        guard offset < bytes.count else { throw wrong("a value") }
        switch bytes[offset] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    mutating func skipSpace() {
        while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
    }

    func wrong(_ expected: String) -> JSONError { JSONError(offset: offset, expected: expected) }

    private mutating func takes(_ byte: UInt8) -> Bool {
        skipSpace()
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func object(depth: Int) throws(JSONError) -> Value {
        offset += 1
        var members: [Value.Member] = []
        if takes(UInt8(ascii: "}")) { return .object([]) }
        repeat {
            skipSpace()
            guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
                throw wrong("a name in quotes")
            }
            let key = try string()
            guard takes(UInt8(ascii: ":")) else { throw wrong("a colon") }
            members.append(Value.Member(key, try value(depth: depth + 1)))
        } while takes(UInt8(ascii: ","))
        guard takes(UInt8(ascii: "}")) else { throw wrong("a comma or }") }
        return .object(members)
    }

    private mutating func list(depth: Int) throws(JSONError) -> Value {
        offset += 1
        var values: [Value] = []
        if takes(UInt8(ascii: "]")) { return .list([]) }
        repeat {
            values.append(try value(depth: depth + 1))
        } while takes(UInt8(ascii: ","))
        guard takes(UInt8(ascii: "]")) else { throw wrong("a comma or ]") }
        return .list(values)
    }

    private mutating func word(_ word: String, _ value: Value) throws(JSONError) -> Value {
        guard bytes[offset...].starts(with: word.utf8) else { throw wrong("\(word)") }
        offset += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONError) -> Value {
        let start = offset
        var isWhole = true
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"):
                isWhole = false
            default: return try number(start..<offset, isWhole: isWhole)
            }
            offset += 1
        }
        return try number(start..<offset, isWhole: isWhole)
    }

    private mutating func number(
        _ range: Range<Int>, isWhole: Bool
    ) throws(JSONError) -> Value {
        let text = String(decoding: bytes[range], as: UTF8.self)
        if isWhole, let number = Int64(text) { return .integer(number) }
        guard let number = Double(text), number.isFinite else {
            offset = range.lowerBound
            throw wrong("a value")
        }
        return .number(number)
    }

    private mutating func string() throws(JSONError) -> String {
        offset += 1
        var start = offset
        var text = ""
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                text += String(decoding: bytes[start..<offset], as: UTF8.self)
                offset += 1
                return text
            case UInt8(ascii: "\\"):
                text += String(decoding: bytes[start..<offset], as: UTF8.self)
                offset += 1
                text.unicodeScalars.append(try escaped())
                start = offset
            default: offset += 1
            }
        }
        throw wrong("a closing quote")
    }

    private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
        guard offset < bytes.count else { throw wrong("an escaped character") }
        let letter = bytes[offset]
        offset += 1
        switch letter {
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(letter)
        case UInt8(ascii: "u"): return try codePoint()
        default:
            offset -= 1
            throw wrong("an escape that JSON knows")
        }
    }

    private mutating func codePoint() throws(JSONError) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // Half a pair: the other half has to follow.
        guard (0xD800..<0xDC00).contains(first), bytes[offset...].starts(with: "\\u".utf8) else {
            throw wrong("the second half of a surrogate pair")
        }
        offset += 2
        let second = try fourDigits()
        let joined = 0x10000 + (first & 0x3FF) << 10 + (second & 0x3FF)
        guard (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(joined) else {
            throw wrong("the second half of a surrogate pair")
        }
        return scalar
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        let digits = bytes[offset...].prefix(4)
        guard digits.count == 4,
            let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw wrong("four hexadecimal digits") }
        offset += 4
        return number
    }
}

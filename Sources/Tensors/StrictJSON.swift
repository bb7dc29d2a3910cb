/// A JSON value as it stands in a file: keys in order, numbers as text.
enum StrictJSON: Sendable {
    case object([(key: String, value: StrictJSON)])
    case array([StrictJSON])
    case string(String)
    case number(String)
    case bool(Bool)
    case null

    /// What the value is, for messages.
    var kind: String {
        switch self {
        case .object: "an object"
        case .array: "a list"
        case .string(let text): "the text \"\(text)\""
        case .number(let text): "the number \(text)"
        case .bool(let flag): "\(flag)"
        case .null: "null"
        }
    }

    /// Nested values are read this deep; a hostile file could otherwise exhaust the stack.
    static let deepest = 32

    /// Reads a whole text as one JSON value, strictly: no duplicate keys, nothing after the value
    /// but spaces.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONFault) -> StrictJSON {
        guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
            throw JSONFault(offset: 0, reason: "it is not UTF-8 text")
        }
        var reader = JSONReader(bytes: Array(text.utf8))
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.at == reader.bytes.count else {
            throw reader.fault("text follows the end of the JSON value")
        }
        return value
    }
}

/// Why a text is not the JSON that was expected, and where.
struct JSONFault: Error {
    let offset: Int
    let reason: String
}

private struct JSONReader {
    let bytes: [UInt8]
    var at = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    func fault(_ reason: String) -> JSONFault { JSONFault(offset: at, reason: reason) }

    mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[at]) { at += 1 }
    }

    /// Passes over one character, after any spaces, when it is the expected one.
    mutating func takes(_ character: Character) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == character.asciiValue else { return false }
        at += 1
        return true
    }

    mutating func value(depth: Int) throws(JSONFault) -> StrictJSON {
        guard depth <= StrictJSON.deepest else {
            throw fault("values are nested more than \(StrictJSON.deepest) deep")
        }
        skipSpace()
        guard at < bytes.count else { throw fault("the JSON ends too early") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: return try word()
        }
    }

    private mutating func object(depth: Int) throws(JSONFault) -> StrictJSON {
        at += 1
        var members: [(key: String, value: StrictJSON)] = []
        var keys: Set<String> = []
        if takes("}") { return .object([]) }
        repeat {
            skipSpace()
            let start = at
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                throw fault("a key in quotes is missing")
            }
            let key = try string()
            guard keys.insert(key).inserted else {
                throw JSONFault(offset: start, reason: "the key \"\(key)\" stands there twice")
            }
            guard takes(":") else { throw fault("a colon is missing after \"\(key)\"") }
            members.append((key, try value(depth: depth + 1)))
        } while takes(",")
        guard takes("}") else { throw fault("a closing brace is missing") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONFault) -> StrictJSON {
        at += 1
        var elements: [StrictJSON] = []
        if takes("]") { return .array([]) }
        repeat { elements.append(try value(depth: depth + 1)) } while takes(",")
        guard takes("]") else { throw fault("a closing bracket is missing") }
        return .array(elements)
    }

    private mutating func number() throws(JSONFault) -> StrictJSON {
        let start = at
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        let whole = digits()
        guard whole == 1 || (whole > 1 && bytes[at - whole] != UInt8(ascii: "0")) else {
            throw fault("a number is written wrongly")
        }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            guard digits() > 0 else { throw fault("a number is written wrongly") }
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, [0x2b, 0x2d].contains(bytes[at]) { at += 1 }
            guard digits() > 0 else { throw fault("a number is written wrongly") }
        }
        return .number(String(decoding: bytes[start..<at], as: UTF8.self))
    }

    /// Passes over digits and returns how many.
    private mutating func digits() -> Int {
        let start = at
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
        return at - start
    }

    private mutating func word() throws(JSONFault) -> StrictJSON {
        for (text, value) in [
            ("true", StrictJSON.bool(true)), ("false", .bool(false)), ("null", .null),
        ] where bytes[at...].starts(with: text.utf8) {
            at += text.utf8.count
            return value
        }
        throw fault("a JSON value is missing")
    }

    private mutating func string() throws(JSONFault) -> String {
        at += 1
        var text: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try Array(String(escape()).utf8)
            case 0..<0x20: throw fault("a control character stands in a text")
            default: text.append(byte)
            }
        }
        throw fault("the JSON ends inside a text")
    }

    private mutating func escape() throws(JSONFault) -> Character {
        guard at < bytes.count else { throw fault("the JSON ends inside a text") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Character(Unicode.Scalar(byte))
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw fault("a text has an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONFault) -> Character {
        var code = try hexadecimal()
        if (0xd800..<0xdc00).contains(code), bytes[at...].starts(with: "\\u".utf8) {
            at += 2
            let low = try hexadecimal()
            guard (0xdc00..<0xe000).contains(low) else {
                throw fault("half a character is missing")
            }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw fault("half a character is missing") }
        return Character(scalar)
    }

    private mutating func hexadecimal() throws(JSONFault) -> UInt32 {
        guard at + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16),
            bytes[at] != UInt8(ascii: "+"), bytes[at] != UInt8(ascii: "-")
        else { throw fault("a \\u escape needs four hexadecimal digits") }
        at += 4
        return code
    }
}

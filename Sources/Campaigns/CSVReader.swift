/// Reads RFC 4180 records from bytes: commas, double quotes, quoted newlines, LF or CRLF.
///
/// A quote inside an unquoted field stands for itself, as in most programs that write such files.
struct CSVReader {
    struct Record {
        var line: Int
        var fields: [String]
    }

    /// Why no further record can be read, and at which line.
    enum Failure: Error {
        case unclosedQuote(line: Int)
        case textAfterQuote(line: Int)

        var line: Int {
            switch self {
            case .unclosedQuote(let line), .textAfterQuote(let line): line
            }
        }

        var message: String {
            switch self {
            case .unclosedQuote: "has a quoted field that never ends; close it with a '\"'"
            case .textAfterQuote:
                "has text after a closing '\"'; write '\"\"' for a quote inside a quoted field"
            }
        }
    }

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let newline = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Returns the next record that is not a blank line; nil at the end.
    mutating func next() throws(Failure) -> Record? {
        while position < bytes.count {
            let start = line
            var fields: [String] = []
            repeat {
                fields.append(try field())
            } while take(Self.comma)
            endLine()
            if fields != [""] { return Record(line: start, fields: fields) }
        }
        return nil
    }

    private mutating func field() throws(Failure) -> String {
        guard take(Self.quote) else {
            let start = position
            while position < bytes.count, bytes[position] != Self.comma, !isAtLineEnd {
                position += 1
            }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        let start = line
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == Self.quote {
                guard take(Self.quote) else {
                    guard position == bytes.count || bytes[position] == Self.comma || isAtLineEnd
                    else { throw .textAfterQuote(line: line) }
                    return String(decoding: content, as: UTF8.self)
                }
            } else if byte == Self.newline {
                line += 1
            }
            content.append(byte)
        }
        throw .unclosedQuote(line: start)
    }

    private var isAtLineEnd: Bool {
        guard position < bytes.count else { return false }
        if bytes[position] == Self.newline { return true }
        return bytes[position] == Self.carriageReturn && position + 1 < bytes.count
            && bytes[position + 1] == Self.newline
    }

    private mutating func endLine() {
        _ = take(Self.carriageReturn)
        if take(Self.newline) { line += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }
}

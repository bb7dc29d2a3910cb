/// Returns Swift source with comments and string contents replaced by spaces, line for line.
///
/// So a rule that looks for `print(` does not find it in a text, and braces can be counted.
func blanked(_ source: String) -> String {
    var scanner = Scanner(bytes: Array(source.utf8))
    scanner.skipCode(untilClosed: false)
    return String(decoding: scanner.bytes, as: UTF8.self)
}

/// Walks over the bytes of a Swift file and blanks in place.
private struct Scanner {
    var bytes: [UInt8]
    private var at = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Passes over code, to the end of the file or to the `)` that closes an interpolation.
    mutating func skipCode(untilClosed: Bool) {
        var depth = 1
        while at < bytes.count {
            if sees("//") {
                while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { blank() }
            } else if sees("/*") {
                skipBlockComment()
            } else if let hashes = hashesBeforeQuote() {
                skipString(hashes: hashes)
            } else {
                if bytes[at] == UInt8(ascii: "(") { depth += 1 }
                if bytes[at] == UInt8(ascii: ")") { depth -= 1 }
                if untilClosed { blank() } else { at += 1 }
                if untilClosed, depth == 0 { return }
            }
        }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if sees("/*") {
                depth += 1
                blank(2)
            } else if sees("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && at < bytes.count
    }

    /// Passes over one literal: `"…"`, `"""…"""`, or either within `hashes` number signs.
    private mutating func skipString(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        at += hashes
        let quote = sees("\"\"\"") ? "\"\"\"" : "\""
        at += quote.utf8.count
        while at < bytes.count, !sees(quote + fence) {
            if sees("\\" + fence + "(") {
                blank(2 + hashes)
                skipCode(untilClosed: true)
            } else if sees("\\" + fence) {
                blank(2 + hashes)
            } else {
                blank()
            }
        }
        at = min(bytes.count, at + quote.utf8.count + hashes)
    }

    /// Returns how many `#` stand before a quote that begins here, or nil when none begins.
    private func hashesBeforeQuote() -> Int? {
        var end = at
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - at : nil
    }

    private func sees(_ text: String) -> Bool {
        bytes[at...].starts(with: text.utf8)
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where at < bytes.count {
            if bytes[at] != UInt8(ascii: "\n") { bytes[at] = UInt8(ascii: " ") }
            at += 1
        }
    }
}

/// Shows the beginning of a text without what would move a terminal's cursor or change its colour.
func printable(_ text: Substring, limit: Int = 200) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(limit)
    where scalar.properties.generalCategory != .control {
        shown.append(scalar)
    }
    return String(shown)
}

/// Shows the beginning of bytes that may be anything, in printable ASCII.
func excerpt(_ bytes: some Collection<UInt8>, limit: Int = 200) -> String {
    var text = ""
    for byte in bytes.prefix(limit) {
        switch byte {
        case UInt8(ascii: "\\"): text += "\\\\"
        case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(byte))
        case UInt8(ascii: "\t"): text += "\\t"
        case UInt8(ascii: "\r"): text += "\\r"
        case UInt8(ascii: "\n"): text += "\\n"
        default:
            text += byte < 16 ? "\\x0" : "\\x"
            text += String(byte, radix: 16)
        }
    }
    return bytes.count > limit ? text + "…" : text
}

extension Character {
    /// Columns of a terminal that it takes: 2 for East Asian wide ones and emoji, 0 for marks.
    public var displayWidth: Int {
        guard let first = unicodeScalars.first else { return 0 }
        if first.isASCII { return first.value < 0x20 || first.value == 0x7F ? 0 : 1 }
        if unicodeScalars.contains("\u{FE0F}") { return 2 }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .format: return 0
        default: return isWide(first) ? 2 : 1
        }
    }
}

extension StringProtocol {
    /// Columns of a terminal that it takes.
    public var displayWidth: Int {
        utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
            ? utf8.count : reduce(0) { $0 + $1.displayWidth }
    }

    /// The text in at most so many columns; what is cut leaves an ellipsis.
    public func shortened(to width: Int) -> String {
        if displayWidth <= width { return String(self) }
        if width <= 0 { return "" }
        var result = ""
        var used = 0
        for character in self {
            let next = used + character.displayWidth
            if next > width - 1 { break }
            result.append(character)
            used = next
        }
        return result + "…"
    }

    /// The text filled up with spaces to so many columns.
    public func padded(to width: Int, right: Bool = false) -> String {
        let space = String(repeating: " ", count: Swift.max(0, width - displayWidth))
        return right ? space + String(self) : String(self) + space
    }

    /// The text without what would move a terminal's cursor or change its colours.
    public var printable: String {
        guard utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) else {
            return String(self)
        }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.properties.generalCategory == .control {
                result += scalar == "\n" || scalar == "\t" ? " " : ""
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Whether a terminal gives the scalar two columns (East Asian Width W and F, and emoji).
private func isWide(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isEmojiPresentation { return true }
    return switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
        0x20000...0x3FFFD:
        true
    default: false
    }
}

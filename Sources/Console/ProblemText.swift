/// What went wrong, as every command shows it: the program's name once, then sentences that break
/// between words and go on indented.
public func problemText(_ message: String, program: String, width: Int, paint: Paint) -> String {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    let first = "\(program): "
    return lines.enumerated().map { index, line in
        let indent = index == 0 ? first : "  "
        let broken = wrapped(String(line), width: width - max(2, indent.displayWidth))
        return broken.enumerated().map { part, text in
            if part > 0 { return "  " + paint.commands(text) + "\n" }
            let head = index == 0 ? paint(first, .red) : indent
            return head + paint.commands(text) + "\n"
        }.joined()
    }.joined()
}

/// A text in lines of at most so many columns, broken between words; what is in backticks, which
/// a person may want to copy, stays whole.
public func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = String(text.prefix { $0 == " " })
    var isEmpty = true
    for word in words(text) {
        if !isEmpty, line.displayWidth + 1 + word.displayWidth > width {
            lines.append(line)
            line = ""
            isEmpty = true
        }
        line += (isEmpty ? "" : " ") + word
        isEmpty = false
    }
    return lines + [line]
}

private func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in text {
        if character == "`" { isQuoted.toggle() }
        if character == " ", !isQuoted {
            if !word.isEmpty { words.append(word) }
            word = ""
        } else {
            word.append(character)
        }
    }
    return word.isEmpty ? words : words + [word]
}

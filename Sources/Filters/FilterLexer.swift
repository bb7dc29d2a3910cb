/// A piece of a filter.
struct Token: Hashable {
    enum Kind: Hashable {
        /// Letters, digits and what else a value may have without quotes.
        case word
        /// What stood in quotes.
        case quoted
        /// A comparison.
        case comparison(Filter.Comparison)
        case open
        case close
        case comma
        case end
    }

    var kind: Kind
    var text: String
    /// In characters from 1.
    var position: Int

    /// Whether it is this word of the language, in whatever case.
    func isKeyword(_ word: String) -> Bool { kind == .word && text.lowercased() == word }
}

/// Cuts a filter into its pieces.
struct FilterLexer {
    private let text: String
    private let characters: [Character]
    private var index = 0

    init(_ text: String) {
        self.text = text
        characters = Array(text)
    }

    static func tokens(of text: String) throws(FilterError) -> [Token] {
        var lexer = FilterLexer(text)
        var tokens: [Token] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private mutating func next() throws(FilterError) -> Token {
        while index < characters.count, characters[index].isWhitespace { index += 1 }
        let start = index
        guard index < characters.count else {
            return Token(kind: .end, text: "", position: start + 1)
        }
        let character = characters[index]
        if Self.isOfWord(character) {
            while index < characters.count, Self.isOfWord(characters[index]) { index += 1 }
            let word = String(characters[start..<index])
            return Token(kind: .word, text: word, position: start + 1)
        }
        index += 1
        switch character {
        case "(": return Token(kind: .open, text: "(", position: start + 1)
        case ")": return Token(kind: .close, text: ")", position: start + 1)
        case ",": return Token(kind: .comma, text: ",", position: start + 1)
        case "'", "\"": return try quoted(by: character, from: start)
        case "=", "!", "<", ">", "~": return try comparison(character, from: start)
        default:
            throw FilterError(
                text: text, position: start + 1,
                message: "`\(character)` has no meaning here; put values with such characters in "
                    + "quotes")
        }
    }

    /// A quote within is written twice.
    private mutating func quoted(
        by quote: Character, from start: Int
    ) throws(FilterError) -> Token {
        var value = ""
        while index < characters.count {
            let character = characters[index]
            index += 1
            if character == quote {
                guard index < characters.count, characters[index] == quote else {
                    return Token(kind: .quoted, text: value, position: start + 1)
                }
                index += 1
            }
            value.append(character)
        }
        throw FilterError(
            text: text, position: start + 1, message: "the closing \(quote) is missing")
    }

    private mutating func comparison(
        _ first: Character, from start: Int
    ) throws(FilterError) -> Token {
        var sign = String(first)
        if index < characters.count, characters[index] == "=", first != "~" {
            sign += "="
            index += 1
        }
        if sign == "==" { sign = "=" }
        guard let comparison = Filter.Comparison(rawValue: sign) else {
            throw FilterError(
                text: text, position: start + 1,
                message: "`\(sign)` is no comparison; write = != < <= > >= or ~, and `not` before "
                    + "a condition")
        }
        return Token(kind: .comparison(comparison), text: sign, position: start + 1)
    }

    private static func isOfWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_.-/:@+*%".contains(character)
    }
}

/// The words that a network with its own word embeddings knows.
///
/// A word's number is its line in the file, counted from 1; 0 is padding. Text is taken in lower
/// case, and what is neither letter, digit nor apostrophe separates words.
public struct Vocabulary: Hashable, Sendable {
    /// The words, in the order of their numbers.
    public let words: [String]

    private let numbers: [String: Int]

    /// Takes the words in order; each must be one word and stand there once.
    public init(_ words: [String]) throws(VocabularyError) {
        var numbers: [String: Int] = [:]
        for (index, word) in words.enumerated() {
            guard Self.words(of: word) == [word] else { throw .notOneWord(word, line: index + 1) }
            guard numbers.updateValue(index + 1, forKey: word) == nil else {
                throw .repeated(word, line: index + 1)
            }
        }
        self.words = words
        self.numbers = numbers
    }

    /// Reads a text with one word on each line.
    public init(text: String) throws(VocabularyError) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        try self.init(lines)
    }

    /// The text of the file that holds it.
    public var text: String { words.map { $0 + "\n" }.joined() }

    /// Rows of the embedding table: one for each word and one for padding.
    public var rows: Int { words.count + 1 }

    /// Returns the numbers of a text's words, padded to a length; no text is all padding.
    public func numbers(of text: String, length: Int) throws(VocabularyError) -> [Int] {
        let words = Self.words(of: text)
        guard words.count <= length else { throw .tooLong(words.count, most: length) }
        let unknown = words.filter { numbers[$0] == nil }
        guard unknown.isEmpty else { throw .unknown(unknown, known: self.words) }
        let known = words.compactMap { numbers[$0] }
        return known + [Int](repeating: 0, count: length - known.count)
    }

    /// The words of a text, in lower case.
    static func words(of text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "'") }.map(String.init)
    }
}

/// Why a vocabulary or a text in its words was refused.
public enum VocabularyError: Error, Equatable, CustomStringConvertible, Sendable {
    /// A line that is not one word in lower case.
    case notOneWord(String, line: Int)
    /// A word that stands there twice.
    case repeated(String, line: Int)
    /// A text of more words than the network takes.
    case tooLong(Int, most: Int)
    /// Words of a text that are not in the vocabulary.
    case unknown([String], known: [String])

    /// What is wrong, and what to do instead.
    public var description: String {
        switch self {
        case .notOneWord(let text, let line):
            "line \(line) of the vocabulary, \"\(text)\", is not one word in lower case"
        case .repeated(let word, let line):
            "line \(line) of the vocabulary repeats \"\(word)\""
        case .tooLong(let count, let most):
            "the text has \(count) words and the model takes \(most); shorten it"
        case .unknown(let words, let known):
            "the model does not know \(words.map { "\"\($0)\"" }.joined(separator: ", ")); "
                + "its words are \(known.prefix(40).joined(separator: ", "))"
                + (known.count > 40 ? " and \(known.count - 40) more" : "")
        }
    }
}

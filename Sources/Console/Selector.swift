/// Which rows a person means: `12`, `3-7,9`, `last`, `all`, a name or the beginning of one.
public struct Selector: Hashable, Sendable {
    /// Something that can be meant.
    public struct Candidate: Hashable, Sendable {
        /// Its number.
        public var id: Int64
        /// Its name.
        public var name: String

        /// Makes one.
        public init(id: Int64, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// Why nothing is meant.
    public enum Failure: Error, Hashable, Sendable {
        /// There is no such thing.
        case none(String)
        /// Several names begin so.
        case several(String, names: [String])
    }

    /// As the person wrote it.
    public let text: String

    /// Takes what a person wrote.
    public init(_ text: String) { self.text = text }

    /// The places of those meant, each once, in their order.
    ///
    /// A name goes before everything else that the same text could mean.
    public func places(in candidates: [Candidate]) throws(Failure) -> [Int] {
        if let whole = candidates.firstIndex(where: { $0.name == text }) { return [whole] }
        var found: Set<Int> = []
        for word in text.split(separator: ",", omittingEmptySubsequences: true) {
            found.formUnion(try places(of: String(word), in: candidates))
        }
        guard !found.isEmpty || text == "all" else { throw .none(text) }
        return found.sorted()
    }

    private func places(
        of word: String, in candidates: [Candidate]
    ) throws(Failure) -> [Int] {
        if let same = candidates.firstIndex(where: { $0.name == word }) { return [same] }
        if word == "all" { return Array(candidates.indices) }
        if word == "last" {
            guard let last = candidates.indices.max(by: { candidates[$0].id < candidates[$1].id })
            else { throw .none(word) }
            return [last]
        }
        if let range = Self.numbers(word) {
            let inside = candidates.indices.filter { range.contains(candidates[$0].id) }
            if inside.isEmpty { throw .none(word) }
            return inside
        }
        let beginning = candidates.indices.filter { candidates[$0].name.hasPrefix(word) }
        if beginning.count > 1 {
            throw .several(word, names: beginning.map { candidates[$0].name }.sorted())
        }
        if beginning.isEmpty { throw .none(word) }
        return beginning
    }

    /// Numbers and ranges of a text such as `3-7,9`; nil when it is something else.
    public static func ranges(_ text: String) -> [ClosedRange<Int64>]? {
        var ranges: [ClosedRange<Int64>] = []
        for word in text.split(separator: ",") {
            guard let range = numbers(String(word)) else { return nil }
            ranges.append(range)
        }
        return ranges.isEmpty ? nil : ranges
    }

    private static func numbers(_ word: String) -> ClosedRange<Int64>? {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        switch ends.count {
        case 1: return ends[0].map { $0...$0 }
        case 2:
            guard let first = ends[0], let last = ends[1], first <= last else { return nil }
            return first...last
        default: return nil
        }
    }
}

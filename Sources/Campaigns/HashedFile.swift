/// A file of somebody's as it is stored: where it lies, and the hash of its content.
public struct HashedFile: Sendable, Equatable, Codable {
    /// Where it lies.
    public var path: String
    /// Lower-case hex; what the recipes that name it depend on.
    public var sha256: String

    /// Names a file and its hash.
    public init(path: String, sha256: String) {
        (self.path, self.sha256) = (path, sha256)
    }

    /// Reads `PATH#SHA256`; nil for anything else.
    public init?(_ text: String) {
        guard let mark = text.lastIndex(of: "#") else { return nil }
        let hash = text[text.index(after: mark)...]
        guard hash.utf8.count == 64, hash.allSatisfy(\.isHexDigit), mark > text.startIndex
        else { return nil }
        self.init(path: String(text[..<mark]), sha256: String(hash))
    }

    /// The stored form.
    public var text: String { "\(path)#\(sha256)" }
}

import Generation

/// What a task calls an adapter: the absolute path of its file and, behind a #, its SHA-256.
struct AdapterName: Hashable {
    var path: String
    var hash: String

    /// Reads `PATH#SHA256`.
    init(_ text: some StringProtocol) throws(EngineFault) {
        guard let mark = text.lastIndex(of: "#"), text.hasPrefix("/"),
            text[mark...].dropFirst().count == 64,
            text[mark...].dropFirst().allSatisfy({ $0.isHexDigit && !$0.isUppercase })
        else {
            throw EngineFault(
                "the adapter \(text) is not named as PATH#SHA256, with an absolute path and the "
                    + "file's hash in 64 lower-case digits")
        }
        path = String(text[..<mark])
        hash = String(text[mark...].dropFirst())
    }

    /// Reads the file, which must be the one that is named.
    func file() throws -> AdapterFile {
        do throws(ModelError) {
            return try AdapterFile(path: path, expecting: hash)
        } catch {
            // A shared folder may show a new file late, or be away for a moment.
            throw EngineFault(error.description, retryable: error.kind == .notFound)
        }
    }
}

/// What a task calls a model: its name, and behind a + the adapter over it.
struct ModelName {
    var base: String
    var adapter: AdapterName?

    /// Reads `MODEL` or `MODEL+PATH#SHA256`.
    init(_ text: String) throws(EngineFault) {
        let parts = text.split(separator: "+", maxSplits: 1)
        base = parts.first.map(String.init) ?? ""
        if parts.count > 1 { adapter = try AdapterName(parts[1]) }
    }
}

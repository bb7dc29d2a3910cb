/// Writes a USTAR archive that is the same in every run: fixed time, owner and mode, as
/// WebDataset's own writer has them.
///
/// Source: POSIX.1-1988, and webdataset's `writer.py` for owner and mode.
struct TarArchive {
    private let output: OutputFile

    init(_ output: OutputFile) { self.output = output }

    /// Appends a small member.
    func write(_ name: String, _ content: [UInt8]) throws {
        try output.write(try Self.header(name, bytes: Int64(content.count)))
        try output.write(content)
        try pad(to: 512)
    }

    /// Appends an artifact.
    func write(_ name: String, _ file: SizedFile) throws {
        try output.write(try Self.header(name, bytes: file.bytes))
        try output.write(file)
        try pad(to: 512)
    }

    /// Ends the archive: two empty blocks, filled up to a record.
    func end() throws {
        try output.write([UInt8](repeating: 0, count: 1024))
        try pad(to: 10240)
    }

    private func pad(to block: Int64) throws {
        let over = output.size % block
        if over > 0 { try output.write([UInt8](repeating: 0, count: Int(block - over))) }
    }

    private static func header(_ name: String, bytes: Int64) throws -> [UInt8] {
        guard name.utf8.count <= 100, bytes < 1 << 33 else {
            throw ExportError(
                """
                \(name) with \(bytes) bytes does not fit a tar archive, which takes names up to \
                100 bytes and files up to 8 GiB
                """)
        }
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ value: Int64, digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(0o444, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(bytes, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put("bigdata", at: 265)
        put("bigdata", at: 297)
        let sum = header.reduce(Int64(0)) { $0 + Int64($1) }
        put(octal(sum, digits: 6), at: 148)
        header[154] = 0
        return header
    }
}

import Crypto

/// A SHA-256 over named texts, the same on every machine and in every version.
///
/// The bytes hashed are, for the purpose and then for every field in order, the netstrings of name
/// and value: `4:kind8:generate`. Lengths count UTF-8 bytes, so no two lists of fields share bytes.
struct Fingerprint {
    private var hasher = SHA256()

    init(purpose: String) {
        update(purpose)
    }

    mutating func add(_ name: String, _ value: String) {
        update(name)
        update(value)
    }

    /// Returns the first 128 bits as 32 hexadecimal digits.
    func hash() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in hasher.finalize().prefix(16) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns the first 64 bits, the first byte the most significant.
    func number() -> UInt64 {
        hasher.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            hasher.update(data: Array("\(bytes.count):".utf8))
            hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        }
    }
}

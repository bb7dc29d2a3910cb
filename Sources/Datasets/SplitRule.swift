import Crypto

/// Which split a prompt's pairs go into: by a hash of the prompt, so that no prompt is in two
/// splits, and none moves when others come.
public struct SplitRule: Hashable, Sendable, Codable {
    /// A split and its share of the prompts.
    public struct Part: Hashable, Sendable, Codable {
        /// The split's name, such as `train`.
        public var name: String
        /// Its share; the shares of all parts add up to 1.
        public var fraction: Double

        /// Names a share.
        public init(name: String, fraction: Double) {
            self.name = name
            self.fraction = fraction
        }
    }

    /// Everything in `train`.
    public static let all = SplitRule(parts: [Part(name: "train", fraction: 1)])

    /// The splits, in the order in which they divide the numbers from 0 to 1.
    public var parts: [Part]
    /// What is hashed in front of the prompt; another salt is another division.
    public var salt: String

    /// Divides prompts.
    public init(parts: [Part], salt: String = "duet") {
        self.parts = parts
        self.salt = salt
    }

    /// What is wrong with the rule; nil when nothing is.
    public var problem: String? {
        let names = parts.map(\.name)
        if parts.isEmpty { return "no splits are given; name at least one, such as train=1" }
        if Set(names).count < names.count { return "a split is named twice; name each once" }
        for part in parts {
            let isPlain = part.name.utf8.allSatisfy {
                UInt8(ascii: "a") <= $0 && $0 <= UInt8(ascii: "z") || $0 == UInt8(ascii: "_")
            }
            guard isPlain, !part.name.isEmpty else {
                return "\"\(part.name)\" cannot name a split; use small letters, such as train"
            }
            guard part.fraction > 0, part.fraction <= 1 else {
                return "the share of \(part.name) is \(part.fraction); give one above 0 and up to 1"
            }
        }
        let sum = parts.reduce(0) { $0 + $1.fraction }
        guard abs(sum - 1) < 1e-9 else {
            return "the shares of the splits add up to \(sum); make them add up to 1"
        }
        return nil
    }

    /// Returns the index of the split of a prompt.
    public func split(of prompt: PairRow.Prompt) -> Int {
        let place = Self.place(of: prompt.cluster ?? prompt.id, salt: salt)
        var end = 0.0
        for (index, part) in parts.enumerated() {
            end += part.fraction
            if place < end { return index }
        }
        return parts.count - 1
    }

    /// Returns the first 8 bytes of SHA-256(salt, key) as a number in 0..<1.
    static func place(of key: String, salt: String) -> Double {
        let digest = SHA256.hash(data: Array((salt + key).utf8))
        let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // The upper 53 bits: a Double has no more, and rounding up would give 1.
        return Double(number >> 11) / 9_007_199_254_740_992
    }
}

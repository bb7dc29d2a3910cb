/// A text without what does not make it another one: case, punctuation, spaces.
///
/// Two prompts of the same words are the same prompt to a person, and to exclusion and dedupe.
struct NormalisedText {
    /// The words, which are runs of letters and digits, in lower case and joined by single spaces.
    let key: [UInt8]
    /// The hash of each word.
    private let words: [UInt64]

    init(_ text: String) {
        var key: [UInt8] = []
        key.reserveCapacity(text.utf8.count)
        var words: [UInt64] = []
        var start = 0
        func end() {
            guard key.count > start else { return }
            words.append(Self.hash(key[start...]))
            key.append(32)
            start = key.count
        }
        // Almost all prompts are ASCII, where a byte is a letter and case is one bit.
        if text.utf8.allSatisfy({ $0 < 128 }) {
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): key.append(byte | 32)
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    key.append(byte)
                default: end()
                }
            }
        } else {
            for scalar in text.lowercased().unicodeScalars {
                let properties = scalar.properties
                if properties.isAlphabetic || properties.numericType != nil {
                    key.append(contentsOf: UTF8.encode(scalar) ?? .init())
                } else {
                    end()
                }
            }
        }
        end()
        // A text of signs only is still a text of its own.
        let isEmpty = words.isEmpty
        self.key = isEmpty ? Array(text.utf8) : key.dropLast()
        self.words = isEmpty ? [Self.hash(Array(text.utf8)[...])] : words
    }

    /// Returns the hashes of all runs of `length` words, each once and sorted.
    ///
    /// A text of fewer words has one shingle, the whole of it.
    func shingles(of length: Int) -> [UInt64] {
        guard words.count > length else { return [words.reduce(0, Self.combine)] }
        let runs = (0...(words.count - length)).map { start in
            words[start..<(start + length)].reduce(0, Self.combine)
        }
        var distinct: [UInt64] = []
        for hash in runs.sorted() where distinct.last != hash { distinct.append(hash) }
        return distinct
    }

    /// FNV-1a, which is the same on every machine.
    private static func hash(_ word: ArraySlice<UInt8>) -> UInt64 {
        word.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private static func combine(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        mixed(hash &* 3 &+ word)
    }
}

/// Returns a number with all of its bits changed by all of them: SplitMix64's last step.
func mixed(_ number: UInt64) -> UInt64 {
    var number = number &+ 0x9E37_79B9_7F4A_7C15
    number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
    number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
    return number ^ (number >> 31)
}

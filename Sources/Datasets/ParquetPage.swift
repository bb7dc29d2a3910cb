/// The headers of Parquet's pages.
enum PageHeader {
    /// Returns the header of a version 1 data page; encoding 0 is plain, 8 a dictionary's indices.
    static func data(values: Int, bytes: Int, encoding: Int32) -> [UInt8] {
        header(type: 0, bytes: bytes) { page in
            page.field(5) { data in
                data.field(1, Int32(values))
                data.field(2, encoding)
                data.field(3, Int32(3))
                data.field(4, Int32(3))
            }
        }
    }

    /// Returns the header of a page with a dictionary's entries.
    static func dictionary(values: Int, bytes: Int) -> [UInt8] {
        header(type: 2, bytes: bytes) { page in
            page.field(7) { dictionary in
                dictionary.field(1, Int32(values))
                dictionary.field(2, Int32(0))
            }
        }
    }

    private static func header(
        type: Int32, bytes: Int, _ body: (inout ThriftCompact) -> Void
    ) -> [UInt8] {
        var page = ThriftCompact()
        page.field(1, type)
        page.field(2, Int32(bytes))
        page.field(3, Int32(bytes))
        body(&page)
        page.stop()
        return page.bytes
    }
}

/// Which values of a page are there, as runs of equal levels with their length in front.
enum DefinitionLevels {
    static func encoded(_ levels: [Int]) -> [UInt8] {
        var runs: [UInt8] = []
        var start = 0
        while start < levels.count {
            var end = start
            while end < levels.count, levels[end] == levels[start] { end += 1 }
            runs.appendVarint(UInt64(end - start) << 1)
            runs.append(UInt8(levels[start]))
            start = end
        }
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(UInt32(runs.count))
        return bytes + runs
    }
}

/// The distinct texts of a column, where they repeat so often that indices are shorter.
struct TextDictionary {
    private let places: [Int]
    private let texts: [String]

    /// Takes a column's values; nil when a dictionary would not pay.
    init?(_ values: [Column.Value]) {
        var known: [String: Int] = [:]
        var texts: [String] = []
        var places: [Int] = []
        for value in values {
            switch value {
            case .null: continue
            case .text(let text):
                let place = known[text] ?? texts.count
                if place == texts.count {
                    known[text] = place
                    texts.append(text)
                    // Half new is too many, but not before there is something to judge by.
                    guard texts.count <= max(8, values.count / 2) else { return nil }
                }
                places.append(place)
            case .real, .integer: return nil
            }
        }
        guard texts.count <= places.count / 2 else { return nil }
        self.places = places
        self.texts = texts
    }

    /// How many texts there are.
    var entries: Int { texts.count }

    /// The texts, as a plain page.
    var page: [UInt8] {
        var bytes: [UInt8] = []
        for text in texts { bytes.appendPlain(.text(text)) }
        return bytes
    }

    /// The bits of an index and then all indices, packed in groups of eight.
    var indices: [UInt8] {
        let width = texts.count <= 1 ? 1 : Int.bitWidth - (texts.count - 1).leadingZeroBitCount
        let groups = (places.count + 7) / 8
        var bytes = [UInt8(width)]
        bytes.appendVarint(UInt64(groups) << 1 | 1)
        var pending: UInt64 = 0
        var count = 0
        for index in 0..<groups * 8 {
            pending |= UInt64(index < places.count ? places[index] : 0) << UInt64(count)
            count += width
            while count >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                count -= 8
            }
        }
        return bytes
    }
}

extension [UInt8] {
    /// Appends a value in Parquet's plain encoding; nothing for one that is not there.
    mutating func appendPlain(_ value: Column.Value) {
        switch value {
        case .null: break
        case .integer(let number): appendLittleEndian(number)
        case .real(let number): appendLittleEndian(number.bitPattern)
        case .text(let text):
            appendLittleEndian(UInt32(text.utf8.count))
            append(contentsOf: text.utf8)
        }
    }
}

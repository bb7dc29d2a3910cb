/// The little of Thrift's compact protocol that Parquet's headers and footer are written in.
///
/// Fields of a structure must be written in the order of their numbers.
struct ThriftCompact {
    private(set) var bytes: [UInt8] = []
    private var lastField: [Int] = [0]

    /// The types of fields and of the items of lists.
    private enum Wire: UInt8 {
        case i32 = 5
        case i64 = 6
        case binary = 8
        case list = 9
        case structure = 12
    }

    mutating func field(_ number: Int, _ value: Int32) {
        begin(number, .i32)
        zigzag(Int64(value))
    }

    mutating func field(_ number: Int, _ value: Int64) {
        begin(number, .i64)
        zigzag(value)
    }

    mutating func field(_ number: Int, _ value: String) {
        begin(number, .binary)
        binary(value)
    }

    mutating func field(_ number: Int, _ values: [Int32]) {
        beginList(number, .i32, values.count)
        for value in values { zigzag(Int64(value)) }
    }

    mutating func field(_ number: Int, _ values: [String]) {
        beginList(number, .binary, values.count)
        for value in values { binary(value) }
    }

    mutating func field(_ number: Int, _ body: (inout ThriftCompact) -> Void) {
        begin(number, .structure)
        structure(body)
    }

    mutating func field<Item>(
        _ number: Int, each items: [Item], _ body: (inout ThriftCompact, Item) -> Void
    ) {
        beginList(number, .structure, items.count)
        for item in items { structure { body(&$0, item) } }
    }

    /// Ends the outermost structure.
    mutating func stop() { bytes.append(0) }

    private mutating func structure(_ body: (inout ThriftCompact) -> Void) {
        lastField.append(0)
        body(&self)
        lastField.removeLast()
        bytes.append(0)
    }

    private mutating func begin(_ number: Int, _ type: Wire) {
        let last = lastField[lastField.count - 1]
        precondition(number > last && number - last <= 15)
        bytes.append(UInt8(number - last) << 4 | type.rawValue)
        lastField[lastField.count - 1] = number
    }

    private mutating func beginList(_ number: Int, _ type: Wire, _ count: Int) {
        begin(number, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | type.rawValue)
        } else {
            bytes.append(0xF0 | type.rawValue)
            bytes.appendVarint(UInt64(count))
        }
    }

    private mutating func binary(_ value: String) {
        bytes.appendVarint(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    private mutating func zigzag(_ value: Int64) {
        bytes.appendVarint(UInt64(bitPattern: value << 1 ^ value >> 63))
    }
}

extension [UInt8] {
    /// Appends a number in groups of seven bits, least first.
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest > 0x7F {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Appends a number's bytes, least first.
    mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

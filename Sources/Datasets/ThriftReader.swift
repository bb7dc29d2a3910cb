/// A value of Thrift's compact protocol, as far as Parquet's headers and footer use it.
enum ThriftValue {
    case flag(Bool)
    case integer(Int64)
    case binary([UInt8])
    case list([ThriftValue])
    /// Fields by number.
    case structure([Int: ThriftValue])

    subscript(field: Int) -> ThriftValue? {
        if case .structure(let fields) = self { fields[field] } else { nil }
    }

    var integer: Int? {
        if case .integer(let number) = self { Int(exactly: number) } else { nil }
    }

    var text: String? {
        if case .binary(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    var list: [ThriftValue] {
        if case .list(let items) = self { items } else { [] }
    }
}

/// Bytes that are read from the front; whatever is wrong with them is an error, never a trap.
struct ByteCursor {
    private let bytes: ArraySlice<UInt8>
    private(set) var place: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    /// How many bytes are left.
    var left: Int { bytes.endIndex - place }

    mutating func byte() throws(ExportError) -> UInt8 {
        guard left > 0 else { throw Self.damaged }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func take(_ count: Int) throws(ExportError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= left else { throw Self.damaged }
        defer { place += count }
        return bytes[place..<place + count]
    }

    /// Reads a number's bytes, least first.
    mutating func littleEndian<Number: FixedWidthInteger>(
        _ type: Number.Type
    ) throws(ExportError) -> Number {
        try take(Number.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Number($1) }
    }

    /// Reads a number in groups of seven bits, least first.
    mutating func varint() throws(ExportError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let next = try byte()
            value |= UInt64(next & 0x7F) << shift
            if next & 0x80 == 0 { return value }
        }
        throw Self.damaged
    }

    /// Reads a structure of Thrift's compact protocol.
    mutating func structure(depth: Int = 0) throws(ExportError) -> ThriftValue {
        guard depth < 16 else { throw Self.damaged }
        var fields: [Int: ThriftValue] = [:]
        var last = 0
        while true {
            let head = try byte()
            if head == 0 { return .structure(fields) }
            let step = Int(head >> 4)
            last = try step > 0 ? last + step : Int(zigzag())
            fields[last] = try value(of: head & 15, depth: depth + 1)
        }
    }

    private mutating func value(
        of type: UInt8, depth: Int
    ) throws(ExportError) -> ThriftValue {
        switch type {
        case 1, 2: return .flag(type == 1)
        case 3: return .integer(Int64(try byte()))
        case 4, 5, 6: return .integer(try zigzag())
        case 8:
            let count = try varint()
            return .binary(Array(try take(Int(exactly: count) ?? -1)))
        case 9, 10:
            let head = try byte()
            let count = try head >> 4 == 15 ? Int(exactly: varint()) ?? -1 : Int(head >> 4)
            // Every item takes a byte at least.
            guard count >= 0, count <= left else { throw Self.damaged }
            var items: [ThriftValue] = []
            for _ in 0..<count { items.append(try value(of: head & 15, depth: depth)) }
            return .list(items)
        case 12: return try structure(depth: depth)
        default: throw Self.damaged
        }
    }

    private mutating func zigzag() throws(ExportError) -> Int64 {
        let value = try varint()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    static let damaged = ExportError(
        "the file is cut off or was not written by this program; export it again")
}

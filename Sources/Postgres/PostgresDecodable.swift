/// A value that can be read from a column.
public protocol PostgresDecodable {
    /// Reads the binary form of a value of a Postgres type; nil when the two do not fit.
    static func decode(_ bytes: RawSpan, type: UInt32) -> Self?
    /// What null reads as; nil when it does not fit.
    static var null: Self? { get }
}

extension PostgresDecodable {
    /// Null fits only optionals.
    public static var null: Self? { nil }
}

extension RawSpan {
    /// Reads a number, most significant byte first.
    @inline(__always)
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: Value.Type)
        -> Value
    {
        // Every bit pattern is a number, and the load checks the bounds.
        unsafe Value(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// Copies the bytes.
    func copy() -> [UInt8] { unsafe withUnsafeBytes { unsafe [UInt8]($0) } }

    /// Reads UTF-8.
    func text(from offset: Int = 0) -> String {
        unsafe withUnsafeBytes { unsafe String(decoding: $0[offset...], as: UTF8.self) }
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// Reads the wrapped value.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> Wrapped?? {
        guard let value = Wrapped.decode(bytes, type: type) else { return nil }
        return .some(value)
    }
    /// Null reads as nil.
    public static var null: Wrapped?? { .some(nil) }
}

extension Bool: PostgresDecodable {
    /// Reads bool.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> Bool? {
        guard type == PostgresType.bool, bytes.byteCount == 1 else { return nil }
        return bytes.integer(at: 0, as: UInt8.self) != 0
    }
}

/// Reads int2, int4, int8 or oid.
private func integer(_ bytes: RawSpan, type: UInt32) -> Int64? {
    switch (type, bytes.byteCount) {
    case (PostgresType.int8, 8): bytes.integer(at: 0, as: Int64.self)
    case (PostgresType.int4, 4): Int64(bytes.integer(at: 0, as: Int32.self))
    case (PostgresType.int2, 2): Int64(bytes.integer(at: 0, as: Int16.self))
    case (PostgresType.oid, 4): Int64(bytes.integer(at: 0, as: UInt32.self))
    default: nil
    }
}

extension Int64: PostgresDecodable {
    /// Reads int8 and the smaller integers.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> Int64? {
        integer(bytes, type: type)
    }
}

extension Int: PostgresDecodable {
    /// Reads int8 and the smaller integers.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> Int? {
        integer(bytes, type: type).map { Int($0) }
    }
}

extension Int32: PostgresDecodable {
    /// Reads int4 and int2.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> Int32? {
        guard type == PostgresType.int4 || type == PostgresType.int2 else { return nil }
        return integer(bytes, type: type).map { Int32($0) }
    }
}

extension Int16: PostgresDecodable {
    /// Reads int2.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> Int16? {
        guard type == PostgresType.int2 else { return nil }
        return integer(bytes, type: type).map { Int16($0) }
    }
}

extension Double: PostgresDecodable {
    /// Reads float8 and float4.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> Double? {
        switch (type, bytes.byteCount) {
        case (PostgresType.float8, 8): Double(bitPattern: bytes.integer(at: 0, as: UInt64.self))
        case (PostgresType.float4, 4):
            Double(Float(bitPattern: bytes.integer(at: 0, as: UInt32.self)))
        default: nil
        }
    }
}

extension Float: PostgresDecodable {
    /// Reads float4.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> Float? {
        guard type == PostgresType.float4, bytes.byteCount == 4 else { return nil }
        return Float(bitPattern: bytes.integer(at: 0, as: UInt32.self))
    }
}

extension Timestamp: PostgresDecodable {
    /// Reads timestamptz, and timestamp as if it were UTC.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> Timestamp? {
        guard type == PostgresType.timestamptz || type == PostgresType.timestamp,
            bytes.byteCount == 8
        else { return nil }
        return Timestamp(postgres: bytes.integer(at: 0, as: Int64.self))
    }
}

extension String: PostgresDecodable {
    /// Reads text, varchar, char, name, json, jsonb and enums.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> String? {
        switch type {
        case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name,
            PostgresType.json, PostgresType.unknown:
            bytes.text()
        case PostgresType.jsonb:
            // A version byte goes before the text.
            bytes.byteCount > 0 ? bytes.text(from: 1) : nil
        case PostgresType.firstUserType...:
            bytes.text()
        default: nil
        }
    }
}

extension UInt8: PostgresDecodable {
    /// Never fits: bytes are read as an array.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> UInt8? { nil }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    /// Reads bytea when the elements are bytes, and one-dimensional arrays otherwise.
    public static func decode(_ bytes: RawSpan, type: UInt32) -> [Element]? {
        if Element.self == UInt8.self {
            return type == PostgresType.bytea ? bytes.copy() as? [Element] : nil
        }
        guard bytes.byteCount >= 12 else { return nil }
        let dimensions = bytes.integer(at: 0, as: Int32.self)
        let elementType = bytes.integer(at: 8, as: UInt32.self)
        if dimensions == 0 { return [] }
        guard dimensions == 1, bytes.byteCount >= 20 else { return nil }
        let count = Int(bytes.integer(at: 12, as: Int32.self))
        var elements: [Element] = []
        elements.reserveCapacity(count)
        var offset = 20
        for _ in 0..<count {
            guard offset + 4 <= bytes.byteCount else { return nil }
            let length = Int(bytes.integer(at: offset, as: Int32.self))
            offset += 4
            let element: Element?
            if length < 0 {
                element = Element.null
            } else {
                guard offset + length <= bytes.byteCount else { return nil }
                let part = bytes.extracting(offset..<(offset + length))
                element = Element.decode(part, type: elementType)
                offset += length
            }
            guard let element else { return nil }
            elements.append(element)
        }
        return elements
    }
}

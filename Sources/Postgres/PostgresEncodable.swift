/// A value that can be given to a query as a parameter.
public protocol PostgresEncodable: Sendable {
    /// The object id of its Postgres type; 0 lets the server infer the type and takes text.
    static var postgresType: UInt32 { get }
    /// Writes the binary form, or UTF-8 text when the type is 0.
    func encode(into buffer: inout ByteBuffer)
}

/// A value that arrays of parameters may hold.
public protocol PostgresArrayElement: Sendable {
    /// The object id of the array's type.
    static var arrayType: UInt32 { get }
    /// The object id of an element's type.
    static var elementType: UInt32 { get }
    /// Writes the length and the binary form of one element, or -1 for null.
    func encodeElement(into buffer: inout ByteBuffer)
    /// Writes a whole array.
    static func encode(array: [Self], into buffer: inout ByteBuffer)
}

extension PostgresArrayElement {
    /// Writes a one-dimensional array.
    public static func encode(array: [Self], into buffer: inout ByteBuffer) {
        buffer.write(integer: Int32(array.isEmpty ? 0 : 1))  // dimensions
        buffer.write(integer: Int32(1))  // there may be nulls
        buffer.write(integer: elementType)
        guard !array.isEmpty else { return }
        buffer.write(integer: Int32(array.count))
        buffer.write(integer: Int32(1))  // lower bound
        for element in array { element.encodeElement(into: &buffer) }
    }
}

extension PostgresArrayElement where Self: PostgresEncodable {
    /// Its type as a parameter.
    public static var elementType: UInt32 { postgresType }

    /// Writes the length and the binary form.
    public func encodeElement(into buffer: inout ByteBuffer) {
        let start = buffer.count
        buffer.write(integer: Int32(0))
        encode(into: &buffer)
        buffer.overwrite(Int32(buffer.count - start - 4), at: start)
    }
}

extension Bool: PostgresEncodable, PostgresArrayElement {
    /// The Postgres type bool.
    public static var postgresType: UInt32 { PostgresType.bool }
    /// The Postgres type bool[].
    public static var arrayType: UInt32 { PostgresType.boolArray }
    /// Writes one byte.
    public func encode(into buffer: inout ByteBuffer) {
        buffer.write(integer: self ? 1 as UInt8 : 0)
    }
}

extension Int16: PostgresEncodable, PostgresArrayElement {
    /// The Postgres type int2.
    public static var postgresType: UInt32 { PostgresType.int2 }
    /// The Postgres type int2[].
    public static var arrayType: UInt32 { PostgresType.int2Array }
    /// Writes two bytes.
    public func encode(into buffer: inout ByteBuffer) { buffer.write(integer: self) }
}

extension Int32: PostgresEncodable, PostgresArrayElement {
    /// The Postgres type int4.
    public static var postgresType: UInt32 { PostgresType.int4 }
    /// The Postgres type int4[].
    public static var arrayType: UInt32 { PostgresType.int4Array }
    /// Writes four bytes.
    public func encode(into buffer: inout ByteBuffer) { buffer.write(integer: self) }
}

extension Int64: PostgresEncodable, PostgresArrayElement {
    /// The Postgres type int8.
    public static var postgresType: UInt32 { PostgresType.int8 }
    /// The Postgres type int8[].
    public static var arrayType: UInt32 { PostgresType.int8Array }
    /// Writes eight bytes.
    public func encode(into buffer: inout ByteBuffer) { buffer.write(integer: self) }
}

extension Int: PostgresEncodable, PostgresArrayElement {
    /// The Postgres type int8.
    public static var postgresType: UInt32 { PostgresType.int8 }
    /// The Postgres type int8[].
    public static var arrayType: UInt32 { PostgresType.int8Array }
    /// Writes eight bytes.
    public func encode(into buffer: inout ByteBuffer) { buffer.write(integer: Int64(self)) }
}

extension Float: PostgresEncodable, PostgresArrayElement {
    /// The Postgres type float4.
    public static var postgresType: UInt32 { PostgresType.float4 }
    /// The Postgres type float4[].
    public static var arrayType: UInt32 { PostgresType.float4Array }
    /// Writes four bytes.
    public func encode(into buffer: inout ByteBuffer) { buffer.write(integer: bitPattern) }
}

extension Double: PostgresEncodable, PostgresArrayElement {
    /// The Postgres type float8.
    public static var postgresType: UInt32 { PostgresType.float8 }
    /// The Postgres type float8[].
    public static var arrayType: UInt32 { PostgresType.float8Array }
    /// Writes eight bytes.
    public func encode(into buffer: inout ByteBuffer) { buffer.write(integer: bitPattern) }
}

extension Timestamp: PostgresEncodable, PostgresArrayElement {
    /// The Postgres type timestamptz.
    public static var postgresType: UInt32 { PostgresType.timestamptz }
    /// The Postgres type timestamptz[].
    public static var arrayType: UInt32 { PostgresType.timestamptzArray }
    /// Writes eight bytes.
    public func encode(into buffer: inout ByteBuffer) {
        buffer.write(integer: postgres)
    }
}

extension String: PostgresEncodable, PostgresArrayElement {
    /// The server infers it, so that text may stand for jsonb, uuid, enums and the like.
    ///
    /// Where nothing says what the type could be, write `::text` after the parameter.
    public static var postgresType: UInt32 { 0 }
    /// The Postgres type text[].
    public static var arrayType: UInt32 { PostgresType.textArray }
    /// The Postgres type text.
    public static var elementType: UInt32 { PostgresType.text }
    /// Writes UTF-8.
    public func encode(into buffer: inout ByteBuffer) { buffer.write(text: self) }
}

extension UInt8: PostgresArrayElement {
    /// bytea: an array of bytes is one value.
    public static var arrayType: UInt32 { PostgresType.bytea }
    /// Not used: bytes are written as one value.
    public static var elementType: UInt32 { PostgresType.bytea }
    /// Writes one byte.
    public func encodeElement(into buffer: inout ByteBuffer) { buffer.write(integer: self) }
    /// Writes the bytes as they are.
    public static func encode(array: [UInt8], into buffer: inout ByteBuffer) {
        buffer.write(bytes: array)
    }
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    /// The array type of the elements.
    public static var postgresType: UInt32 { Element.arrayType }
    /// Writes the array.
    public func encode(into buffer: inout ByteBuffer) { Element.encode(array: self, into: &buffer) }
}

extension Array: PostgresArrayElement where Element == UInt8 {
    /// The Postgres type bytea[].
    public static var arrayType: UInt32 { PostgresType.byteaArray }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement {
    /// The same array: every element of a Postgres array may be null.
    public static var arrayType: UInt32 { Wrapped.arrayType }
    /// The wrapped type.
    public static var elementType: UInt32 { Wrapped.elementType }
    /// Writes the element, or -1 for null.
    public func encodeElement(into buffer: inout ByteBuffer) {
        if let self { self.encodeElement(into: &buffer) } else { buffer.write(integer: Int32(-1)) }
    }
}

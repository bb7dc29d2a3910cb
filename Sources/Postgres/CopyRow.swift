import CPostgres

/// Reads one row of a binary COPY, value after value; see `Connection.copyOut`.
///
/// The server does not say the types, so a value is checked by its length only: select exactly
/// the columns that are read, and cast them to the types that are read.
@safe public struct CopyRow: ~Copyable {
    /// How many values the row has.
    public let columns: Int
    private let start: UnsafeRawPointer
    private let count: Int
    private let statement: String
    private var offset: Int
    private var column = 0

    init(_ start: UnsafeRawPointer, count: Int, columns: Int, _ statement: String) {
        unsafe self.start = unsafe start
        self.count = count
        self.columns = columns
        self.statement = statement
        offset = 2
    }

    /// Reads int8.
    public mutating func readInt64() throws(PostgresError) -> Int64 { try integer("int8") }
    /// Reads int4.
    public mutating func readInt32() throws(PostgresError) -> Int32 { try integer("int4") }
    /// Reads int2.
    public mutating func readInt16() throws(PostgresError) -> Int16 { try integer("int2") }
    /// Reads bool.
    public mutating func readBool() throws(PostgresError) -> Bool {
        let value: UInt8 = try integer("bool")
        return value != 0
    }
    /// Reads float8.
    public mutating func readDouble() throws(PostgresError) -> Double {
        Double(bitPattern: try integer("float8"))
    }
    /// Reads float4.
    public mutating func readFloat() throws(PostgresError) -> Float {
        Float(bitPattern: try integer("float4"))
    }
    /// Reads timestamptz.
    public mutating func readTimestamp() throws(PostgresError) -> Timestamp {
        let value: Int64 = try integer("timestamptz")
        return Timestamp(postgres: value)
    }
    /// Reads text, varchar, json or an enum.
    public mutating func readString() throws(PostgresError) -> String {
        if let value = try readOptionalString() { return value }
        throw mismatch("text", -1)
    }
    /// Reads bytea.
    public mutating func readBytes() throws(PostgresError) -> [UInt8] {
        if let value = try readOptionalBytes() { return value }
        throw mismatch("bytea", -1)
    }

    /// Reads int8 or null.
    public mutating func readOptionalInt64() throws(PostgresError) -> Int64? {
        try optionalInteger("int8")
    }
    /// Reads int4 or null.
    public mutating func readOptionalInt32() throws(PostgresError) -> Int32? {
        try optionalInteger("int4")
    }
    /// Reads int2 or null.
    public mutating func readOptionalInt16() throws(PostgresError) -> Int16? {
        try optionalInteger("int2")
    }
    /// Reads bool or null.
    public mutating func readOptionalBool() throws(PostgresError) -> Bool? {
        let value: UInt8? = try optionalInteger("bool")
        return value.map { $0 != 0 }
    }
    /// Reads float8 or null.
    public mutating func readOptionalDouble() throws(PostgresError) -> Double? {
        let value: UInt64? = try optionalInteger("float8")
        return value.map { Double(bitPattern: $0) }
    }
    /// Reads float4 or null.
    public mutating func readOptionalFloat() throws(PostgresError) -> Float? {
        let value: UInt32? = try optionalInteger("float4")
        return value.map { Float(bitPattern: $0) }
    }
    /// Reads timestamptz or null.
    public mutating func readOptionalTimestamp() throws(PostgresError) -> Timestamp? {
        let value: Int64? = try optionalInteger("timestamptz")
        return value.map { Timestamp(postgres: $0) }
    }
    /// Reads text, varchar, json, an enum or null.
    public mutating func readOptionalString() throws(PostgresError) -> String? {
        guard let length = try nextLength("text") else { return nil }
        defer { offset += length }
        return unsafe String(
            decoding: UnsafeRawBufferPointer(start: start + offset, count: length), as: UTF8.self)
    }
    /// Reads bytea or null.
    public mutating func readOptionalBytes() throws(PostgresError) -> [UInt8]? {
        guard let length = try nextLength("bytea") else { return nil }
        defer { offset += length }
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start + offset, count: length))
    }
    /// Skips one value.
    public mutating func skip() throws(PostgresError) {
        offset += try nextLength("any value") ?? 0
    }

    @inline(__always)
    private mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: StaticString
    ) throws(PostgresError) -> Value {
        if let value: Value = try optionalInteger(type) { return value }
        throw mismatch(type, -1)
    }

    @inline(__always)
    private mutating func optionalInteger<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: StaticString
    ) throws(PostgresError) -> Value? {
        guard let length = try nextLength(type) else { return nil }
        guard length == MemoryLayout<Value>.size else { throw mismatch(type, length) }
        defer { offset += length }
        return unsafe Value(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// Moves past the length of the next value and returns it; nil for null.
    @inline(__always)
    private mutating func nextLength(_ type: StaticString) throws(PostgresError) -> Int? {
        guard column < columns, offset + 4 <= count else {
            throw PostgresError(
                .decoding,
                "the row of the COPY has \(columns) values, and a \(type) was read after",
                statement: statement)
        }
        let raw = unsafe start.loadUnaligned(fromByteOffset: offset, as: Int32.self)
        let length = Int(Int32(bigEndian: raw))
        column += 1
        offset += 4
        if length < 0 { return nil }
        guard offset + length <= count else { throw mismatch(type, length) }
        return length
    }

    private func mismatch(_ type: StaticString, _ length: Int) -> PostgresError {
        let found = length < 0 ? "null" : "a value of \(length) bytes"
        return PostgresError(
            .decoding, "value \(column) of the row is \(found), which does not read as \(type)",
            statement: statement)
    }
}

extension Connection {
    /// Runs a `copy … to stdout (format binary)` and calls `row` for each row; returns how many.
    ///
    /// Rows are read as they come, so memory does not grow with their number. When `row` throws,
    /// the server is asked to stop, the rest is dropped, and the connection stays good; an open
    /// transaction has failed then.
    @discardableResult
    public mutating func copyOut(
        _ sql: String, _ row: (inout CopyRow) throws(PostgresError) -> Void
    ) throws(PostgresError) -> Int {
        try startCopy(sql, PGRES_COPY_OUT)
        var rows = 0
        var failure: PostgresError?
        var data: UnsafeMutablePointer<CChar>?
        while true {
            let length = unsafe Int(PQgetCopyData(handle, &data, 0))
            guard length > 0, let message = unsafe data else { break }
            defer { unsafe PQfreemem(message) }
            if failure != nil { continue }
            do {
                let bytes = UnsafeRawPointer(message)
                rows += unsafe try Self.read(bytes, length, isFirst: rows == 0, sql, row)
            } catch {
                failure = error
                try? cancelHandle().cancel()
            }
        }
        let refusal = drain(sql)
        if let failure { throw failure }
        if let refusal { throw refusal }
        return rows
    }

    /// Reads one message of the server: a row, the trailer, or the header with a row or alone.
    private static func read(
        _ message: UnsafeRawPointer, _ length: Int, isFirst: Bool, _ sql: String,
        _ row: (inout CopyRow) throws(PostgresError) -> Void
    ) throws(PostgresError) -> Int {
        var start = unsafe message
        var count = length
        // The first message begins with a signature of 11 bytes, flags and an extension length.
        if isFirst, count >= 19, unsafe start.load(as: UInt8.self) == UInt8(ascii: "P") {
            let raw = unsafe start.loadUnaligned(fromByteOffset: 15, as: Int32.self)
            let header = 19 + Int(Int32(bigEndian: raw))
            unsafe start += header
            count -= header
        }
        guard count >= 2 else { return 0 }
        let columns = unsafe Int16(bigEndian: start.loadUnaligned(as: Int16.self))
        if columns < 0 { return 0 }  // the trailer
        var next = unsafe CopyRow(start, count: count, columns: Int(columns), sql)
        try row(&next)
        return 1
    }
}

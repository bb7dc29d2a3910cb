import CPostgres

/// Writes the rows of a binary COPY; see `Connection.copyIn`.
///
/// A row is `startRow(columns:)` followed by exactly that many values, whose types must be those
/// of the columns: an `Int32` for an int4 column, never for an int8 one.
@safe public struct CopyWriter: ~Copyable {
    private let handle: OpaquePointer
    private let statement: String
    private var buffer = ByteBuffer(capacity: 1 << 17)
    private var missing = 0
    private(set) var rows = 0

    /// Full buffers go to libpq in pieces of about this many bytes.
    private static let pieceSize = 1 << 16

    init(_ handle: OpaquePointer, _ statement: String) {
        unsafe self.handle = unsafe handle
        self.statement = statement
        buffer.write(text: "PGCOPY\n")
        buffer.write(bytes: [0xff, 0x0d, 0x0a, 0x00] as [UInt8])
        buffer.write(integer: 0 as Int64)  // flags, and no header extension
    }

    /// Begins a row of `columns` values; sends earlier rows when there are enough.
    public mutating func startRow(columns: Int) throws(PostgresError) {
        if missing != 0 { throw incomplete() }
        if buffer.count >= Self.pieceSize { try flush() }
        buffer.write(integer: Int16(columns))
        missing = columns
        rows += 1
    }

    /// Writes int8.
    public mutating func write(_ value: Int64) { writeInteger(value) }
    /// Writes int8.
    public mutating func write(_ value: Int) { writeInteger(Int64(value)) }
    /// Writes int4.
    public mutating func write(_ value: Int32) { writeInteger(value) }
    /// Writes int2.
    public mutating func write(_ value: Int16) { writeInteger(value) }
    /// Writes bool.
    public mutating func write(_ value: Bool) { writeInteger(value ? 1 as UInt8 : 0) }
    /// Writes float8.
    public mutating func write(_ value: Double) { writeInteger(value.bitPattern) }
    /// Writes float4.
    public mutating func write(_ value: Float) { writeInteger(value.bitPattern) }
    /// Writes timestamptz.
    public mutating func write(_ value: Timestamp) {
        writeInteger(value.postgres)
    }
    /// Writes text, varchar, json or an enum; jsonb has a form of its own, `writeJSONB`.
    public mutating func write(_ value: String) {
        let start = startValue()
        buffer.write(text: value)
        endValue(start)
    }
    /// Writes bytea.
    public mutating func write(_ value: [UInt8]) {
        missing -= 1
        buffer.write(integer: Int32(value.count))
        buffer.write(bytes: value)
    }
    /// Writes jsonb from JSON text.
    public mutating func writeJSONB(_ text: String) {
        let start = startValue()
        buffer.write(integer: 1 as UInt8)  // version
        buffer.write(text: text)
        endValue(start)
    }
    /// Writes an array.
    public mutating func write<Element: PostgresArrayElement>(_ value: [Element]) {
        let start = startValue()
        Element.encode(array: value, into: &buffer)
        endValue(start)
    }
    /// Writes null.
    public mutating func writeNull() {
        missing -= 1
        buffer.write(integer: -1 as Int32)
    }

    /// Writes int8 or null.
    public mutating func write(_ value: Int64?) {
        if let value { write(value) } else { writeNull() }
    }
    /// Writes int4 or null.
    public mutating func write(_ value: Int32?) {
        if let value { write(value) } else { writeNull() }
    }
    /// Writes int2 or null.
    public mutating func write(_ value: Int16?) {
        if let value { write(value) } else { writeNull() }
    }
    /// Writes bool or null.
    public mutating func write(_ value: Bool?) {
        if let value { write(value) } else { writeNull() }
    }
    /// Writes float8 or null.
    public mutating func write(_ value: Double?) {
        if let value { write(value) } else { writeNull() }
    }
    /// Writes float4 or null.
    public mutating func write(_ value: Float?) {
        if let value { write(value) } else { writeNull() }
    }
    /// Writes timestamptz or null.
    public mutating func write(_ value: Timestamp?) {
        if let value { write(value) } else { writeNull() }
    }
    /// Writes text or null.
    public mutating func write(_ value: String?) {
        if let value { write(value) } else { writeNull() }
    }
    /// Writes bytea or null.
    public mutating func write(_ value: [UInt8]?) {
        if let value { write(value) } else { writeNull() }
    }

    /// Sends the trailer and what is left.
    mutating func finish() throws(PostgresError) {
        if missing != 0 { throw incomplete() }
        buffer.write(integer: -1 as Int16)
        try flush()
    }

    @inline(__always)
    private mutating func writeInteger<Value: FixedWidthInteger>(_ value: Value) {
        missing -= 1
        buffer.write(integer: Int32(MemoryLayout<Value>.size))
        buffer.write(integer: value)
    }

    private mutating func startValue() -> Int {
        missing -= 1
        buffer.write(integer: 0 as Int32)
        return buffer.count
    }

    private mutating func endValue(_ start: Int) {
        buffer.overwrite(Int32(buffer.count - start), at: start - 4)
    }

    private mutating func flush() throws(PostgresError) {
        let code = unsafe buffer.bytes.withUnsafeBytes { bytes in
            unsafe PQputCopyData(
                handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        buffer.removeAll()
        guard code == 1 else {
            let message = unsafe firstLines(PQerrorMessage(handle))
            throw PostgresError(.connectionLost, message, statement: statement)
        }
    }

    private func incomplete() -> PostgresError {
        let reason =
            missing > 0 ? "\(missing) values are missing" : "there are \(-missing) values too many"
        return PostgresError(.usage, "row \(rows) of the COPY: \(reason)", statement: statement)
    }
}

extension Connection {
    /// Runs a `copy … from stdin (format binary)` whose rows `body` writes; returns how many.
    ///
    /// When `body` throws, the COPY is abandoned and leaves no rows.
    @discardableResult
    public mutating func copyIn(
        _ sql: String, _ body: (inout CopyWriter) throws(PostgresError) -> Void
    ) throws(PostgresError) -> Int {
        try startCopy(sql, PGRES_COPY_IN)
        var writer = unsafe CopyWriter(handle, sql)
        var failure: PostgresError?
        do {
            try body(&writer)
            try writer.finish()
        } catch {
            failure = error
        }
        let code = unsafe PQputCopyEnd(handle, failure == nil ? nil : "the writer gave up")
        let refusal = drain(sql)
        if let failure, !failure.isConnectionLost { throw failure }
        // The server's own reason says more than a failed send.
        if let refusal { throw refusal }
        if let failure { throw failure }
        guard code == 1 else { throw lastError(sql) }
        return writer.rows
    }

    func isCopy(_ result: OpaquePointer, _ wanted: ExecStatusType) -> Bool {
        unsafe PQresultStatus(result) == wanted && PQbinaryTuples(result) == 1
    }

    /// Begins a COPY and makes sure that it goes the wanted way, in binary.
    mutating func startCopy(_ sql: String, _ wanted: ExecStatusType) throws(PostgresError) {
        let result = unsafe PQexec(handle, sql)
        if let result = unsafe result, unsafe isCopy(result, wanted) {
            unsafe PQclear(result)
            return
        }
        _ = unsafe try check(result, sql)
        throw PostgresError(.usage, "not a COPY in the binary format", statement: sql)
    }
}

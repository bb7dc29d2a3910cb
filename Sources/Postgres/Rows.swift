import CPostgres

/// The rows a query returned, all in memory, each value read when it is asked for.
public struct Rows: RandomAccessCollection {
    let result: ResultHandle

    /// Always 0.
    public var startIndex: Int { 0 }
    /// How many rows there are.
    public var endIndex: Int { result.rowCount }

    /// The row at an index.
    public subscript(index: Int) -> Row {
        precondition(index >= 0 && index < result.rowCount, "row \(index) of \(result.rowCount)")
        return Row(result: result, index: Int32(index))
    }

    /// The names of the columns.
    public var columns: [String] { (0..<result.columnCount).map { result.columnName($0) } }

    /// How many rows the statement inserted, updated, deleted or returned.
    public var affected: Int { result.affected }
}

/// One row of a query's answer.
public struct Row {
    let result: ResultHandle
    let index: Int32

    /// Reads a column by its position, from 0.
    ///
    /// An error names the column and both types. Only an optional type takes null.
    public func value<Value: PostgresDecodable>(
        _ column: Int, as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard column >= 0, column < result.columnCount else {
            throw PostgresError(
                .decoding, "there is no column \(column): the answer has \(result.columnCount)",
                statement: result.statement)
        }
        if let value = result.decode(row: index, column: Int32(column), as: type) { return value }
        throw result.mismatch(row: index, column: column, wanted: type)
    }

    /// Reads a column by its name.
    ///
    /// An error names the column and both types. Only an optional type takes null.
    public func value<Value: PostgresDecodable>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        for column in 0..<result.columnCount where result.columnName(column) == name {
            return try value(column, as: type)
        }
        let names = (0..<result.columnCount).map { result.columnName($0) }
        throw PostgresError(
            .decoding,
            "there is no column \"\(name)\": the answer has \(names.joined(separator: ", "))",
            statement: result.statement)
    }

    /// Reads the first columns, in order, as the given types.
    public func values<each Value: PostgresDecodable>(
        _ types: repeat (each Value).Type
    ) throws(PostgresError) -> (repeat each Value) {
        var column = -1
        func next<Next: PostgresDecodable>(_ type: Next.Type) throws(PostgresError) -> Next {
            column += 1
            return try value(column, as: type)
        }
        return (repeat try next(each types))
    }
}

/// Owns one libpq result.
@safe final class ResultHandle {
    private let pointer: OpaquePointer
    let rowCount: Int
    let columnCount: Int
    /// The statement that made it, for messages.
    let statement: String

    init(_ pointer: OpaquePointer, statement: String) {
        unsafe self.pointer = unsafe pointer
        self.statement = statement
        rowCount = unsafe Int(PQntuples(pointer))
        columnCount = unsafe Int(PQnfields(pointer))
    }

    deinit { unsafe PQclear(pointer) }

    var affected: Int {
        guard let text = unsafe PQcmdTuples(pointer) else { return 0 }
        return unsafe Int(String(cString: text)) ?? 0
    }

    func columnName(_ column: Int) -> String {
        guard let text = unsafe PQfname(pointer, Int32(column)) else { return "" }
        return unsafe String(cString: text)
    }

    func decode<Value: PostgresDecodable>(
        row: Int32, column: Int32, as: Value.Type
    ) -> Value? {
        if unsafe PQgetisnull(pointer, row, column) != 0 { return Value.null }
        guard let start = unsafe PQgetvalue(pointer, row, column) else { return nil }
        let length = unsafe Int(PQgetlength(pointer, row, column))
        let bytes = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(start), byteCount: length)
        return unsafe Value.decode(bytes, type: PQftype(pointer, column))
    }

    func mismatch(row: Int32, column: Int, wanted: Any.Type) -> PostgresError {
        let name = "column \(column) \"\(columnName(column))\""
        let type = unsafe PostgresType.name(of: PQftype(pointer, Int32(column)))
        let isNull = unsafe PQgetisnull(pointer, row, Int32(column)) != 0
        let reason =
            isNull
            ? "\(name) is null in row \(row); read it as \(wanted)? instead of \(wanted)"
            : "\(name) is \(type), which does not read as \(wanted); cast it in the statement"
        return PostgresError(.decoding, reason, statement: statement)
    }
}

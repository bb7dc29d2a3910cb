/// Which statements the server has prepared for a connection, by text and parameter types.
struct PreparedStatements {
    struct Key: Hashable {
        var sql: String
        var types: [UInt32]

        init(_ query: Query) {
            sql = query.sql
            types = query.parameters.types
        }
    }

    /// The server keeps a plan for each, so there is a limit; beyond it all are dropped.
    static let limit = 256

    var names: [Key: String] = [:]
    private var lastNumber = 0

    var isFull: Bool { names.count >= Self.limit }

    mutating func nextName() -> String {
        lastNumber += 1
        return "q\(lastNumber)"
    }

    /// Whether the statement must be prepared again: its result type changed, or it is gone.
    static func isStale(_ error: PostgresError) -> Bool {
        error.sqlState == "0A000" || error.sqlState == "26000"
    }
}

extension Query {
    /// Calls `body` with what libpq wants of the parameters: values, lengths and formats.
    func withParameters<R>(
        _ body: (
            UnsafeBufferPointer<UnsafePointer<CChar>?>, UnsafeBufferPointer<Int32>,
            UnsafeBufferPointer<Int32>
        ) -> R
    ) -> R {
        let formats: [Int32] = parameters.types.map { $0 == 0 ? 0 : 1 }
        return unsafe parameters.buffer.bytes.withUnsafeBufferPointer { bytes in
            let start = unsafe UnsafeRawPointer(bytes.baseAddress)?
                .assumingMemoryBound(to: CChar.self)
            let values: [UnsafePointer<CChar>?] = unsafe parameters.offsets.map { offset in
                unsafe offset < 0 ? nil : start.map { unsafe $0 + offset }
            }
            return unsafe values.withUnsafeBufferPointer { values in
                unsafe parameters.lengths.withUnsafeBufferPointer { lengths in
                    unsafe formats.withUnsafeBufferPointer { unsafe body(values, lengths, $0) }
                }
            }
        }
    }
}

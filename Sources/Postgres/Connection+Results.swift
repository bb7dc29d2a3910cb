import CPostgres

extension Connection {
    /// Takes ownership of a result and returns it, or throws what it reports.
    mutating func check(
        _ result: OpaquePointer?, _ sql: String
    ) throws(PostgresError) -> ResultHandle {
        guard let result = unsafe result else { throw lastError(sql) }
        switch unsafe PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC:
            return unsafe ResultHandle(result, statement: sql)
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            unsafe PQclear(result)
            endStrayCopy()
            throw PostgresError(.usage, "run COPY through copyIn or copyOut", statement: sql)
        default:
            let error = unsafe serverError(result, sql)
            unsafe PQclear(result)
            throw error
        }
    }

    /// What libpq says of the connection when there is no result to ask.
    func lastError(_ sql: String) -> PostgresError {
        let message = unsafe firstLines(PQerrorMessage(handle))
        return PostgresError(isBroken ? .connectionLost : .statement, message, statement: sql)
    }

    private mutating func serverError(_ result: OpaquePointer, _ sql: String) -> PostgresError {
        func field(_ code: UInt8) -> String? {
            guard let text = unsafe PQresultErrorField(result, Int32(code)) else { return nil }
            return unsafe String(cString: text)
        }
        // The codes of PG_DIAG_SEVERITY_NONLOCALIZED, SQLSTATE and so on: libpq's macros are
        // character constants.
        let severity = field(UInt8(ascii: "V"))
        if severity == "FATAL" || severity == "PANIC" { fatal = true }
        let message = unsafe field(UInt8(ascii: "M")) ?? firstLines(PQresultErrorMessage(result))
        var error = PostgresError(isBroken ? .connectionLost : .statement, message, statement: sql)
        error.sqlState = field(UInt8(ascii: "C"))
        error.detail = field(UInt8(ascii: "D"))
        error.hint = field(UInt8(ascii: "H"))
        error.constraint = field(UInt8(ascii: "n"))
        return error
    }

    /// Reads and drops what is left of the current command; returns the first error.
    @discardableResult
    mutating func drain(_ sql: String) -> PostgresError? {
        var first: PostgresError?
        var copies = 0
        while let result = unsafe PQgetResult(handle) {
            switch unsafe PQresultStatus(result) {
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                unsafe PQclear(result)
                // The COPY could not be ended, and would be reported for ever.
                copies += 1
                if copies > 1 || isBroken { return first ?? lastError(sql) }
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC:
                unsafe PQclear(result)
            default:
                let error = unsafe serverError(result, sql)
                unsafe PQclear(result)
                if first == nil { first = error }
            }
        }
        return first
    }

    private mutating func endStrayCopy() {
        // The wrong one of the two fails at once and changes nothing.
        unsafe _ = PQputCopyEnd(handle, "COPY must be run through copyIn")
        var row: UnsafeMutablePointer<CChar>?
        while unsafe PQgetCopyData(handle, &row, 0) > 0 { unsafe PQfreemem(row) }
        drain("")
    }
}

/// libpq's text without the line break at its end.
func firstLines(_ text: UnsafePointer<CChar>?) -> String {
    guard let text = unsafe text else { return "libpq gives no reason" }
    var message = unsafe String(cString: text)
    while message.last?.isNewline == true { message.removeLast() }
    return message.isEmpty ? "libpq gives no reason" : message
}

/// Where the notices of one connection go.
final class Notices {
    var handler: ((String) -> Void)?

    /// Takes the place of libpq's habit of printing notices.
    func attach(to handle: OpaquePointer) {
        // The connection owns this object as long as the handle is open.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe PQsetNoticeProcessor(
            handle,
            { context, text in
                guard let context = unsafe context else { return }
                let notices = unsafe Unmanaged<Notices>.fromOpaque(context).takeUnretainedValue()
                notices.handler?(unsafe firstLines(text))
            }, context)
    }
}

import CPostgres

/// Asks the server, from any thread, to end what a connection is doing.
@safe public final class CancelHandle: @unchecked Sendable {  // PQcancel is thread safe
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }

    deinit { unsafe PQfreeCancel(pointer) }

    /// Sends the request; the statement then fails with `isCancelled` unless it was done first.
    public func cancel() throws(PostgresError) {
        var text = [CChar](repeating: 0, count: 256)
        guard unsafe PQcancel(pointer, &text, Int32(text.count)) == 1 else {
            throw PostgresError(.connect, "cancel: \(unsafe firstLines(&text))")
        }
    }
}

extension Connection {
    /// Makes a handle with which another thread can end a statement of this connection.
    public func cancelHandle() throws(PostgresError) -> CancelHandle {
        guard let pointer = unsafe PQgetCancel(handle) else {
            throw PostgresError(.connectionLost, "there is no connection to cancel")
        }
        return unsafe CancelHandle(pointer)
    }
}

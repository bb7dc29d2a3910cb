import CPostgres

extension Connection {
    /// Runs `body` in a transaction, commits it, and returns what `body` returned.
    ///
    /// When `body` or the commit throws, everything is rolled back. After `isConnectionLost`
    /// in the commit itself it is unknown whether the transaction took place.
    public mutating func transaction<R>(
        _ body: (inout Connection) throws(PostgresError) -> R
    ) throws(PostgresError) -> R {
        try transaction(wrappingErrors: { $0 }, body)
    }

    /// Runs `body`, which has errors of its own, in a transaction.
    ///
    /// `wrappingErrors` turns the errors of beginning and committing into the body's kind, such
    /// as `StoreError.postgres`.
    public mutating func transaction<R, E: Error>(
        wrappingErrors wrap: (PostgresError) -> E, _ body: (inout Connection) throws(E) -> R
    ) throws(E) -> R {
        do { try begin() } catch { throw wrap(error) }
        let value: R
        do {
            value = try body(&self)
        } catch {
            rollback()
            throw error
        }
        do { try commit() } catch { throw wrap(error) }
        return value
    }

    /// Begins a transaction; there is none inside another.
    public mutating func begin() throws(PostgresError) {
        guard !isInTransaction else {
            throw PostgresError(.usage, "a transaction is open already", statement: "begin")
        }
        try executeScript("begin")
    }

    /// Commits the open transaction.
    public mutating func commit() throws(PostgresError) {
        // The server answers a commit of a failed transaction with a rollback, not an error.
        let failed = unsafe PQtransactionStatus(handle) == PQTRANS_INERROR
        try executeScript("commit")
        if failed {
            throw PostgresError(
                .usage, "a statement of the transaction had failed, so it was rolled back",
                statement: "commit")
        }
    }

    /// Rolls the open transaction back; does nothing when the connection is gone.
    public mutating func rollback() {
        guard !isBroken, isInTransaction else { return }
        try? executeScript("rollback")
    }
}

import Postgres

/// The statements of one transaction, which are sent together.
struct WriteBatch {
    private(set) var statements: [Query] = []

    var isEmpty: Bool { statements.isEmpty }

    mutating func add(_ statement: Query) { statements.append(statement) }

    /// Adds a statement that must touch so many rows; `subject` is what a message calls them.
    mutating func add(_ statement: Query, rows: Int, _ subject: String) {
        statements.append(
            """
            with written as (\(statement) returning 1)
                select expect_rows(count(*), \(rows), \(subject)) from written
            """)
    }

    mutating func add(_ other: WriteBatch) { statements += other.statements }
}

extension Store {
    /// Commits the statements in one transaction under the epoch, in one round trip.
    mutating func commit(_ batch: WriteBatch) throws(StoreError) {
        guard let epoch else { throw .notLeading }
        do {
            let hold: Query = "select hold_epoch(\(epoch))"
            try run { (connection) throws(PostgresError) in
                try connection.batch([hold] + batch.statements)
            }
        } catch {
            // Whatever it says, the reason may be that another coordinator has written meanwhile.
            if !connection.isBroken, let current = try? connection.currentEpoch(), current != epoch
            {
                throw .fenced(epoch: epoch, current: current)
            }
            if case .postgres(let error) = error, error.sqlState == "D0002" {
                throw .invariant(error.message)
            }
            throw error
        }
    }
}

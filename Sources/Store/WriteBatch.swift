import Postgres

/// The statements of one transaction, sent together, and how many rows each must touch.
struct WriteBatch {
    private(set) var steps: [Step] = []

    struct Step {
        var query: Query
        /// How many rows it must touch; nil when any number is right.
        var rows: Int?
        /// What its rows are, for a message.
        var subject: String
    }

    mutating func add(_ query: Query, rows: Int? = nil, _ subject: String = "") {
        steps.append(Step(query: query, rows: rows, subject: subject))
    }
}

extension Store {
    /// Commits the statements in one transaction under the epoch, in two round trips.
    mutating func commit(_ batch: WriteBatch) throws(StoreError) {
        guard let epoch else { throw .notLeading }
        do {
            try connection.send(batch, epoch: epoch)
            try run { (connection) throws(PostgresError) in try connection.commit() }
        } catch {
            connection.rollback()
            // Whatever it says, the reason may be that another coordinator has written meanwhile.
            if !connection.isBroken, let current = try? connection.currentEpoch(), current != epoch
            {
                throw .fenced(epoch: epoch, current: current)
            }
            throw error
        }
    }
}

extension Connection {
    fileprivate mutating func send(_ batch: WriteBatch, epoch: Int32) throws(StoreError) {
        // A submission may have begun the transaction.
        let begin: Query = isInTransaction ? "select" : "begin"
        let queries = [begin, Self.holdingEpoch] + batch.steps.map(\.query)
        let results = try storing { (connection) throws(PostgresError) in
            try connection.batch(queries)
        }
        let found = try storing { (_) throws(PostgresError) in
            try results[1].first?.value(0, as: Int32.self)
        }
        guard found == epoch else { throw .fenced(epoch: epoch, current: found ?? 0) }
        for (step, result) in zip(batch.steps, results.dropFirst(2)) {
            guard let rows = step.rows, result.affected != rows else { continue }
            throw .invariant(
                "\(rows) \(step.subject) were to be written and \(result.affected) rows were "
                    + "there to be; the coordinator must start again from the database")
        }
    }
}

import CPostgres
import Glibc

extension Connection {
    /// Sends several statements at once and returns their rows in order.
    ///
    /// It costs one round trip. Outside a transaction the batch is one: when a statement fails,
    /// none of them has happened, and the error names the one that failed.
    @discardableResult
    public mutating func batch(_ queries: [Query]) throws(PostgresError) -> [Rows] {
        guard !queries.isEmpty else { return [] }
        for query in queries { try refuseZeroBytes(query) }
        if statements.names.count + queries.count > PreparedStatements.limit {
            try forgetStatements()
        }
        // Blocking sends could wait for a server that itself waits for us to read.
        guard unsafe PQsetnonblocking(handle, 1) == 0, unsafe PQenterPipelineMode(handle) == 1
        else { throw abandon("batch") }
        defer {
            unsafe _ = PQexitPipelineMode(handle)
            unsafe _ = PQsetnonblocking(handle, 0)
        }
        var steps: [BatchStep] = []
        var unsent = 0
        for query in queries {
            try send(query, &steps)
            unsent += query.sql.utf8.count + query.parameters.buffer.count
            if unsent > 1 << 16 {
                try flush(query.sql)
                unsent = 0
            }
        }
        guard unsafe PQpipelineSync(handle) == 1 else { throw abandon("batch") }
        try flush("batch")
        return try collect(steps)
    }

    private mutating func send(
        _ query: Query, _ steps: inout [BatchStep]
    ) throws(PostgresError) {
        let key = PreparedStatements.Key(query)
        let name: String
        if let known = statements.names[key] {
            name = known
        } else {
            name = statements.nextName()
            let count = Int32(key.types.count)
            guard unsafe PQsendPrepare(handle, name, key.sql, count, key.types) == 1 else {
                throw abandon(query.sql)
            }
            // Taken back if the server refuses it; later queries of the batch rely on it.
            statements.names[key] = name
            steps.append(BatchStep(key: key, isPrepare: true))
        }
        let sent = unsafe query.withParameters { values, lengths, formats in
            unsafe PQsendQueryPrepared(
                handle, name, Int32(values.count), values.baseAddress, lengths.baseAddress,
                formats.baseAddress, 1)
        }
        guard sent == 1 else { throw abandon(query.sql) }
        steps.append(BatchStep(key: key, isPrepare: false))
    }

    /// Sends what libpq holds back, reading meanwhile so that neither side waits for the other.
    private mutating func flush(_ sql: String) throws(PostgresError) {
        while true {
            let left = unsafe PQflush(handle)
            if left == 0 { return }
            guard left > 0 else { throw abandon(sql) }
            var entry = unsafe pollfd(
                fd: PQsocket(handle), events: Int16(POLLIN | POLLOUT), revents: 0)
            guard unsafe poll(&entry, 1, -1) > 0 else { continue }
            guard entry.revents & Int16(POLLOUT) == 0 || entry.revents & Int16(POLLIN) != 0 else {
                continue
            }
            guard unsafe PQconsumeInput(handle) == 1 else { throw abandon(sql) }
        }
    }

    /// Gives the connection up: half a batch is under way, and its answers cannot be told apart.
    private mutating func abandon(_ sql: String) -> PostgresError {
        var error = lastError(sql)
        error.kind = .connectionLost
        fatal = true
        return error
    }

    private mutating func collect(_ steps: [BatchStep]) throws(PostgresError) -> [Rows] {
        var rows: [Rows] = []
        var failure: PostgresError?
        for step in steps {
            let result = unsafe PQgetResult(handle)
            let skipped = unsafe result.map { unsafe PQresultStatus($0) == PGRES_PIPELINE_ABORTED }
            if skipped == true {
                unsafe PQclear(result)
                if step.isPrepare { statements.names[step.key] = nil }
            } else {
                do {
                    let checked = unsafe try check(result, step.key.sql)
                    if !step.isPrepare { rows.append(Rows(result: checked)) }
                } catch {
                    if step.isPrepare || PreparedStatements.isStale(error) {
                        statements.names[step.key] = nil
                    }
                    if failure == nil { failure = error }
                    if isBroken { throw failure ?? error }
                }
            }
            // Each statement's results end with nothing.
            if let more = drain(step.key.sql), failure == nil { failure = more }
        }
        // The answer to the sync.
        _ = unsafe try check(PQgetResult(handle), "batch")
        if let failure { throw failure }
        return rows
    }
}

/// One answer that a batch expects.
private struct BatchStep {
    var key: PreparedStatements.Key
    var isPrepare: Bool
}

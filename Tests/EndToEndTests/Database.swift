import Postgres

/// The stack's database, looked at as `psql` would.
final class Database {
    let conninfo: String
    private var connection: Connection?

    init(_ conninfo: String) { self.conninfo = conninfo }

    /// Runs a query; a connection that broke since the last one is opened anew.
    func rows(_ query: Query) throws -> Rows {
        if var open = connection.take(), let rows = try? open.query(query) {
            connection = consume open
            return rows
        }
        var fresh = try Connection(conninfo)
        let rows = try fresh.query(query)
        connection = consume fresh
        return rows
    }

    /// The first column of the only row.
    func value<Value: PostgresDecodable>(
        _ query: Query, as type: Value.Type = Value.self
    ) throws -> Value {
        let rows = try rows(query)
        guard rows.count == 1, let row = rows.first else { throw NotOneRow(count: rows.count) }
        return try row.value(0)
    }

    /// A number, such as a count.
    func number(_ query: Query) throws -> Int { try value(query) }

    /// The numbers of the only row.
    func numbers(_ query: Query) throws -> [Int] {
        let rows = try rows(query)
        guard rows.count == 1, let row = rows.first else { throw NotOneRow(count: rows.count) }
        return try rows.columns.indices.map { try row.value($0) }
    }

    /// A number; nil while the database is away.
    func numberIfReachable(_ query: Query) -> Int? { try? number(query) }

    private struct NotOneRow: Error { var count: Int }
}

extension Database {
    /// The number of a campaign.
    func campaign(_ name: String) throws -> Int {
        try number("select id from campaigns where name = \(name)")
    }

    /// How many tasks have a result, all campaigns together; nil while the database is away.
    var completed: Int? {
        numberIfReachable("select count(*) from tasks where state = 'completed'")
    }

    /// The tasks of a campaign as `kind state` and how many there are.
    func tasks(of campaign: String) throws -> [String: Int] {
        let id = try self.campaign(campaign)
        let rows = try rows(
            """
            select kind || ' ' || state, count(*) from tasks where task_campaign(id) = \(id)
                group by 1
            """)
        var counts: [String: Int] = [:]
        for row in rows { counts[try row.value(0)] = try row.value(1) }
        return counts
    }

    /// The process of the coordinator that leads, and its epoch.
    func leader() throws -> (pid: Int32, epoch: Int) {
        let rows = try rows("select name, epoch from leadership")
        guard let row = rows.first else { throw NotOneRow(count: 0) }
        // By default a coordinator's name is NODE/PROCESS.
        let name: String = try row.value(0)
        return (name.split(separator: "/").last.flatMap { Int32($0) } ?? 0, try row.value(1))
    }
}

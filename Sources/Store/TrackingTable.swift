import Postgres

/// What a tracking server was told of a round.
public struct RoundTracking: Sendable, Equatable {
    /// The round's name.
    public var name: String
    /// Its number.
    public var number: Int
    /// The version of the round that the server knows, as `roundsToTell` has it; empty for none.
    public var version: String
    /// Where people see its run; nil until there is one.
    public var page: String?
    /// What the server was not told, and why; empty when it knows all.
    public var problem: String

    /// Describes what was told of a round.
    public init(
        name: String, number: Int, version: String = "", page: String? = nil, problem: String = ""
    ) {
        (self.name, self.number, self.version) = (name, number, version)
        (self.page, self.problem) = (page, problem)
    }
}

extension Store {
    /// What servers were told of rounds.
    public mutating func trackings() throws(StoreError) -> [RoundTracking] {
        let rows = try run { (connection) throws(PostgresError) in
            try connection.query(
                "select name, number, version, page, problem from trackings order by name, number")
        }
        return try trackings(rows)
    }

    /// Records what was told of a round.
    public mutating func record(_ tracking: RoundTracking) throws(StoreError) {
        try write { (connection) throws(StoreError) -> Void in
            try connection.storing { (connection) throws(PostgresError) -> Void in
                try connection.execute(
                    """
                    insert into trackings (name, number, version, page, problem)
                        values (\(tracking.name), \(Int32(tracking.number)), \(tracking.version),
                            \(tracking.page), \(tracking.problem))
                        on conflict (name, number) do update set
                            told_at = now(), version = excluded.version, page = excluded.page,
                            problem = excluded.problem
                    """)
            }
        }
    }

    /// The rounds that a server may have to be told of: those with pairs whose row says something
    /// else than what was told, each with the version that it has now.
    public mutating func roundsToTell() throws(StoreError) -> [RoundTracking] {
        let rows = try run { (connection) throws(PostgresError) in
            try connection.query(
                """
                select r.name, r.number, v.version, t.page, coalesce(t.problem, '')
                    from rounds r
                    left join trackings t on t.name = r.name and t.number = r.number
                    cross join lateral (select md5(concat_ws(
                        '|', r.state, r.reason, r.dataset, r.adapter, r.exports, r.training,
                        r.evaluation)) as version) v
                    where r.dataset is not null and t.version is distinct from v.version
                    order by r.name, r.number
                """)
        }
        return try trackings(rows)
    }

    private mutating func trackings(_ rows: Rows) throws(StoreError) -> [RoundTracking] {
        var trackings: [RoundTracking] = []
        for row in rows {
            trackings.append(
                try run { (_) throws(PostgresError) in
                    RoundTracking(
                        name: try row.value(0), number: Int(try row.value(1, as: Int32.self)),
                        version: try row.value(2), page: try row.value(3),
                        problem: try row.value(4))
                })
        }
        return trackings
    }
}

import Postgres
import Testing

struct BatchTests {
    @Test func resultsComeInTheOrderOfTheQueries() throws {
        var connection = try TestCluster.connect()
        let rows = try connection.batch([
            "create temp table t (id int8 primary key, name text)",
            "insert into t select n, 'x' || n from generate_series(1, \(5)) n",
            "update t set name = \("y") where id <= \(2)",
            "select name from t order by id",
        ])
        #expect(rows.map(\.affected) == [0, 5, 2, 5])
        #expect(
            try rows[3].map { try $0.value(0, as: String.self) } == ["y", "y", "x3", "x4", "x5"])
        #expect(try connection.query("select 1").count == 1)
    }

    @Test func aBatchWithAFailureLeavesNothingAndNamesIt() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8 constraint t_key primary key)")
        for _ in 0..<2 {
            let error = #expect(throws: PostgresError.self) {
                try connection.batch([
                    "insert into t values (\(1))", "insert into t values (\(1))",
                    "insert into t values (\(2))", "select count(*) from t",
                ])
            }
            #expect(error?.constraint == "t_key")
        }
        #expect(try connection.query("select from t").isEmpty)
        // Statements that were skipped are prepared when they are used the next time.
        let rows = try connection.batch(["select count(*) from t", "select 1"])
        #expect(try #require(rows[0].first).value(0, as: Int.self) == 0)
    }

    @Test func aBatchWithAMistakeInAStatementNamesIt() throws {
        var connection = try TestCluster.connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.batch(["select 1", "select wrong", "select 2"])
        }
        #expect(error?.statement == "select wrong")
        #expect(error?.sqlState == "42703")
        #expect(try connection.batch(["select 1", "select 2"]).count == 2)
    }

    @Test func aBatchInsideATransactionIsPartOfIt() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8)")
        _ = try? connection.transaction { connection throws(PostgresError) in
            try connection.batch(["insert into t values (1)", "insert into t values (2)"])
            throw PostgresError(.usage, "changed my mind")
        }
        #expect(try connection.query("select from t").isEmpty)
    }

    @Test func neitherSideWaitsForTheOtherHoweverMuchGoesBothWays() throws {
        var connection = try TestCluster.connect()
        let text = String(repeating: "x", count: 1 << 20)
        let queries = (0..<40).map { _ in "select \(text)::text" as Query }
        let rows = try connection.batch(queries)
        #expect(rows.count == 40)
        #expect(try #require(rows[39].first).value(0, as: String.self).utf8.count == 1 << 20)
    }

    @Test func aBatchOfMoreStatementsThanAreKeptWorks() throws {
        var connection = try TestCluster.connect()
        let rows = try connection.batch((0..<700).map { Query(unsafeSQL: "select \($0)::int8") })
        #expect(try rows.map { try $0[0].value(0, as: Int.self) } == Array(0..<700))
    }

    @Test func anEmptyBatchIsNothing() throws {
        var connection = try TestCluster.connect()
        #expect(try connection.batch([]).isEmpty)
    }

    @Test func aConnectionLostInABatchIsRecognised() throws {
        var connection = try TestCluster.connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.batch([
                "select 1", "select pg_terminate_backend(pg_backend_pid())", "select 2",
            ])
        }
        #expect(error?.isConnectionLost == true)
        #expect(connection.isBroken == true)
    }
}

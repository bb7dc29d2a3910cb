import Foundation
import Postgres
import Testing

struct ConnectionTests {
    @Test func aViolatedConstraintIsNamed() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript(
            "create temp table t (id int8 constraint t_key primary key); insert into t values (1)")
        let error = #expect(throws: PostgresError.self) {
            try connection.execute("insert into t values (\(1))")
        }
        #expect(error?.sqlState == "23505")
        #expect(error?.isUniqueViolation == true)
        #expect(error?.constraint == "t_key")
        #expect(error?.detail == "Key (id)=(1) already exists.")
        #expect(error?.statement == "insert into t values ($1)")
        #expect(error?.kind == .statement)
        #expect(connection.isBroken == false)
    }

    @Test func anErrorSaysAllThereIsToSay() throws {
        var connection = try TestCluster.connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.query("select nothing")
        }
        #expect(
            error?.description == """
                Postgres: column "nothing" does not exist (SQLSTATE 42703)
                  statement: select nothing
                """)
    }

    @Test func aConnectionThatCannotBeMadeSaysWhy() throws {
        let error = #expect(throws: PostgresError.self) {
            _ = try Connection("host=/nonexistent user=nobody")
        }
        #expect(error?.kind == .connect)
        #expect(error?.message.contains("/nonexistent") == true)
    }

    @Test func aTerminatedConnectionIsRecognised() throws {
        var connection = try TestCluster.connect()
        var other = try TestCluster.connect()
        try other.execute("select pg_terminate_backend(\(connection.serverProcess))")
        let error = #expect(throws: PostgresError.self) { try connection.query("select 1") }
        #expect(error?.isConnectionLost == true)
        #expect(connection.isBroken == true)
        let again = #expect(throws: PostgresError.self) { try connection.query("select 1") }
        #expect(again?.isConnectionLost == true)
    }

    @Test func aConnectionThatEndsInsideATransactionIsRecognised() throws {
        var connection = try TestCluster.connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.transaction { connection throws(PostgresError) in
                try connection.execute("select pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(error?.isConnectionLost == true)
    }

    @Test func aTransactionIsCommittedOrLeavesNothing() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8 primary key)")
        let result = try connection.transaction { connection throws(PostgresError) in
            try connection.execute("insert into t values (1)")
            return "done"
        }
        #expect(result == "done")
        #expect(throws: PostgresError.self) {
            try connection.transaction { connection throws(PostgresError) in
                try connection.execute("insert into t values (2)")
                try connection.execute("insert into t values (1)")
            }
        }
        #expect(connection.isInTransaction == false)
        #expect(try connection.query("select from t").count == 1)
    }

    @Test func aTransactionPassesOnErrorsOfItsBody() throws {
        enum Refusal: Error, Equatable {
            case postgres(PostgresError)
            case stale(Int)
        }
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8)")
        #expect(throws: Refusal.stale(3)) {
            try connection.transaction(wrappingErrors: Refusal.postgres) {
                connection throws(Refusal) in
                do throws(PostgresError) {
                    try connection.execute("insert into t values (1)")
                } catch {
                    throw .postgres(error)
                }
                throw .stale(3)
            }
        }
        #expect(try connection.query("select from t").isEmpty)
    }

    @Test func aTransactionThatHidAFailureIsNotTakenForCommitted() throws {
        var connection = try TestCluster.connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.transaction { connection throws(PostgresError) in
                _ = try? connection.execute("select 1 / 0")
            }
        }
        #expect(error?.kind == .usage)
    }

    @Test func aTransactionInsideAnotherIsRefused() throws {
        var connection = try TestCluster.connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.transaction { connection throws(PostgresError) in
                try connection.begin()
            }
        }
        #expect(error?.message == "a transaction is open already")
    }

    @Test func aStatementIsPreparedOnce() throws {
        var connection = try TestCluster.connect()
        for number in 0..<5 { try connection.execute("select \(number)") }
        let rows = try connection.query("select statement from pg_prepared_statements")
        let texts = try rows.map { try $0.value(0, as: String.self) }
        #expect(texts.filter { $0 == "select $1" }.count == 1)
    }

    @Test func thereIsALimitToPreparedStatements() throws {
        var connection = try TestCluster.connect()
        for number in 0..<600 { try connection.execute(Query(unsafeSQL: "select \(number)")) }
        let rows = try connection.query("select count(*) from pg_prepared_statements")
        #expect(try #require(rows.first).value(0, as: Int.self) <= 256)
    }

    @Test func aStatementWhoseTableChangedIsPreparedAgain() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8); insert into t values (7)")
        #expect(try connection.query("select * from t").columns == ["id"])
        try connection.executeScript("alter table t add name text")
        #expect(try connection.query("select * from t").columns == ["id", "name"])
    }

    @Test func theSameTextWithOtherTypesIsAnotherStatement() throws {
        var connection = try TestCluster.connect()
        let number = try #require(try connection.query("select \(1)").first)
        let text = try #require(try connection.query("select \(true)").first)
        #expect(try number.value(0, as: Int.self) == 1)
        #expect(try text.value(0, as: Bool.self))
    }

    @Test func copyOutsideItsFunctionsIsRefusedAndHarmsNothing() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8)")
        for statement in ["copy t from stdin", "copy (select 1) to stdout"] {
            let error = #expect(throws: PostgresError.self) {
                try connection.executeScript(statement)
            }
            #expect(error?.message == "run COPY through copyIn or copyOut")
        }
        #expect(try connection.query("select 1").count == 1)
    }

    @Test func noticesGoToWhoeverAsksForThem() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("do $$ begin raise notice 'unheard'; end $$")
        var notices: [String] = []
        connection.onNotice { notices.append($0) }
        try connection.executeScript("do $$ begin raise notice 'heard'; end $$")
        #expect(notices == ["NOTICE:  heard"])
    }

    @Test func anotherThreadCanCancelAStatement() throws {
        var connection = try TestCluster.connect()
        var holder = try TestCluster.connect()
        _ = try holder.query("select pg_advisory_lock(600)")
        let handle = try connection.cancelHandle()
        let process = connection.serverProcess
        // A thread of its own: those of the tests may all be busy.
        Thread.detachNewThread {
            guard var other = try? TestCluster.connect() else { return }
            let isWaiting: Query = """
                select from pg_stat_activity where pid = \(process) and wait_event = 'advisory'
                """
            while (try? other.query(isWaiting).isEmpty) == true {}
            try? handle.cancel()
        }
        let error = #expect(throws: PostgresError.self) {
            try connection.query("select pg_advisory_lock(600)")
        }
        #expect(error?.isCancelled == true)
        #expect(try connection.query("select 1").count == 1)
    }

    @Test func theSocketCanBeWaitedFor() throws {
        let connection = try TestCluster.connect()
        #expect(connection.socketDescriptor >= 0)
    }

    @Test func anAdvisoryLockIsAnOrdinaryQuery() throws {
        var holder = try TestCluster.connect()
        var other = try TestCluster.connect()
        func lock(_ connection: inout Connection) throws -> Bool {
            let rows = try connection.query("select pg_try_advisory_lock(\(4711))")
            return try #require(rows.first).value(0, as: Bool.self)
        }
        #expect(try lock(&holder))
        #expect(try !lock(&other))
    }
}

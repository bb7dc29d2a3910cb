import Postgres
import Testing

struct CopyTests {
    /// One column per type that can be written and read.
    static let columns = """
        (a int8, b int4, c int2, d bool, e float8, f float4, g text, h bytea, i timestamptz,
         j jsonb, k int8[])
        """

    @Test func everyTypeIsWrittenAsPsqlPrintsIt() throws {
        var connection = try TestCluster.connect()
        // psql has a session of its own, so the table is a real one.
        try connection.executeScript("create table copied \(Self.columns)")
        defer { try? connection.executeScript("drop table copied") }
        let rows = try connection.copyIn("copy copied from stdin (format binary)") {
            writer throws(PostgresError) in
            try writer.startRow(columns: 11)
            writer.write(Int64.min)
            writer.write(Int32.max)
            writer.write(Int16(-3))
            writer.write(true)
            writer.write(0.1)
            writer.write(Float(1.5))
            writer.write("tab\tÜ|画")
            writer.write([0, 1, 255] as [UInt8])
            writer.write(Timestamp(microseconds: 1_767_225_600_000_001))
            writer.writeJSONB(#"{"a":null}"#)
            writer.write([1, 2] as [Int64])
            try writer.startRow(columns: 11)
            for _ in 0..<11 { writer.writeNull() }
        }
        #expect(rows == 2)
        let printed = try TestCluster.psql("set timezone = 'UTC'; select * from copied")
        #expect(
            printed == """
                SET
                -9223372036854775808|2147483647|-3|t|0.1|1.5|tab\tÜ|画|\\x0001ff|\
                2026-01-01 00:00:00.000001+00|{"a": null}|{1,2}
                ||||||||||

                """)
    }

    @Test func everyTypeIsReadAsTheServerMeantIt() throws {
        var connection = try TestCluster.connect()
        let statement = """
            copy (select -1::int8, 2::int4, 3::int2, true, 0.1::float8, 1.5::float4, 'Ü画',
                  '\\x00ff'::bytea, '2026-01-01 00:00:00.000001+00'::timestamptz
                  union all select null, null, null, null, null, null, null, null, null)
            to stdout (format binary)
            """
        var seen = 0
        let rows = try connection.copyOut(statement) { row throws(PostgresError) in
            #expect(row.columns == 9)
            if seen == 0 {
                #expect(try row.readInt64() == -1)
                #expect(try row.readInt32() == 2)
                #expect(try row.readInt16() == 3)
                #expect(try row.readBool())
                #expect(try row.readDouble() == 0.1)
                #expect(try row.readFloat() == 1.5)
                #expect(try row.readString() == "Ü画")
                #expect(try row.readBytes() == [0, 255])
                #expect(
                    try row.readTimestamp() == Timestamp(microseconds: 1_767_225_600_000_001))
            } else {
                #expect(try row.readOptionalInt64() == nil)
                #expect(try row.readOptionalInt32() == nil)
                #expect(try row.readOptionalInt16() == nil)
                #expect(try row.readOptionalBool() == nil)
                #expect(try row.readOptionalDouble() == nil)
                #expect(try row.readOptionalFloat() == nil)
                #expect(try row.readOptionalString() == nil)
                #expect(try row.readOptionalBytes() == nil)
                #expect(try row.readOptionalTimestamp() == nil)
            }
            seen += 1
        }
        #expect(rows == 2)
    }

    @Test func manyRowsGoThereAndComeBack() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8, score float8, name text)")
        let count = 50_000
        try connection.copyIn("copy t from stdin (format binary)") { writer throws(PostgresError) in
            for id in 0..<count {
                try writer.startRow(columns: 3)
                writer.write(Int64(id))
                writer.write(id % 7 == 0 ? nil : Double(id) / 3)
                writer.write("name of \(id)")
            }
        }
        var next = 0
        let rows = try connection.copyOut(
            "copy (select * from t order by id) to stdout (format binary)"
        ) { row throws(PostgresError) in
            let id = try row.readInt64()
            let score = try row.readOptionalDouble()
            let name = try row.readString()
            let good =
                id == Int64(next) && name == "name of \(id)"
                && score == (id % 7 == 0 ? nil : Double(id) / 3)
            if !good { throw PostgresError(.usage, "row \(next) came back as \(id), \(name)") }
            next += 1
        }
        #expect(rows == count)
    }

    @Test func aRowLargerThanTheBufferIsWrittenWhole() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (h bytea)")
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }
        try connection.copyIn("copy t from stdin (format binary)") { writer throws(PostgresError) in
            for _ in 0..<3 {
                try writer.startRow(columns: 1)
                writer.write(bytes)
            }
        }
        try connection.copyOut("copy t to stdout (format binary)") { row throws(PostgresError) in
            #expect(try row.readBytes() == bytes)
        }
    }

    @Test func noRowsAtAllAreFine() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8)")
        #expect(try connection.copyIn("copy t from stdin (format binary)") { _ in } == 0)
        #expect(try connection.copyOut("copy t to stdout (format binary)") { _ in } == 0)
    }

    @Test func aRefusedRowNamesTheConstraint() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8 constraint t_key primary key)")
        let error = #expect(throws: PostgresError.self) {
            try connection.copyIn("copy t from stdin (format binary)") {
                writer throws(PostgresError) in
                for _ in 0..<100_000 {
                    try writer.startRow(columns: 1)
                    writer.write(Int64(1))
                }
            }
        }
        #expect(error?.constraint == "t_key")
        #expect(try connection.query("select from t").isEmpty)
    }

    @Test func aCopyThatIsGivenUpLeavesNothing() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8)")
        let error = #expect(throws: PostgresError.self) {
            try connection.copyIn("copy t from stdin (format binary)") {
                writer throws(PostgresError) in
                try writer.startRow(columns: 1)
                writer.write(Int64(1))
                throw PostgresError(.usage, "changed my mind")
            }
        }
        #expect(error?.message == "changed my mind")
        #expect(try connection.query("select from t").isEmpty)
    }

    @Test func aRowWithTheWrongNumberOfValuesIsRefused() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (a int8, b int8)")
        let error = #expect(throws: PostgresError.self) {
            try connection.copyIn("copy t from stdin (format binary)") {
                writer throws(PostgresError) in
                try writer.startRow(columns: 2)
                writer.write(Int64(1))
            }
        }
        #expect(error?.message == "row 1 of the COPY: 1 values are missing")
        #expect(try connection.query("select from t").isEmpty)
    }

    @Test func aValueOfTheWrongLengthIsNamed() throws {
        var connection = try TestCluster.connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.copyOut(
                "copy (select n::int4 from generate_series(1, 100000) n) to stdout (format binary)"
            ) { row throws(PostgresError) in _ = try row.readInt64() }
        }
        #expect(
            error?.message
                == "value 1 of the row is a value of 4 bytes, which does not read as int8")
        #expect(try connection.query("select 1").count == 1)
    }

    @Test func readingBeyondARowIsRefused() throws {
        var connection = try TestCluster.connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.copyOut("copy (select 1::int8) to stdout (format binary)") {
                row throws(PostgresError) in
                try row.skip()
                try row.skip()
            }
        }
        #expect(error?.kind == .decoding)
    }

    @Test func onlyTheBinaryFormatIsTaken() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8)")
        #expect(throws: PostgresError.self) { try connection.copyIn("copy t from stdin") { _ in } }
        #expect(throws: PostgresError.self) { try connection.copyOut("copy t to stdout") { _ in } }
        #expect(throws: PostgresError.self) { try connection.copyIn("select 1") { _ in } }
        #expect(try connection.query("select 1").count == 1)
    }

    @Test func aConnectionLostInTheMiddleIsRecognised() throws {
        var connection = try TestCluster.connect()
        var other = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8)")
        let process = connection.serverProcess
        let error = #expect(throws: PostgresError.self) {
            try connection.copyIn("copy t from stdin (format binary)") {
                writer throws(PostgresError) in
                try other.execute("select pg_terminate_backend(\(process), 10000)")
                for _ in 0..<1_000_000 {
                    try writer.startRow(columns: 1)
                    writer.write(Int64(1))
                }
            }
        }
        #expect(error?.isConnectionLost == true)
        #expect(connection.isBroken == true)
    }
}

import Postgres
import Testing

struct QueryTests {
    @Test func interpolatedValuesBecomeParameters() {
        let name = "x'; drop table tasks; --"
        let query: Query = "select \(1), \(name), \(unsafeSQL: "now()"), \(identifier: "a\"b")"
        #expect(query.sql == "select $1, $2, now(), \"a\"\"b\"")
    }

    @Test func everyScalarGoesThereAndComesBack() throws {
        var connection = try TestCluster.connect()
        let bytes: [UInt8] = [0, 255, 1, 0]
        let time = Timestamp(microseconds: 1_767_225_600_123_456)
        let row = try #require(
            try connection.query(
                """
                select \(Int16.min), \(Int32.min), \(Int64.min), \(7), \(Float(0.1)), \(0.1),
                       \(true), \("Ünïcode 画像"), \(bytes), \(time)
                """
            ).first)
        #expect(try row.value(0, as: Int16.self) == .min)
        #expect(try row.value(1, as: Int32.self) == .min)
        #expect(try row.value(2, as: Int64.self) == .min)
        #expect(try row.value(3, as: Int.self) == 7)
        #expect(try row.value(4, as: Float.self) == 0.1)
        #expect(try row.value(5, as: Double.self) == 0.1)
        #expect(try row.value(6, as: Bool.self) == true)
        #expect(try row.value(7, as: String.self) == "Ünïcode 画像")
        #expect(try row.value(8, as: [UInt8].self) == bytes)
        #expect(try row.value(9, as: Timestamp.self) == time)
    }

    @Test func theServerSeesTheValuesAsTheyAreWritten() throws {
        var connection = try TestCluster.connect()
        let time = Timestamp(microseconds: 1_767_225_600_123_456)
        let row = try #require(
            try connection.query(
                """
                select \(-7)::text, \(1.5)::text, \([1, 0, 254] as [UInt8])::text,
                       \([1, nil, 3] as [Int32?])::text, \(["a\"b", nil] as [String?])::text,
                       \(time)::text, \([[1, 2], []] as [[UInt8]])::text, \([] as [Int64])::text
                """
            ).first)
        let texts = try (0..<8).map { try row.value($0, as: String.self) }
        #expect(
            texts == [
                "-7", "1.5", #"\x0100fe"#, "{1,NULL,3}", #"{"a\"b",NULL}"#,
                "2026-01-01 00:00:00.123456+00", #"{"\\x0102","\\x"}"#, "{}",
            ])
    }

    @Test func everyArrayGoesThereAndComesBack() throws {
        var connection = try TestCluster.connect()
        func check<Value: PostgresEncodable & PostgresDecodable & Equatable>(
            _ value: Value
        ) throws {
            let row = try #require(try connection.query("select \(value)").first)
            #expect(try row.value(0, as: Value.self) == value)
        }
        try check([1, -2, .max] as [Int16])
        try check([1, -2, .max] as [Int32])
        try check([1, -2, .max] as [Int64])
        try check([1, -2, .max] as [Int])
        try check([1.5, -.infinity] as [Float])
        try check([1.5, -.infinity] as [Double])
        try check([true, false])
        try check(["", "a,b", "NULL"])
        try check([[1, 2], []] as [[UInt8]])
        try check([Timestamp(microseconds: 0)])
        try check([] as [Int64])
        try check([1, nil] as [Int64?])
        try check([nil, "x"] as [String?])
        try check((0..<10_000).map { Int64($0) })
    }

    @Test func nullGoesThereAndComesBack() throws {
        var connection = try TestCluster.connect()
        let number: Int64? = nil
        let text: String? = nil
        let bytes: [UInt8]? = nil
        let row = try #require(
            try connection.query("select \(number), \(text), \(bytes), \(number) is null").first)
        let (a, b, c, d) = try row.values(Int64?.self, String?.self, [UInt8]?.self, Bool.self)
        #expect(a == nil && b == nil && c == nil && d)
    }

    @Test func textStandsForAnyTypeTheColumnHas() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript(
            """
            create type pg_temp.mood as enum ('calm', 'wild');
            create temp table t (j jsonb, m pg_temp.mood, u uuid, v varchar(5), c char(3))
            """)
        try connection.execute(
            """
            insert into t values (\(#"{"a": [1]}"#), \("wild"),
                \("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), \("v"), \("c"))
            """)
        let row = try #require(try connection.query("select j, m, u::text, v, c from t").first)
        let (j, m, u, v, c) = try row.values(
            String.self, String.self, String.self, String.self, String.self)
        #expect(j == #"{"a": [1]}"#)
        #expect(m == "wild")
        #expect(u == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")
        #expect(v == "v" && c == "c  ")
    }

    @Test func smallIntegersReadAsLargerOnes() throws {
        var connection = try TestCluster.connect()
        let row = try #require(try connection.query("select 1::int2, 2::int4, 3::float4").first)
        #expect(try row.value(0, as: Int64.self) == 1)
        #expect(try row.value(0, as: Int32.self) == 1)
        #expect(try row.value(1, as: Int.self) == 2)
        #expect(try row.value(2, as: Double.self) == 3)
    }

    @Test func rowsKnowTheirColumnsAndHowManyWereTouched() throws {
        var connection = try TestCluster.connect()
        try connection.executeScript("create temp table t (id int8, name text)")
        #expect(try connection.execute("insert into t values (1, 'a'), (2, 'b'), (3, null)") == 3)
        #expect(try connection.execute("update t set name = 'z' where id > \(1)") == 2)
        let rows = try connection.query("select id, name from t order by id")
        #expect(rows.columns == ["id", "name"])
        #expect(rows.count == 3)
        #expect(try rows.map { try $0.value("name", as: String?.self) } == ["a", "z", "z"])
    }

    @Test func aTypeThatDoesNotFitIsNamed() throws {
        var connection = try TestCluster.connect()
        let row = try #require(
            try connection.query("select 1::int4 as id, null::text as name, 1.5 as cost").first)
        let wrong = #expect(throws: PostgresError.self) { try row.value(0, as: String.self) }
        #expect(
            wrong?.message
                == """
                column 0 "id" is int4, which does not read as String; cast it in the statement
                """
        )
        let null = #expect(throws: PostgresError.self) { try row.value("name", as: String.self) }
        #expect(
            null?.message
                == "column 1 \"name\" is null in row 0; read it as String? instead of String")
        let numeric = #expect(throws: PostgresError.self) { try row.value(2, as: Double.self) }
        #expect(numeric?.message.contains("numeric") == true)
        let missing = #expect(throws: PostgresError.self) { try row.value("nam", as: Int.self) }
        #expect(
            missing?.message == "there is no column \"nam\": the answer has id, name, cost")
        let beyond = #expect(throws: PostgresError.self) { try row.value(3, as: Int.self) }
        #expect(beyond?.message == "there is no column 3: the answer has 3")
        #expect(beyond?.kind == .decoding)
    }

    @Test func textWithAZeroByteIsRefusedBeforeItIsCut() throws {
        var connection = try TestCluster.connect()
        let error = #expect(throws: PostgresError.self) {
            try connection.query("select \("a"), \("b\u{0}c")")
        }
        #expect(
            error?.message == "parameter $2 has a zero byte, which text in Postgres cannot hold")
    }

    @Test func infiniteTimesStayInfinite() throws {
        var connection = try TestCluster.connect()
        let row = try #require(
            try connection.query(
                "select 'infinity'::timestamptz, \(Timestamp(microseconds: .min))::text"
            ).first)
        #expect(try row.value(0, as: Timestamp.self) == Timestamp(microseconds: .max))
        #expect(try row.value(1, as: String.self) == "-infinity")
    }
}

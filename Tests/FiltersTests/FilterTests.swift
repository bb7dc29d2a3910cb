import Filters
import Testing

private let columns = [
    Column("state", .word(["available", "leased", "completed", "failed", "cancelled"])),
    Column("kind", .word(["ingest", "generate", "score", "rank"])),
    Column("error", .text), Column("worker", .text), Column("failures", .number(.none)),
    Column("duration_ms", .number(.milliseconds)), Column("age", .number(.seconds)),
    Column("memory", .number(.bytes)), Column("cordoned", .truth), Column("created_at", .time),
    Column("tasks.failed", .number(.none)),
]

private let row: [String: Filter.Value] = [
    "state": .text("failed"), "kind": .text("score"), "error": .text("CUDA out of Memory"),
    "failures": .number(3), "duration_ms": .number(90_000), "age": .number(120),
    "memory": .number(0x1p33), "cordoned": .truth(true),
    "created_at": .text("2026-03-01T12:00:00.000Z"), "tasks.failed": .number(7),
]

private func passes(_ text: String) throws(FilterError) -> Bool {
    try Filter(parsing: text, columns: columns).matches { row[$0] }
}

@Suite struct FilterTests {
    @Test(arguments: [
        "", "  ", "state = failed", "state=failed and kind=score", "STATE = failed",
        "state == failed", "state != completed", "error ~ 'out of memory'", "error~cuda",
        "failures >= 3", "failures > 2 and failures < 4", "duration_ms = 90s",
        "duration_ms > 1m", "duration_ms >= 90000", "age = 2m", "age <= 1h", "memory = 8GiB",
        "memory < 9gb", "cordoned", "cordoned = yes", "not cordoned = false",
        "created_at > 2026-02-28", "created_at < 2026-03-01T12:01Z", "tasks.failed = 7",
        "state in (completed, failed)", "state not in (completed, leased)",
        "kind = rank or kind = score and state = failed", "not (kind = rank or kind = ingest)",
        "not kind = rank and state = failed", "worker = ''", "worker != 'a'", "error != ''",
        "error = \"CUDA out of Memory\"", "state ~ ail",
    ])
    func aRowPasses(filter: String) throws {
        #expect(try passes(filter))
    }

    @Test(arguments: [
        "state = completed", "state != failed", "not state = failed", "error ~ disk",
        "failures > 3", "duration_ms > 90s", "memory > 8GiB", "not cordoned",
        "created_at > 2026-03-02", "state in (completed, leased)", "state not in (failed)",
        "(kind = rank or kind = score) and state = completed", "worker = a", "worker ~ a",
        "kind = rank and state = failed or kind = ingest",
    ])
    func aRowDoesNot(filter: String) throws {
        #expect(try !passes(filter))
    }

    @Test func andBindsMoreThanOr() throws {
        let filter = try Filter(
            parsing: "failures = 1 or failures = 2 and not cordoned", columns: columns)
        let failures = columns[4]
        #expect(
            filter.expression
                == .or(
                    .compare(failures, .equal, .number(1)),
                    .and(
                        .compare(failures, .equal, .number(2)),
                        .not(.compare(columns[8], .equal, .truth(true))))))
    }

    @Test func aColumnWithoutAValueIsNoNumber() throws {
        let filter = try Filter(parsing: "failures < 5 or failures >= 5", columns: columns)
        #expect(!filter.matches { _ in nil })
        #expect(try Filter(parsing: "failures != 5", columns: columns).matches { _ in nil })
    }

    @Test func quotesInAValueAreWrittenTwice() throws {
        let filter = try Filter(parsing: "error = 'it''s'", columns: columns)
        #expect(filter.matches { _ in .text("it's") })
    }
}

/// What a person is told; a message names the place and what to write instead.
@Suite struct FilterErrorTests {
    @Test(arguments: [
        ("stat = failed", 1, "there is no column `stat`; did you mean `state`?"),
        ("state = faild", 9, "`state` is never `faild`; did you mean `failed`?"),
        ("state = x and", 9, "`state` is never `x`; it is one of available, leased, completed"),
        ("failed > 3", 1, "there is no column `failed`; did you mean `tasks.failed`?"),
        ("state failed", 7, "after `state` a comparison is missing"),
        ("state = failed and", 19, "a column is missing at the end"),
        ("state =", 8, "a value for `state` is missing here"),
        ("state = failed kind = score", 16, "`kind` does not belong here; join conditions by and"),
        ("(state = failed", 16, "a closing parenthesis is missing"),
        ("state = failed)", 15, "`)` does not belong here"),
        ("error = 'out", 9, "the closing ' is missing"),
        ("failures > many", 12, "`failures` is a number, and `many` is none"),
        ("failures > 3s", 12, "`s` is no unit of `failures`; it takes no unit"),
        ("duration_ms > 3GiB", 15, "`GiB` is no unit of `duration_ms`; it takes ms, s, m, h or d"),
        ("memory > 3h", 10, "`h` is no unit of `memory`; it takes B, KB"),
        ("failures ~ 3", 10, "`~` looks into texts, and `failures` is none"),
        ("cordoned > true", 10, "`cordoned` is true or false; compare it by = or !="),
        ("cordoned = maybe", 12, "`cordoned` is true or false"),
        ("created_at > yesterday", 14, "`yesterday` is not a time; write it as 2026-01-31"),
        ("created_at > 2026-13-01", 14, "`2026-13-01` is not a time"),
        ("state in failed", 10, "after `in` values are written in parentheses"),
        ("state in (failed kind", 18, "the list of values needs a comma"),
        ("state ! failed", 7, "`!` is no comparison"),
        ("state = failed & kind = score", 16, "`&` has no meaning here"),
        ("= 3", 1, "`=` is not a column"),
    ])
    func aMistakeIsNamed(text: String, position: Int, message: String) {
        let error = #expect(throws: FilterError.self) {
            try Filter(parsing: text, columns: columns)
        }
        #expect(error?.position == position)
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test func aFilterIsNotEndless() {
        let deep = String(repeating: "(", count: 1000) + "cordoned"
        #expect(throws: FilterError.self) { try Filter(parsing: deep, columns: columns) }
        let nots = String(repeating: "not ", count: 1000) + "cordoned"
        #expect(throws: FilterError.self) { try Filter(parsing: nots, columns: columns) }
        let long = String(repeating: "cordoned and ", count: 2000) + "cordoned"
        #expect(throws: FilterError.self) { try Filter(parsing: long, columns: columns) }
    }

    @Test func anyTextIsAFilterOrAMistake() {
        let pieces = [
            "state", "=", "(", ")", "not", "in", "and", "'", "3s", ",", "~", "\u{0}", "é",
        ]
        var number: UInt64 = 1
        for _ in 0..<5000 {
            var text = ""
            for _ in 0..<8 {
                number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(number >> 33) % pieces.count] + (number >> 62 == 0 ? "" : " ")
            }
            do throws(FilterError) {
                _ = try passes(text)
            } catch {
                #expect((1...text.count + 1).contains(error.position), "\(text)")
            }
        }
    }
}

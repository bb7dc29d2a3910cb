import Foundation
import Testing
import Yams

@testable import Console

private let awkward = [
    "", "plain", "two words", "yes", "No", "null", "~", "12", "1e3", "0x1F", "-", "- item", "a: b",
    "#comment", "it's", "say \"hi\"", "line\nbreak", "tab\there", "cr\r\nlf", " padded ", "a,b",
    "犬が吠える", "🎬 take", "\u{7F}\u{85}\u{2028}", "{x}", "[y]", "&anchor", "*alias", "%", "@", "`",
    "2026-03-01", "1:30", "Infinity", ".inf", "back\\slash", "\u{1B}[31mred",
]

private let row = Value.object(
    awkward.enumerated().map { .init("key\($0)", .text($1)) } + [
        .init("odd: key", .integer(-3)), .init("on", .flag(true)), .init("none", .null),
        .init("small", .number(1e-7)), .init("large", .number(1e300)), .init("half", .number(0.5)),
        .init("id", .integer(9_223_372_036_854_775_807)), .init("empty", .list([])),
        .init("nothing", .object([])),
        .init("list", .list([.text("a"), .list([.integer(1), .text("b\nc")]), .object([])])),
        .init("deep", .object([.init("er", .object([.init("est", .text("x"))]))])),
    ])

private func printed(_ format: OutputFormat, _ pages: [[Value]]) throws -> String {
    let columns = [
        Column("id", "ID", .count, importance: 1), Column("key16", "K", importance: 1),
        Column("list", "L", importance: 1),
    ]
    var printer = ListingPrinter(try ListingLayout(columns, format: format, name: "id"))
    return pages.map { printer.text(of: $0) }.joined() + printer.end()
}

@Test func jsonIsReadBackByFoundationAsItWas() throws {
    let text = try printed(.json, [[row, row], [row]])
    let foundation = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [NSDictionary]
    #expect(foundation?.count == 3)
    for (index, text) in awkward.enumerated() {
        #expect(foundation?.first?["key\(index)"] as? String == text)
    }
    #expect(try Value(json: text.utf8) == .list([row, row, row]))
    #expect(try Value(json: row.indentedJSON().utf8) == row)
}

@Test func eachLineOfJSONLinesIsAnObject() throws {
    let lines = try printed(.jsonl, [[row], [row]]).split(separator: "\n")
    #expect(try lines.map { try Value(json: $0.utf8) } == [row, row])
}

@Test func yamlIsReadBackByYamsAsItWas() throws {
    let text = try printed(.yaml, [[row], [row]])
    let loaded = try Yams.load(yaml: text) as? [[String: Any]]
    #expect(loaded?.count == 2)
    for (index, text) in awkward.enumerated() {
        #expect(loaded?.first?["key\(index)"] as? String == text, "\(text.debugDescription)")
    }
    #expect(loaded?.first?["odd: key"] as? Int == -3)
    #expect(loaded?.first?["small"] as? Double == 1e-7)
    #expect(loaded?.first?["large"] as? Double == 1e300)
    #expect((loaded?.first?["list"] as? [Any])?.count == 3)
    #expect(
        ((loaded?.first?["deep"] as? [String: Any])?["er"] as? [String: String]) == ["est": "x"])
}

@Test(arguments: OutputFormat.allCases)
func aListingWithoutRowsIsStillWellFormed(format: OutputFormat) throws {
    let expected =
        switch format {
        case .json, .yaml: "[]\n"
        case .csv: "id,key16,list\r\n"
        case .table, .wide, .jsonl, .name: ""
        }
    #expect(try printed(format, []) == expected)
}

@Test func csvQuotesWhatWouldBreakARecord() throws {
    #expect(
        csvRecord(["a", "b,c", "say \"hi\"", "x\r\ny", " z"])
            == "a,\"b,c\",\"say \"\"hi\"\"\",\"x\r\ny\",\" z\"\r\n")
}

@Test(arguments: [
    "{\"a\":}", "[1,]", "tru", "\"\\u12\"", "\"\\ud800\"", "{\"a\" 1}", "[1] 2", "", "nan", "\"a",
])
func whatIsNoJSONIsRefusedWithItsPlace(text: String) {
    #expect(throws: JSONError.self) { try Value(json: text.utf8) }
}

@Test func escapesOfJSONAreRead() throws {
    let text = #""\"\\\/\b\f\n\r\t\u00e9\ud83c\udfac""#
    #expect(try Value(json: text.utf8) == .text("\"\\/\u{8}\u{C}\n\r\té🎬"))
}

@Test func aPathFindsNestedValuesAndNamesWithDots() throws {
    let row = try Value(json: #"{"labels":{"gpu.model":"H100"},"tasks":{"failed":3}}"#.utf8)
    #expect(row.at("tasks.failed") == .integer(3))
    #expect(row.at("labels.gpu.model") == .text("H100"))
    #expect(row.at("tasks.nothing") == .null)
}

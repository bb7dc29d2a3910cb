import Testing

@testable import Console

private let columns = [
    Column("id", "ID", .count, importance: 9),
    Column("name", "NAME", importance: 10, floor: 6),
    Column("tasks.failed", "FAILED", .count, importance: 5),
    Column("note", "NOTE", importance: 1, floor: 8),
    Column("path", "PATH", importance: 1, isWide: true),
]

private let rows: [Value] = [
    .object([
        .init("id", .integer(7)), .init("name", .text("bouncing-balls")),
        .init("tasks", .object([.init("failed", .integer(12))])),
        .init("note", .text("犬が吠える while rain falls on a tin roof")),
        .init("path", .text("/shared/duet/first.mp4")),
    ]),
    .object([
        .init("id", .integer(1204)), .init("name", .text("second")),
        .init("tasks", .object([.init("failed", .integer(0))])), .init("note", .null),
        .init("path", .text("/shared/duet/second.mp4")),
    ]),
]

private func table(
    _ width: Int, _ format: OutputFormat = .table, chosen: [String]? = nil
) throws -> [String] {
    var layout = try ListingLayout(columns, format: format, name: "name", chosen: chosen)
    layout.width = width
    var printer = ListingPrinter(layout)
    return printer.text(of: rows).split(separator: "\n").map { String($0) }
}

@Test func aTableIsAsWideAsItsCells() throws {
    #expect(
        try table(100) == [
            "  ID  NAME            FAILED  NOTE",
            "   7  bouncing-balls      12  犬が吠える while rain falls on a tin roof",
            "1204  second               0",
        ])
}

@Test func theWidestColumnsAreShortenedFirst() throws {
    #expect(
        try table(50) == [
            "  ID  NAME            FAILED  NOTE",
            "   7  bouncing-balls      12  犬が吠える while ra…",
            "1204  second               0",
        ])
}

@Test func theLeastImportantColumnIsDroppedWhenShorteningIsNotEnough() throws {
    #expect(
        try table(26) == [
            "  ID  NAME          FAILED",
            "   7  bouncing-ba…      12",
            "1204  second             0",
        ])
}

@Test(arguments: 1...120)
func noLineIsWiderThanTheTerminal(width: Int) throws {
    for line in try table(width) { #expect(line.displayWidth <= width) }
}

@Test func aWideTableHasEverythingWhole() throws {
    let lines = try table(20, .wide)
    #expect(lines[1].hasSuffix("/shared/duet/first.mp4"))
    #expect(lines[1].contains("on a tin roof"))
}

@Test func chosenColumnsStandInTheOrderTheyWereAskedFor() throws {
    #expect(try table(100, chosen: ["tasks.failed", "id"])[0] == "FAILED    ID")
}

@Test func anUnknownColumnIsRefusedWithWhatThereIs() {
    let error = #expect(throws: ListingError.self) { try table(100, chosen: ["nam"]) }
    #expect(error?.message.contains("id, name, tasks.failed, note, path") == true)
}

@Test func laterPagesKeepTheWidthsOfTheFirst() throws {
    var layout = try ListingLayout(columns, format: .table, name: "name")
    layout.width = 40
    var printer = ListingPrinter(layout)
    let first = printer.text(of: [rows[1]])
    let second = printer.text(of: [rows[0]])
    #expect(first == "  ID  NAME    FAILED  NOTE\n1204  second       0\n")
    #expect(second == "   7  bounc…      12  犬…\n")
}

@Test func rowsAreSortedByAnyColumnEitherWay() throws {
    let layout = try ListingLayout(columns, format: .name, name: "name")
    #expect(try layout.sorted(rows, by: "tasks.failed").first?["id"] == .integer(1204))
    #expect(try layout.sorted(rows, by: "-tasks.failed").first?["id"] == .integer(7))
    #expect(throws: ListingError.self) { try layout.sorted(rows, by: "size") }
}

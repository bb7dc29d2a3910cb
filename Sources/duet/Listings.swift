import Console
import Foundation
import Linux
import Wire

/// Prints a listing that fits in memory, once or whenever it changes.
///
/// `empty` is what a person is told when there is nothing.
func list(
    _ layout: ListingLayout, _ options: ListOptions, empty: String,
    rows: () throws -> [Value]
) throws {
    if options.watch { return try watch(layout, options, rows) }
    let rows = try options.select(try rows(), layout)
    var printer = ListingPrinter(layout)
    Terminal.write(printer.text(of: rows) + printer.end())
    if rows.isEmpty, layout.format == .table || layout.format == .wide {
        remark(options.filter == nil ? empty : "The filter lets nothing pass.")
    }
}

/// Prints a listing of any length page by page; `page` gives the rows after an id.
func stream(
    _ layout: ListingLayout, limit: Int?, after start: Int64 = 0, empty: String,
    page: (_ after: Int64, _ limit: Int32) throws -> [Value]
) throws {
    var printer = ListingPrinter(layout)
    var after = start
    var left = limit ?? .max
    // The first page is short, so that something is seen at once.
    var size = 200
    while left > 0 {
        let wanted = min(size, left)
        let rows = try page(after, Int32(wanted))
        guard Terminal.write(printer.text(of: rows)) else { return }
        left -= rows.count
        guard rows.count == wanted, let last = rows.last?["id"].integer else { break }
        after = last
        size = 2000
    }
    Terminal.write(printer.end())
    guard layout.format == .table || layout.format == .wide else { return }
    if printer.rows == 0 { remark(empty) }
    if left == 0, limit != nil { remark("there may be more; --after \(after) goes on") }
}

/// Shows rows again and again: on a terminal the whole listing, elsewhere the rows that changed.
private func watch(
    _ layout: ListingLayout, _ options: ListOptions, _ rows: () throws -> [Value]
) throws {
    if [.json, .csv].contains(layout.format) {
        throw Failure.usage(
            "--watch never ends, so it cannot print \(layout.format.rawValue); write -o jsonl")
    }
    let isLive = Terminal.isTerminal(Terminal.output) && [.table, .wide].contains(layout.format)
    var live = LiveLines()
    var printer = ListingPrinter(layout)
    var known: [Value: Value] = [:]
    while true {
        let now = try options.select(try rows(), layout)
        if isLive {
            let height = max(1, (Terminal.size()?.rows ?? 24) - 1)
            var fresh = ListingPrinter(layout)
            let lines = fresh.text(of: now).split(separator: "\n").map { String($0) }
            Terminal.write(live.text(of: Array(lines.prefix(height))))
        } else {
            let changed = now.filter { known[$0["id"]] != $0 }
            guard Terminal.write(printer.text(of: changed)) else { return }
            for row in changed { known[row["id"]] = row }
        }
        pause(seconds: 1)
    }
}

/// Says something beside a result, where it disturbs no pipe.
func remark(_ text: String) {
    let paint = Paint(for: Terminal.error)
    Terminal.write(paint.commands(text) + "\n", to: Terminal.error)
}

/// Says what was done.
func say(_ text: String) {
    Terminal.write(Paint(for: Terminal.output).commands(text) + "\n")
}

/// Waits a moment.
func pause(seconds: Double) {
    _ = try? Interest.wait(for: [], until: Clock.monotonic + Int64(seconds * 1e9))
}

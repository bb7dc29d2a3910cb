/// The forms in which a listing is printed.
public enum OutputFormat: String, CaseIterable, Sendable {
    /// Columns for a person, as many as fit.
    case table
    /// All columns for a person, never shortened.
    case wide
    /// One JSON array.
    case json
    /// A JSON object on each line.
    case jsonl
    /// A YAML list.
    case yaml
    /// RFC 4180 with a header.
    case csv
    /// The name of each row.
    case name
}

/// What is wrong with what a person asked of a listing.
public struct ListingError: Error, Hashable, Sendable {
    /// A sentence.
    public var message: String
}

/// Everything a listing's looks depend on.
public struct ListingLayout: Sendable {
    /// Its form.
    public var format: OutputFormat
    /// The columns of its rows, in their order.
    public var columns: [Column]
    /// Keys of the columns to show; nil for the usual ones.
    public var chosen: [String]?
    /// The key of what `-o name` prints.
    public var name: String
    /// Columns of the terminal.
    public var width = Terminal.columnsWithout
    /// Colours.
    public var paint = Paint(isOn: false)
    /// Whether tables have a header.
    public var hasHeader = true

    /// Describes a listing.
    public init(
        _ columns: [Column], format: OutputFormat, name: String, chosen: [String]? = nil
    ) throws(ListingError) {
        self.columns = columns
        self.format = format
        self.name = name
        self.chosen = chosen
        for key in chosen ?? [] where !columns.contains(where: { $0.key == key }) {
            throw .unknown(key, among: columns)
        }
    }

    /// The columns to show, in the order asked for.
    var shown: [Column] {
        if let chosen { return chosen.compactMap { key in columns.first { $0.key == key } } }
        return format == .table ? columns.filter { !$0.isWide } : columns
    }

    /// Rows in the order of a column; a minus before its key turns the order round.
    public func sorted(_ rows: [Value], by key: String) throws(ListingError) -> [Value] {
        let isDown = key.hasPrefix("-")
        let name = isDown ? String(key.dropFirst()) : key
        guard let column = columns.first(where: { $0.key == name }) else {
            throw .unknown(name, among: columns)
        }
        let keyed = rows.enumerated().map { ($0, column.value($1), $1) }
        // Rows that are equal keep their order.
        return keyed.sorted { left, right in
            if left.1 == right.1 { return left.0 < right.0 }
            return isDown ? right.1 < left.1 : left.1 < right.1
        }.map(\.2)
    }
}

extension ListingError {
    fileprivate static func unknown(_ key: String, among columns: [Column]) -> ListingError {
        let known = columns.map(\.key).joined(separator: ", ")
        return ListingError(message: "there is no column '\(key)'; write one of: \(known)")
    }
}

/// Prints a listing page by page: no row is kept after it was printed.
public struct ListingPrinter {
    private let layout: ListingLayout
    private let shown: [Column]
    private var table: TableLayout?
    private var count = 0

    /// Makes a printer that has printed nothing yet.
    public init(_ layout: ListingLayout) {
        self.layout = layout
        shown = layout.shown
    }

    /// Rows so far.
    public var rows: Int { count }

    /// The text of further rows.
    ///
    /// The first page decides the widths of a table.
    public mutating func text(of rows: [Value]) -> String {
        if rows.isEmpty { return "" }
        defer { count += rows.count }
        switch layout.format {
        case .table, .wide: return tableText(rows)
        case .json:
            let items = rows.map { "  " + object($0).json }
            return (count == 0 ? "[\n" : ",\n") + items.joined(separator: ",\n")
        case .jsonl: return rows.map { object($0).json + "\n" }.joined()
        case .yaml:
            return rows.flatMap { object($0).yamlItem() }.map { $0 + "\n" }.joined()
        case .csv:
            let header = count == 0 ? csvRecord(shown.map(\.key)) : ""
            return header
                + rows.map { row in csvRecord(shown.map { $0.value(row).plain }) }.joined()
        case .name: return rows.map { $0.at(layout.name).plain.printable + "\n" }.joined()
        }
    }

    /// The text that ends the listing.
    public func end() -> String {
        switch layout.format {
        case .json: count == 0 ? "[]\n" : "\n]\n"
        case .yaml: count == 0 ? "[]\n" : ""
        case .csv: count == 0 ? csvRecord(shown.map(\.key)) : ""
        case .table, .wide, .jsonl, .name: ""
        }
    }

    /// A row with the chosen columns only, or as it came.
    private func object(_ row: Value) -> Value {
        guard layout.chosen != nil else { return row }
        return .object(shown.map { Value.Member($0.key, $0.value(row)) })
    }

    private mutating func tableText(_ rows: [Value]) -> String {
        let cells = rows.map { row in shown.map { $0.text(row) } }
        var text = ""
        let table: TableLayout
        if let known = self.table {
            table = known
        } else {
            table = TableLayout(
                shown, rows: cells, width: layout.format == .wide ? nil : layout.width)
            self.table = table
            if layout.hasHeader {
                text = table.line(
                    shown.map(\.header), colours: shown.map { _ in .bold }, paint: layout.paint)
                text += "\n"
            }
        }
        for (row, cells) in zip(rows, cells) {
            text += table.line(
                cells, colours: shown.map { $0.colour(row) }, paint: layout.paint)
            text += "\n"
        }
        return text
    }
}

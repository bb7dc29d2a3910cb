/// Which columns of a table are shown, and how wide each is.
struct TableLayout {
    /// The index of a shown column and its width.
    struct Place: Equatable {
        var column: Int
        var width: Int
    }

    private(set) var places: [Place]
    private let columns: [Column]

    static let gap = 2

    /// Fits columns into a width; nil fits everything.
    ///
    /// The widest are shortened as far as they may, then the least important dropped.
    init(_ columns: [Column], rows: [[String]], width: Int?) {
        self.columns = columns
        places = columns.indices.map { index in
            let cells = rows.map { $0[index].displayWidth }.max() ?? 0
            return Place(column: index, width: max(columns[index].header.displayWidth, cells))
        }
        guard let width else { return }
        while excess(over: width) > 0, !shorten(to: width), places.count > 1 {
            dropLeastImportant()
        }
        if places.count == 1 { places[0].width = min(places[0].width, max(1, width)) }
    }

    /// A line of cells, in the table's columns.
    func line(_ cells: [String], colours: [Paint.Colour?], paint: Paint) -> String {
        var line = ""
        for (index, place) in places.enumerated() {
            let text = cells[place.column].shortened(to: place.width)
            let isLast = index == places.count - 1
            let isRight = columns[place.column].isRight
            let space = String(repeating: " ", count: max(0, place.width - text.displayWidth))
            let painted = paint(text, colours[place.column])
            line += isRight ? space + painted : isLast ? painted : painted + space
            if !isLast { line += String(repeating: " ", count: Self.gap) }
        }
        while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
        return line
    }

    private func excess(over width: Int) -> Int {
        places.reduce(0) { $0 + $1.width } + Self.gap * (places.count - 1) - width
    }

    /// Shortens the widest columns evenly; false, and nothing changed, when that is not enough.
    private mutating func shorten(to width: Int) -> Bool {
        var trial = self
        while trial.excess(over: width) > 0 {
            let widest = trial.places.indices.filter { index in
                trial.places[index].width > (floor(of: trial.places[index]) ?? .max)
            }.max { trial.places[$0].width < trial.places[$1].width }
            guard let widest else { return false }
            trial.places[widest].width -= 1
        }
        self = trial
        return true
    }

    private func floor(of place: Place) -> Int? {
        columns[place.column].floor.map { max($0, columns[place.column].header.displayWidth) }
    }

    /// Of equally important columns the last goes first.
    private mutating func dropLeastImportant() {
        let least = places.indices.reversed().min {
            columns[places[$0].column].importance < columns[places[$1].column].importance
        }
        if let least { places.remove(at: least) }
    }
}

/// A table that fits a width as lines: its header and one for each row.
public func tableLines(
    _ columns: [Column], _ rows: [Value], width: Int?, paint: Paint
) -> [String] {
    let cells = rows.map { row in columns.map { $0.text(row) } }
    let layout = TableLayout(columns, rows: cells, width: width)
    let header = layout.line(
        columns.map(\.header), colours: columns.map { _ in .bold }, paint: paint)
    return [header]
        + zip(rows, cells).map { row, cells in
            layout.line(cells, colours: columns.map { $0.colour(row) }, paint: paint)
        }
}

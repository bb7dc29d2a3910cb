/// A colour of a picture.
struct Colour: Equatable {
    var red: UInt8
    var green: UInt8
    var blue: UInt8

    init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }
}

/// Drawing on a picture; what lies outside is left out.
extension Picture {
    mutating func paint(x: Int, y: Int, _ colour: Colour) {
        guard (0..<size.width).contains(x), (0..<size.height).contains(y) else { return }
        let at = (y * size.width + x) * 3
        bytes[at] = colour.red
        bytes[at + 1] = colour.green
        bytes[at + 2] = colour.blue
    }

    /// Fills a rectangle; both ends are exclusive.
    mutating func fill(_ columns: Range<Int>, _ rows: Range<Int>, _ colour: Colour) {
        for y in rows { for x in columns { paint(x: x, y: y, colour) } }
    }

    /// Writes a text with its upper left corner at a place; each dot is `scale` pixels wide.
    mutating func write(_ text: String, x: Int, y: Int, _ colour: Colour, scale: Int = 1) {
        var left = x
        for character in text {
            let rows = Glyphs.rows(of: character)
            for (down, row) in rows.enumerated() {
                for (across, mark) in row.enumerated() where mark == "#" {
                    let (right, top) = (left + across * scale, y + down * scale)
                    fill(right..<right + scale, top..<top + scale, colour)
                }
            }
            left += ((rows.first?.count ?? 0) + 1) * scale
        }
    }

    /// How many pixels wide a text comes out.
    static func width(of text: String) -> Int {
        text.reduce(-1) { $0 + (Glyphs.rows(of: $1).first?.count ?? 0) + 1 }
    }
}

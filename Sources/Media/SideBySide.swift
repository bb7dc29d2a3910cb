/// Two sheets beside each other, each with its caption, over a table of what is measured of both.
public enum SideBySide {
    /// One measured thing.
    public struct Row: Sendable {
        /// What it is.
        public var name: String
        /// Its value on the left, as it is shown.
        public var left: String
        /// Its value on the right.
        public var right: String
        /// How good the left value is, in 0...1; nil draws no bar.
        public var leftShare: Double?
        /// How good the right value is.
        public var rightShare: Double?

        /// Makes a row.
        public init(
            name: String, left: String, right: String, leftShare: Double? = nil,
            rightShare: Double? = nil
        ) {
            self.name = name
            self.left = left
            self.right = right
            self.leftShare = leftShare
            self.rightShare = rightShare
        }
    }

    private static let background = Colour(18, 18, 20)
    private static let ink = Colour(200, 200, 206)
    private static let faint = Colour(120, 120, 128)
    private static let bar = Colour(60, 64, 74)
    private static let better = Colour(96, 196, 128)
    private static let worse = Colour(208, 108, 96)
    private static let line = 24
    private static let margin = 16
    /// Pixels of a dot of writing.
    private static let scale = 2

    /// Draws two pictures under captions, and the rows under both.
    public static func draw(
        _ left: Picture, _ right: Picture, captions: (left: String, right: String), rows: [Row]
    ) -> Picture {
        let top = line + 2 * margin
        let middle = left.size.width + margin
        let width = middle + right.size.width
        let height = max(left.size.height, right.size.height)
        let table = top + height + margin
        var sheet = Picture(
            size: PictureSize(width: width, height: table + rows.count * line + margin),
            red: background.red, green: background.green, blue: background.blue)
        sheet.write(captions.left.uppercased(), x: 48, y: margin, better, scale: scale)
        sheet.write(captions.right.uppercased(), x: middle + 48, y: margin, worse, scale: scale)
        sheet.place(left, left: 0, top: top)
        sheet.place(right, left: middle, top: top)
        for (index, row) in rows.enumerated() {
            let y = table + index * line
            for (start, value, share, other) in [
                (48, row.left, row.leftShare, row.rightShare),
                (middle + 48, row.right, row.rightShare, row.leftShare),
            ] {
                draw(row.name, value, share, other, x: start, y: y, on: &sheet)
            }
        }
        return sheet
    }

    /// Puts pictures below each other, a little apart.
    public static func stacked(_ pictures: [Picture]) -> Picture {
        guard pictures.count != 1 else { return pictures[0] }
        let width = pictures.map(\.size.width).max() ?? 0
        let height = pictures.reduce(0) { $0 + $1.size.height } + margin * (pictures.count - 1)
        var sheet = Picture(
            size: PictureSize(width: width, height: height), red: faint.red, green: faint.green,
            blue: faint.blue)
        var top = 0
        for picture in pictures {
            sheet.place(picture, left: 0, top: top)
            top += picture.size.height + margin
        }
        return sheet
    }

    /// A name, a bar and a value; the better of two bars is green.
    private static func draw(
        _ name: String, _ value: String, _ share: Double?, _ other: Double?, x: Int, y: Int,
        on sheet: inout Picture
    ) {
        sheet.write(name.uppercased(), x: x, y: y + 4, faint, scale: scale)
        let start = x + 400
        sheet.write(value.uppercased(), x: start, y: y + 4, ink, scale: scale)
        guard let share else { return }
        let columns = start + 180..<start + 680
        sheet.fill(columns, y + 4..<y + 18, bar)
        let end = columns.lowerBound + Int(min(max(share, 0), 1) * Double(columns.count))
        let isBetter = share > (other ?? share)
        let isWorse = share < (other ?? share)
        sheet.fill(
            columns.lowerBound..<max(end, columns.lowerBound + 2), y + 4..<y + 18,
            isBetter ? better : isWorse ? worse : ink)
    }
}

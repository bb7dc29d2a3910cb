/// Curves as a picture: a panel for each number, in SVG or in a terminal's characters.
public struct CurvePicture: Sendable {
    private let series: [CurveSeries]
    private let title: String

    /// Draws curves.
    public init(_ series: [CurveSeries], title: String) {
        (self.series, self.title) = (series, title)
    }

    /// Returns the picture as SVG, two panels beside each other.
    public func svg() -> String {
        let (width, height) = (380.0, 190.0)
        let rows = (series.count + 1) / 2
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(2 * width + 20))" \
            height="\(Int(Double(rows) * height + 40))" font-family="sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="white"/>
            <text x="20" y="24" font-size="15">\(escaped(title))</text>

            """
        for (index, one) in series.enumerated() {
            let x = 10 + Double(index % 2) * width
            let y = 36 + Double(index / 2) * height
            text += panel(one, x, y, width - 20, height - 20)
        }
        return text + "</svg>\n"
    }

    private func panel(
        _ one: CurveSeries, _ x: Double, _ y: Double, _ width: Double, _ height: Double
    ) -> String {
        let range = Range(one)
        let (left, right, top, bottom) = (x + 52, x + width, y + 18, y + height - 16)
        func place(_ point: (step: Double, value: Double)) -> String {
            let across = left + range.across(point.step) * (right - left)
            let up = bottom - range.up(point.value) * (bottom - top)
            return "\(rounded(across)),\(rounded(up))"
        }
        func line(_ points: [(step: Double, value: Double)], _ colour: String, _ wide: Double)
            -> String
        {
            "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"\(wide)\" points=\""
                + points.map(place).joined(separator: " ") + "\"/>\n"
        }
        func label(_ what: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
            "<text x=\"\(rounded(x))\" y=\"\(rounded(y))\" text-anchor=\"\(anchor)\">"
                + "\(escaped(what))</text>\n"
        }
        return "<rect x=\"\(rounded(left))\" y=\"\(rounded(top))\" "
            + "width=\"\(rounded(right - left))\" height=\"\(rounded(bottom - top))\" "
            + "fill=\"none\" stroke=\"#bbb\"/>\n"
            + label(one.name, left, top - 5, "start")
            + label(short(range.most), left - 4, top + 9, "end")
            + label(short(range.least), left - 4, bottom, "end")
            + label(short(range.first), left, bottom + 12, "start")
            + label(short(range.last), right, bottom + 12, "end")
            + line(one.smoothed(800), "#9ab8d8", 0.7) + line(one.smoothed(60), "#1f5a96", 1.6)
    }

    /// Returns one number's curve in so many characters, each with four heights.
    public func text(_ name: String, columns: Int, rows: Int) -> [String] {
        guard let one = series.first(where: { $0.name == name }), !one.points.isEmpty else {
            return []
        }
        let range = Range(one)
        let margin = 9
        let points = one.smoothed(max(1, columns - margin - 1))
        let heights = points.map { Int((range.up($0.value) * Double(rows * 4 - 1)).rounded()) }
        return (0..<rows).reversed().map { row in
            let label =
                row == rows - 1 ? short(range.most) : row == 0 ? short(range.least) : ""
            let cells = heights.map { height -> Character in
                height / 4 == row ? Array("⎽⎼⎻⎺")[height % 4] : " "
            }
            return String(repeating: " ", count: max(0, margin - 1 - label.count)) + label + " │"
                + String(cells)
        }
    }

    /// The steps and values that a panel shows; a few values far out do not flatten the rest.
    private struct Range {
        let first, last, least, most: Double

        init(_ one: CurveSeries) {
            let values = one.points.map(\.value).sorted()
            first = one.points.first?.step ?? 0
            last = max(first + 1e-9, one.points.last?.step ?? 1)
            let low = values.first ?? 0
            let high = values.isEmpty ? 1 : values[min(values.count - 1, values.count * 99 / 100)]
            least = low
            most = high > low ? high : low + max(1e-9, abs(low) * 0.1)
        }

        func across(_ step: Double) -> Double { (step - first) / (last - first) }
        func up(_ value: Double) -> Double { min(1, max(0, (value - least) / (most - least))) }
    }

    private func rounded(_ number: Double) -> Double { (number * 10).rounded() / 10 }

    /// Three digits of a number.
    private func short(_ number: Double) -> String {
        guard number != 0, number.isFinite else { return "0" }
        if abs(number) >= 1000 || number == number.rounded() { return "\(Int(number.rounded()))" }
        if abs(number) < 0.001 { return exponent(number) }
        var scale = 1.0
        while abs(number) * scale < 100 { scale *= 10 }
        return "\((number * scale).rounded() / scale)"
    }

    private func exponent(_ number: Double) -> String {
        var (digits, power) = (number, 0)
        while abs(digits) < 1 { (digits, power) = (digits * 10, power - 1) }
        return "\((digits * 10).rounded() / 10)e\(power)"
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}

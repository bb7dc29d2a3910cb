/// Histograms as a picture: SVG, which needs no library and shows on the Hub and in browsers.
struct HistogramPicture {
    /// A histogram, or two over one another, under a title.
    struct Panel {
        var title: String
        /// Drawn in this order, each with its name.
        var series: [(name: String, histogram: Histogram)]
    }

    private static let colours = ["#2b6cb0", "#dd6b20"]
    private static let panelWidth = 360.0
    private static let panelHeight = 200.0
    private static let columns = 2

    /// Returns the picture of all panels, two in a row.
    static func svg(_ panels: [Panel]) -> String {
        let rows = (panels.count + columns - 1) / columns
        let width = Int(panelWidth) * min(columns, max(panels.count, 1))
        let height = Int(panelHeight) * max(rows, 1)
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="11">
            <rect width="100%" height="100%" fill="#ffffff"/>

            """
        for (index, panel) in panels.enumerated() {
            let x = Int(panelWidth) * (index % columns)
            let y = Int(panelHeight) * (index / columns)
            text += "<g transform=\"translate(\(x) \(y))\">\n\(draw(panel))</g>\n"
        }
        return text + "</svg>\n"
    }

    private static func draw(_ panel: Panel) -> String {
        let (left, right, top, bottom) = (12.0, panelWidth - 12, 34.0, panelHeight - 26)
        let drawn = panel.series.filter { $0.histogram.count > 0 }
        let title = escaped(panel.title)
        var text = "<text x=\"12\" y=\"18\" font-weight=\"bold\">\(title)</text>\n"
        guard !drawn.isEmpty else {
            return text + "<text x=\"12\" y=\"100\" fill=\"#718096\">no values</text>\n"
        }
        // Bins of one width are subsets of wider ones, so the widest serves all.
        let width = drawn.reduce(0) { max($0, $1.histogram.width) }
        let start = drawn.reduce(Double.infinity) { min($0, $1.histogram.minimum) }
        let low = (start / width).rounded(.down) * width
        let high = drawn.reduce(low + width) { max($0, $1.histogram.maximum) }
        let bars = drawn.map { merged($0.histogram, width: width) }
        let peak = bars.reduce(1) { max($0, $1.values.max() ?? 0) }
        let scale = (right - left) / (((high - low) / width).rounded(.down) + 1)
        for (index, values) in bars.enumerated() {
            for bin in values.keys.sorted() {
                let count = Double(values[bin] ?? 0)
                let x = left + (Double(bin) - low / width) * scale
                let height = (bottom - top) * count / Double(peak)
                text += """
                    <rect x="\(short(x))" y="\(short(bottom - height))" \
                    width="\(short(scale * 0.92))" height="\(short(height))" \
                    fill="\(colours[index % 2])" fill-opacity="\(drawn.count > 1 ? 0.6 : 0.9)"/>

                    """
            }
        }
        text += """
            <line x1="\(short(left))" y1="\(short(bottom))" x2="\(short(right))" \
            y2="\(short(bottom))" stroke="#4a5568"/>
            <text x="\(short(left))" y="\(short(bottom + 15))">\(short(low))</text>
            <text x="\(short(right))" y="\(short(bottom + 15))" \
            text-anchor="end">\(short(high))</text>

            """
        for (index, series) in drawn.enumerated() where drawn.count > 1 {
            text += """
                <text x="\(short(right - Double(drawn.count - index - 1) * 64))" y="18" \
                text-anchor="end" fill="\(colours[index % 2])">\(escaped(series.name))</text>

                """
        }
        return text
    }

    private static func merged(_ histogram: Histogram, width: Double) -> [Int: Int] {
        var values: [Int: Int] = [:]
        for bar in histogram.bars where bar.count > 0 {
            values[Int((bar.start / width).rounded(.down)), default: 0] += bar.count
        }
        return values
    }

    /// A number with at most four digits after the point.
    private static func short(_ value: Double) -> String {
        let rounded = (value * 10_000).rounded() / 10_000
        return rounded == rounded.rounded() && abs(rounded) < 1e15
            ? "\(Int64(rounded))" : "\(rounded)"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            default: result.append(character)
            }
        }
    }
}

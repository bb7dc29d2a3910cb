/// Elements of a picture in SVG, one line each.
enum SVG {
    /// Returns a picture of these elements on white.
    static func picture(width: Int, height: Int, _ elements: [String]) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
        viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="12">
        <rect width="100%" height="100%" fill="white"/>
        \(elements.joined(separator: "\n"))
        </svg>

        """
    }

    /// Words with a white rim, so that lines behind them do not make them hard to read.
    static func text(
        _ words: String, _ x: Double, _ y: Double, anchor: String = "start", size: Int = 12,
        colour: String = "#1a202c", isSlanted: Bool = false
    ) -> String {
        "<text x=\"\(place(x))\" y=\"\(place(y))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\""
            + "\(isSlanted ? " font-style=\"italic\"" : "") fill=\"\(colour)\" "
            + "stroke=\"white\" stroke-width=\"3\" paint-order=\"stroke\">"
            + "\(escaped(words))</text>"
    }

    static func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String,
        width: Double = 1, isDashed: Bool = false
    ) -> String {
        "<line x1=\"\(place(x1))\" y1=\"\(place(y1))\" x2=\"\(place(x2))\" y2=\"\(place(y2))\" "
            + "stroke=\"\(colour)\" stroke-width=\"\(width)\""
            + "\(isDashed ? " stroke-dasharray=\"3 3\"" : "")/>"
    }

    /// A dot; hollow ones show white inside.
    static func dot(
        _ x: Double, _ y: Double, radius: Double, _ colour: String, isHollow: Bool = false
    ) -> String {
        "<circle cx=\"\(place(x))\" cy=\"\(place(y))\" r=\"\(radius)\" stroke=\"\(colour)\" "
            + "stroke-width=\"1.5\" fill=\"\(isHollow ? "white" : colour)\"/>"
    }

    /// A closed line through points, its inside filled a little.
    static func polygon(
        _ points: [(x: Double, y: Double)], _ colour: String, width: Double, fill: Double = 0
    ) -> String {
        let places = points.map { "\(place($0.x)),\(place($0.y))" }.joined(separator: " ")
        return "<polygon points=\"\(places)\" stroke=\"\(colour)\" stroke-width=\"\(width)\" "
            + "fill=\"\(fill > 0 ? colour : "none")\" fill-opacity=\"\(fill)\"/>"
    }

    /// A tenth of a pixel is as fine as anything is drawn.
    private static func place(_ number: Double) -> Double { (number * 10).rounded() / 10 }

    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(character)
            }
        }.joined()
    }
}

/// A scale with round steps that holds numbers and 0.
struct GainScale {
    let low, high, step: Double

    /// Finds the smallest such scale of at most eight steps.
    init(_ numbers: [Double]) {
        let least = min(0, numbers.min() ?? 0)
        let most = max(0, numbers.max() ?? 0)
        let span = max(most - least, 0.2)
        // 1, 2.5 and 5 times a power of ten.
        let factors = [2.5, 2, 2]
        var (step, turn) = (1e-6, 0)
        while span / step > 6 {
            step *= factors[turn % 3]
            turn += 1
        }
        self.step = step
        low = min(-step, (least / step).rounded(.down) * step)
        high = max(step, (most / step).rounded(.up) * step)
    }

    /// The steps, from the lowest; 0 is one of them.
    var ticks: [Double] {
        let first = Int((low / step).rounded())
        let last = Int((high / step).rounded())
        return (first...last).map { Double($0) * step }
    }

    /// Where a number lies between the ends, in 0...1.
    func share(_ number: Double) -> Double { (number - low) / (high - low) }
}

/// Returns a gain with its sign and two decimals: `+0.51`.
func signed(_ gain: Double) -> String {
    let hundredths = Int64((gain.magnitude * 100).rounded())
    let sign = hundredths == 0 ? "" : gain < 0 ? "−" : "+"
    let fraction = hundredths % 100
    return "\(sign)\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
}

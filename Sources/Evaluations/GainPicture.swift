/// The gains of a comparison with their intervals, one bar for each, as SVG.
public struct GainPicture: Sendable {
    /// A bar and how it is written.
    private struct Bar {
        var name: String
        var gain: Estimate?
        /// Whether it is made of several dimensions.
        var isTotal = false
    }

    private let comparison: PolicyComparison
    private let groups: [(title: String, bars: [Bar])]
    private let scale: GainScale

    private static let left = 190.0
    private static let right = 520.0
    private static let rowHeight = 22.0

    /// Draws the gains of a comparison.
    public init(_ comparison: PolicyComparison) {
        self.comparison = comparison
        func bars(_ role: ComparedDimension.Role) -> [Bar] {
            comparison.dimensions.filter { $0.dimension.role == role }
                .map { Bar(name: $0.dimension.name, gain: $0.gain) }
        }
        let modalities = comparison.ranked.map { $0.modalities + [$0.total] } ?? []
        let totals = modalities.map { Bar(name: $0.name, gain: $0.gain, isTotal: true) }
        let judge = comparison.judge.map { Bar(name: "judge", gain: $0.total.gain, isTotal: true) }
        groups = [
            ("ranked: what pairs are chosen by", bars(.ranked) + totals),
            ("held out: what was never trained on", bars(.heldOut) + (judge.map { [$0] } ?? [])),
        ].filter { !$0.1.isEmpty }
        scale = GainScale(
            groups.flatMap { $0.bars.compactMap(\.gain).flatMap { [$0.lower, $0.upper] } })
    }

    /// Returns the picture.
    public func svg() -> String {
        let top = 74.0
        var y = top
        var elements = [
            SVG.text("\(comparison.after) against \(comparison.before)", 20, 28, size: 16),
            SVG.text(
                "gain in standard deviations of candidates with its 95 % interval; "
                    + "\(comparison.prompts) prompts", 20, 46, colour: "#4a5568"),
        ]
        var rows: [String] = []
        for group in groups {
            rows.append(SVG.text(group.title, 20, y + 4, colour: "#4a5568", isSlanted: true))
            y += Self.rowHeight
            for bar in group.bars {
                rows += draw(bar, y)
                y += Self.rowHeight
            }
            y += 8
        }
        for tick in scale.ticks {
            let isZero = tick == 0
            elements += [
                SVG.line(
                    place(tick), top - 8, place(tick), y - 8, isZero ? "#1a202c" : "#e2e8f0"),
                SVG.text(
                    signed(tick), place(tick), y + 6, anchor: "middle", size: 10,
                    colour: "#718096"),
            ]
        }
        return SVG.picture(width: 700, height: Int(y + 22), elements + rows)
    }

    private func draw(_ bar: Bar, _ y: Double) -> [String] {
        let name = SVG.text(bar.name, Self.left - 16, y + 4, anchor: "end")
        guard let gain = bar.gain else {
            return [name, SVG.text("not measured", place(0) + 8, y + 4, colour: "#718096")]
        }
        let colour =
            switch gain.verdict {
            case .better: "#2f855a"
            case .worse: "#c53030"
            case .unclear: "#718096"
            }
        let interval = "\(signed(gain.lower)) … \(signed(gain.upper))"
        return [
            name,
            SVG.line(
                place(gain.lower), y, place(gain.upper), y, colour,
                width: bar.isTotal ? 4 : 2),
            SVG.dot(
                place(gain.value), y, radius: bar.isTotal ? 5 : 4, colour,
                isHollow: gain.verdict == .unclear),
            SVG.text(
                "\(signed(gain.value))  (\(interval))", Self.right + 16, y + 4, colour: colour),
        ]
    }

    private func place(_ gain: Double) -> Double {
        Self.left + scale.share(gain) * (Self.right - Self.left)
    }
}

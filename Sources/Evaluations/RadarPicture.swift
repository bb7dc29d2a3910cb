import Glibc

/// Policies against the one they started from, a spoke for each dimension, as SVG.
///
/// The dark ring is the policy from before; outward is better, in standard deviations of
/// candidates. A full dot is a change beyond chance, a hollow one may be none.
public struct RadarPicture: Sendable {
    private let comparisons: [PolicyComparison]
    private let dimensions: [ComparedDimension]
    private let scale: GainScale

    private static let colours = ["#2b6cb0", "#dd6b20", "#2f855a", "#805ad5", "#b83280"]
    private static let radius = 190.0
    private static let centre = (x: 350.0, y: 300.0)

    /// Draws comparisons with one policy; the dimensions are those of the first.
    public init(_ comparisons: [PolicyComparison]) {
        self.comparisons = comparisons
        dimensions = comparisons.first?.dimensions.map(\.dimension) ?? []
        scale = GainScale(comparisons.flatMap { $0.dimensions.compactMap { $0.gain?.value } })
    }

    /// Returns the picture.
    public func svg() -> String {
        let places = comparisons.indices
        let elements =
            [
                SVG.text("Gain over \(comparisons.first?.before ?? "")", 20, 28, size: 16),
                SVG.text(
                    "in standard deviations of candidates; outward is better", 20, 46,
                    colour: "#4a5568"),
            ] + spokes() + rings() + places.flatMap(polygon) + labels() + places.map(legend)
            + [
                SVG.text(
                    "full dot: the 95 % interval excludes 0; slanted: held out", 680, 570,
                    anchor: "end", size: 11, colour: "#4a5568")
            ]
        return SVG.picture(width: 700, height: 582, elements)
    }

    private func rings() -> [String] {
        scale.ticks.map { gain in
            SVG.polygon(
                dimensions.indices.map { point(spoke: $0, gain) },
                gain == 0 ? "#1a202c" : "#cbd5e0", width: gain == 0 ? 1.6 : 0.8)
        }
    }

    /// The rings' gains, between two spokes, where no name and few lines are.
    private func labels() -> [String] {
        scale.ticks.map { gain in
            let (one, other) = (point(spoke: 0, gain), point(spoke: 1, gain))
            return SVG.text(
                signed(gain), (one.x + other.x) / 2, (one.y + other.y) / 2 + 4, anchor: "middle",
                size: 10, colour: gain == 0 ? "#1a202c" : "#718096")
        }
    }

    private func spokes() -> [String] {
        dimensions.enumerated().flatMap { place, dimension -> [String] in
            let (inner, outer) = (point(spoke: place, scale.low), point(spoke: place, scale.high))
            let isHeldOut = dimension.role == .heldOut
            let (x, y) = (outer.x - Self.centre.x, outer.y - Self.centre.y)
            let anchor = x.magnitude < 20 ? "middle" : x > 0 ? "start" : "end"
            return [
                SVG.line(inner.x, inner.y, outer.x, outer.y, "#cbd5e0", isDashed: isHeldOut),
                SVG.text(
                    dimension.name, outer.x + x * 0.06, outer.y + y * 0.09 + 4, anchor: anchor,
                    isSlanted: isHeldOut),
            ]
        }
    }

    private func polygon(_ place: Int) -> [String] {
        let colour = Self.colours[place % Self.colours.count]
        let found = dimensions.enumerated().compactMap { spoke, dimension in
            comparisons[place].dimensions.first { $0.dimension.name == dimension.name }?.gain
                .map { (gain: $0, at: point(spoke: spoke, $0.value)) }
        }
        let outline = SVG.polygon(found.map(\.at), colour, width: 2, fill: 0.1)
        return [outline]
            + found.map {
                SVG.dot(
                    $0.at.x, $0.at.y, radius: 3.5, colour, isHollow: $0.gain.verdict == .unclear)
            }
    }

    private func legend(_ place: Int) -> String {
        let y = 566 - 18 * Double(comparisons.count - 1 - place)
        let colour = Self.colours[place % Self.colours.count]
        return SVG.dot(26, y, radius: 5, colour) + "\n"
            + SVG.text(comparisons[place].after, 38, y + 4)
    }

    private func point(spoke: Int, _ gain: Double) -> (x: Double, y: Double) {
        point(angle: 2 * .pi * Double(spoke) / Double(max(1, dimensions.count)), gain)
    }

    /// A place at a clockwise angle from the top; the worst gain is a small ring, not one point.
    private func point(angle: Double, _ gain: Double) -> (x: Double, y: Double) {
        let distance = Self.radius * (0.12 + 0.88 * scale.share(gain))
        return (Self.centre.x + distance * sin(angle), Self.centre.y - distance * cos(angle))
    }
}

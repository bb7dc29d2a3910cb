import Glibc

/// Whether the pictures show what the prompt says: colour, shape, size, number of bounces.
///
/// The mean of four parts from 0 to 1.
func textVideo(_ sight: BounceSight, _ prompt: BouncePrompt) -> Double {
    let colour = closeness(
        squared(sight.track.colour - prompt.colour.light).squareRoot(), tolerance: 0.15)
    let area = max(sight.typical(\.area), 0.1)
    let seen = ShapeForm.nearest(to: sight)
    let radius = (area / seen.areaPerSquaredRadius).squareRoot()
    let size = closeness(log(radius / prompt.size.radius), tolerance: 0.15)
    let shape = ShapeForm.of(prompt.shape).closeness(to: sight)
    let count = closeness(ofCount: sight.impacts.count, to: prompt.count.number)
    return (colour + shape + size + count) / 4
}

/// What tells a shape from others, as this world's own clips have it.
private struct ShapeForm {
    /// The share of its box that it fills.
    let fill: Double
    /// The skewness of its rows.
    let skewness: Double
    let areaPerSquaredRadius: Double

    static func of(_ shape: BouncePrompt.Shape) -> ShapeForm {
        switch shape {
        case .circle: ShapeForm(fill: 0.792, skewness: 0, areaPerSquaredRadius: 3.12)
        case .square: ShapeForm(fill: 0.989, skewness: 0, areaPerSquaredRadius: 3.21)
        case .triangle: ShapeForm(fill: 0.625, skewness: -0.53, areaPerSquaredRadius: 1.745)
        }
    }

    static func nearest(to sight: BounceSight) -> ShapeForm {
        BouncePrompt.Shape.allCases.map(of)
            .max { $0.closeness(to: sight) < $1.closeness(to: sight) } ?? of(.circle)
    }

    func closeness(to sight: BounceSight) -> Double {
        let difference = SIMD2(
            (sight.typical(\.fill) - fill) / 0.08, (sight.typical(\.skewness) - skewness) / 0.15)
        return Worlds.closeness((difference * difference).sum().squareRoot(), tolerance: 1)
    }
}

/// Whether the shape moves as a thing does: it keeps its size, stays in its column, and speeds up
/// and slows down evenly between impacts.
///
/// The geometric mean of its parts.
func motionQuality(_ sight: BounceSight) -> Double {
    let shapes = sight.track.shapes
    let area = sight.typical(\.area)
    guard area > 1, shapes.count > 4 else { return 0 }
    let heights = shapes.map(\.y)
    let range = (heights.max() ?? 0) - (heights.min() ?? 0)
    return together([
        closeness(above: 0.03, deviation(shapes.map(\.area)) / area, tolerance: 0.15),
        closeness(above: 0.1, deviation(shapes.map(\.x)), tolerance: 0.7),
        closeness(above: 0.3, roughness(heights, sight.impacts), tolerance: 1),
        closeness(above: -6, -range, tolerance: 4),
    ])
}

private func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (sum / Double(values.count)).squareRoot()
}

/// The median change of acceleration between impacts, in pixels: none in free fall.
private func roughness(_ heights: [Double], _ impacts: [Double]) -> Double {
    let changes = (0..<heights.count - 3).compactMap { index -> Double? in
        let times = [index, index + 3].map { (Double($0) + 0.5) / BounceView.rate }
        guard !impacts.contains(where: { $0 > times[0] && $0 < times[1] }) else { return nil }
        return abs(
            heights[index + 3] - 3 * heights[index + 2] + 3 * heights[index + 1] - heights[index])
    }
    return median(changes)
}

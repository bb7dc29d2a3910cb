/// Whether the pictures are clean: one whole shape, a sharp edge, a calm background.
///
/// The geometric mean of its parts, each measured against this world's own clips.
func visualQuality(_ sight: BounceSight) -> Double {
    let track = sight.track
    let softness = sight.typical { $0.softness / max($0.area, 1).squareRoot() }
    let compactness = sight.typical(\.compactness)
    let spill = sight.typical(\.spill)
    return together([
        closeness(above: 0.8, softness, tolerance: 0.4),
        closeness(above: -10, -compactness, tolerance: 4),
        closeness(above: 0.015, spill, tolerance: 0.03),
        closeness(above: 0.01, track.unevenness, tolerance: 0.03),
        closeness(above: 0.002, jumps(track.levels), tolerance: 0.01),
        closeness(above: 0.05, colourChange(track), tolerance: 0.1),
    ])
}

/// How far values jump away from their neighbours, root mean square.
func jumps(_ values: [Double]) -> Double {
    guard values.count > 2 else { return 0 }
    let sum = (1..<values.count - 1).reduce(0.0) { sum, index in
        let jump = values[index] - (values[index - 1] + values[index + 1]) / 2
        return sum + jump * jump
    }
    return (sum / Double(values.count - 2)).squareRoot()
}

/// How much the shape's colour changes from picture to picture, root mean square.
private func colourChange(_ track: BounceTrack) -> Double {
    let colours = track.shapes.map(\.colour)
    guard colours.count > 1 else { return 0 }
    let sum = (1..<colours.count).reduce(0.0) { $0 + squared(colours[$1] - colours[$1 - 1]) }
    return (sum / Double(colours.count - 1)).squareRoot()
}

import Glibc

/// What the measures of the bounce world see of one clip, worked out once.
public struct BounceSight: Sendable {
    let view: BounceView
    let track: BounceTrack
    let impacts: [Double]
    let onsets: BounceOnsets

    /// Looks at and listens to a view, which has both pictures and sound.
    public init(_ view: BounceView) {
        self.view = view
        track = BounceTrack(view)
        impacts = BounceImpacts(track).times
        onsets = BounceOnsets(view)
    }

    /// The median of a property of the shape over all pictures.
    func typical(_ property: (BounceTrack.Shape) -> Double) -> Double {
        median(track.shapes.map(property))
    }
}

/// 1 where nothing differs, ½ at the tolerance, then ever less: never 0, so that of two bad clips
/// the better one still has the better score.
func closeness(_ difference: Double, tolerance: Double) -> Double {
    let parts = difference / tolerance
    return 1 / (1 + parts * parts)
}

/// `closeness` of what lies above a limit; 1 below it.
func closeness(above limit: Double, _ value: Double, tolerance: Double) -> Double {
    closeness(max(0, value - limit), tolerance: tolerance)
}

/// How well a number of events fits the one that was asked for.
func closeness(ofCount found: Int, to wanted: Int) -> Double {
    found == wanted ? 1 : found == 0 ? 0 : pow(0.3, Double(abs(found - wanted)))
}

/// The geometric mean, which one bad part pulls down.
func together(_ parts: [Double]) -> Double {
    pow(parts.reduce(1, *), 1 / Double(parts.count))
}

/// When the shape of a view touches the floor, from its track.
struct BounceImpacts {
    /// The times of the impacts in seconds, in order.
    let times: [Double]

    private static let step = 1 / BounceView.rate

    /// Finds the places where the shape turns from falling to rising.
    ///
    /// A turn counts when the shape comes from, and goes back to, at least an eighth of the room
    /// above the floor.
    init(_ track: BounceTrack) {
        let heights = track.shapes.map(\.y)
        var times: [Double] = []
        let least = 0.12 * (BounceScene.floor - 1)
        for index in heights.indices.dropFirst().dropLast() {
            guard heights[index] > heights[index - 1], heights[index] >= heights[index + 1],
                track.shapes[index].area > 1
            else { continue }
            let before = Self.descent(heights[..<index].reversed(), from: heights[index])
            let after = Self.descent(heights[(index + 1)...], from: heights[index])
            guard before >= least, after >= least else { continue }
            times.append(Self.time(of: index, in: heights))
        }
        self.times = times
    }

    /// How far a path goes up before it comes back to where it began.
    private static func descent(_ path: some Sequence<Double>, from start: Double) -> Double {
        var most = 0.0
        for place in path {
            if place > start { break }
            most = max(most, start - place)
        }
        return most
    }

    /// The moment of an impact near a picture, to a small part of a picture's time.
    ///
    /// On both sides of an impact at t₀ the height over the floor is v·|t - t₀| - g·(t - t₀)², with
    /// the same v and g. For each t₀ of a fine grid the other unknowns come from least squares; the
    /// t₀ that leaves the smallest error is taken.
    private static func time(of index: Int, in heights: [Double]) -> Double {
        let places = (max(0, index - 2)...min(heights.count - 1, index + 2)).map {
            (time: Double($0 - index) * step, height: heights[$0])
        }
        var (best, error) = (0.0, Double.infinity)
        for part in -60...60 {
            let offset = Double(part) / 100 * step
            let rest = remainder(places, impactAt: offset)
            if rest < error { (best, error) = (offset, rest) }
        }
        return (Double(index) + 0.5) * step + best
    }

    /// The squared error of the best fit of floor, v and g to heights around an impact.
    private static func remainder(
        _ places: [(time: Double, height: Double)], impactAt offset: Double
    ) -> Double {
        let rows = places.map { place -> SIMD4<Double> in
            let away = abs(place.time - offset)
            return SIMD4(1, away, away * away, place.height)
        }
        // Gram and Schmidt: what the three columns do not explain of the fourth remains.
        var columns = (0..<4).map { column in rows.map { $0[column] } }
        for column in 0..<3 {
            let length = columns[column].reduce(0) { $0 + $1 * $1 }
            guard length > 1e-18 else { continue }
            for other in (column + 1)..<4 {
                let share = zip(columns[column], columns[other]).reduce(0) { $0 + $1.0 * $1.1 }
                for row in rows.indices {
                    columns[other][row] -= share / length * columns[column][row]
                }
            }
        }
        return columns[3].reduce(0) { $0 + $1 * $1 }
    }
}

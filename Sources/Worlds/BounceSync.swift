import Glibc

/// How the sounds of a clip fit its impacts.
struct BounceSync {
    /// The F1 of sounds against impacts no further apart than 0.2 s.
    let semantic: Double
    /// The same F1 with each match weighed by a Gaussian of 60 ms.
    let sync: Double
    /// The mean distance of matches in seconds; what has no match counts as 0.5 s.
    let desync: Double

    /// Seconds between an impact and a sound that still belong together.
    private static let reach = 0.2
    /// What an impact without a sound, or a sound without an impact, counts as.
    static let worst = 0.5

    init(_ sight: BounceSight) {
        self.init(impacts: sight.impacts, sounds: sight.onsets.times)
    }

    init(impacts: [Double], sounds: [Double]) {
        var free = sounds
        var distances: [Double] = []
        for impact in impacts {
            let nearest = free.indices.min { abs(free[$0] - impact) < abs(free[$1] - impact) }
            guard let nearest, abs(free[nearest] - impact) <= Self.reach else { continue }
            distances.append(abs(free.remove(at: nearest) - impact))
        }
        let all = Double(impacts.count + sounds.count)
        guard all > 0 else {
            (semantic, sync, desync) = (0, 0, Self.worst)
            return
        }
        semantic = 2 * Double(distances.count) / all
        sync = 2 * distances.reduce(0) { $0 + exp(-pow($1 / 0.06, 2) / 2) } / all
        let most = max(impacts.count, sounds.count)
        let unmatched = Double(most - distances.count) * Self.worst
        desync = (distances.reduce(0, +) + unmatched) / Double(most)
    }
}

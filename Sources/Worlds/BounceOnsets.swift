import Glibc

/// The sounds of a view: when each begins, and what it is like.
struct BounceOnsets {
    /// One sound.
    struct Sound {
        /// When it begins, in seconds.
        var time: Double
        /// The frame in which it is loudest.
        var peak: Int
        /// The loudness there, a sum of magnitudes.
        var level: Double
        /// How long it takes from a tenth to nine tenths of that, in seconds.
        var rise: Double
        /// The frequency that it is strongest at, in hertz.
        var frequency: Double
        /// How much softer it is 0.11 s after the peak, in decibels.
        var decay: Double
        /// How much softer it is 0.26 s after the peak, in decibels.
        var tail: Double
    }

    /// The sounds, in order.
    private(set) var sounds: [Sound] = []
    /// The loudness of each frame, a sum of magnitudes.
    let levels: [Double]

    private let magnitudes: [Double]
    private let bands = BounceView.bands

    /// The times of the sounds.
    var times: [Double] { sounds.map(\.time) }

    init(_ view: BounceView) {
        magnitudes = view.mel.map { Double(BounceView.magnitude(ofValue: $0)) }
        let bands = bands
        let magnitudes = magnitudes
        levels = stride(from: 0, to: magnitudes.count, by: bands).map { start in
            // The floor of the logarithm is no sound.
            magnitudes[start..<start + bands].reduce(0) { $0 + max($1 - 0.02, 0) }
        }
        let loudest = levels.max() ?? 0
        guard loudest > 2 else { return }
        for peak in peaks(loudest) { sounds.append(sound(at: peak)) }
    }

    /// Frames that are loudest for 60 ms around and well above the quietest frame before them.
    private func peaks(_ loudest: Double) -> [Int] {
        var found: [Int] = []
        var after = 0
        for frame in levels.indices {
            let around = max(0, frame - 6)...min(levels.count - 1, frame + 6)
            let top = levels[around].max() ?? 0
            guard levels[frame] == top, levels[frame] > 0.12 * loudest else { continue }
            let valley = levels[after...frame].min() ?? 0
            // Otherwise it is a second top of the same sound.
            guard levels[frame] > 2 * valley + 0.05 * loudest else { continue }
            found.append(frame)
            after = frame
        }
        return found
    }

    private func sound(at peak: Int) -> Sound {
        let level = levels[peak]
        var start = peak
        while start > 0, peak - start < 15,
            levels[start - 1] <= levels[start] || levels[start] > level / 2
        { start -= 1 }
        let base = levels[start]
        let half = crossing(base + 0.5 * (level - base), from: start, to: peak)
        let low = crossing(base + 0.1 * (level - base), from: start, to: peak)
        let high = crossing(base + 0.9 * (level - base), from: start, to: peak)
        let step = 1 / BounceView.frameRate
        return Sound(
            time: half * step + Self.bias, peak: peak, level: level, rise: (high - low) * step,
            frequency: frequency(around: peak), decay: fall(from: peak, after: 11),
            tail: fall(from: peak, after: 26))
    }

    /// A frame's window reaches 32 ms ahead, so that half the loudness is there before the sound
    /// begins; the mean over this world's sounds, which differ by 4 ms.
    private static let bias = 0.0107

    /// The frame, to a part of one, in which the loudness rises past a level.
    private func crossing(_ level: Double, from start: Int, to end: Int) -> Double {
        for frame in start..<end where levels[frame + 1] >= level {
            let step = levels[frame + 1] - levels[frame]
            guard step > 0, levels[frame] < level else { return Double(frame) }
            return Double(frame) + (level - levels[frame]) / step
        }
        return Double(end)
    }

    /// The middle of the strongest bands in the 60 ms from the peak on.
    private func frequency(around peak: Int) -> Double {
        var spectrum = [Double](repeating: 0, count: bands)
        for frame in peak..<min(peak + 6, levels.count) {
            for band in 0..<bands { spectrum[band] += magnitudes[frame * bands + band] }
        }
        let strongest = spectrum.indices.max { spectrum[$0] < spectrum[$1] } ?? 0
        var (sum, weight) = (0.0, 0.0)
        for band in max(0, strongest - 4)...min(bands - 1, strongest + 4) {
            let power = spectrum[band] * spectrum[band]
            sum += power * Double(band)
            weight += power
        }
        return BounceView.frequency(ofBand: weight > 0 ? sum / weight : Double(strongest))
    }

    private func fall(from peak: Int, after frames: Int) -> Double {
        guard peak + frames < levels.count else { return .nan }
        return min(20 * log10(levels[peak] / max(levels[peak + frames], 1e-3)), 60)
    }
}

/// Numbers from embeddings and logits, as the public benchmarks define them.
public enum Similarity {
    /// a·b / max(|a||b|, 10⁻⁶); a vector of zeros is like nothing.
    public static func cosine(_ a: [Double], _ b: [Double]) -> Double {
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        let size = { (v: [Double]) in v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        return product / max(size(a) * size(b), 1e-6)
    }

    /// AVHScore: the mean over pictures of their cosine with the whole sound.
    public static func avhScore(pictures: [[Double]], sound: [Double]) -> Double {
        mean(pictures.map { cosine($0, sound) })
    }

    /// Which of a window's cosines JavisScore averages.
    public enum Extreme: Sendable {
        /// The largest, as its formula is printed.
        case largest
        /// The smallest, as its published code computes it.
        case smallest
    }

    /// JavisScore: for each window the mean of an extreme 40 % of the cosines of its pictures with
    /// its sound; then the mean over windows.
    ///
    /// `sounds` holds one embedding per window of `windows(of:…)`.
    public static func javisScore(
        pictures: [[Double]], sounds: [[Double]], perSecond: Double, _ extreme: Extreme
    ) -> Double {
        let windows = windows(of: pictures.count, perSecond: perSecond)
        precondition(windows.count == sounds.count, "a window without its sound")
        return mean(
            zip(windows, sounds).map { window, sound in
                let sorted = window.map { cosine(pictures[$0], sound) }.sorted()
                let count = Int(0.4 * Double(window.count))
                return mean(extreme == .largest ? sorted.suffix(count) : sorted.prefix(count))
            })
    }

    /// Windows of 2 s that begin ½ s apart; the last ends with the clip.
    public static func windows(of count: Int, perSecond: Double) -> [Range<Int>] {
        let length = Int(2 * perSecond)
        let step = length - Int(1.5 * perSecond)
        guard count > length else { return [0..<count] }
        var windows: [Range<Int>] = []
        var start = 0
        while windows.last?.upperBound != count {
            let begin = min(start, count - length)
            windows.append(begin..<begin + length)
            start += step
        }
        return windows
    }

    /// The seconds from -2 to 2 of a synchroniser's likeliest class, without sign.
    public static func desync(logits: [Double]) -> Double {
        let best = logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
        let middle = Double(logits.count - 1) / 2
        return abs(Double(best) - middle) / middle * 2
    }

    private static func mean(_ values: some Collection<Double>) -> Double {
        values.reduce(0, +) / Double(max(values.count, 1))
    }
}

import Glibc
public import Media

/// Integrated loudness after ITU-R BS.1770-4: K-weighted, in blocks, gated twice.
public enum Loudness {
    /// The weights of left, right, centre and the two surround channels.
    private static let channelWeights = [1, 1, 1, 1.41, 1.41]

    /// The loudness of a clip in LUFS; nil when it is shorter than 0.4 s or never above -70 LUFS.
    public static func integrated(_ clip: AudioClip) -> Double? {
        let energies = blockEnergies(clip)
        let audible = energies.filter { level($0) >= -70 }
        guard !audible.isEmpty else { return nil }
        let gate = level(audible.reduce(0, +) / Double(audible.count)) - 10
        let kept = audible.filter { level($0) > gate }
        guard !kept.isEmpty else { return nil }
        return level(kept.reduce(0, +) / Double(kept.count))
    }

    private static func level(_ energy: Double) -> Double {
        energy > 0 ? -0.691 + 10 * log10(energy) : -.infinity
    }

    /// The channels' summed mean squares of each block of 0.4 s; blocks begin 0.1 s apart.
    static func blockEnergies(_ clip: AudioClip) -> [Double] {
        let rate = Double(clip.sampleRate)
        guard clip.seconds >= 0.4 else { return [] }
        let count = Int(((clip.seconds - 0.4) / 0.1).rounded(.toNearestOrEven)) + 1
        var energies = [Double](repeating: 0, count: count)
        for channel in 0..<clip.channels {
            let weight = channel < channelWeights.count ? channelWeights[channel] : 1
            let weighted = kWeighted(clip, channel: channel)
            for block in 0..<count {
                let start = Int(0.4 * (Double(block) * 0.25) * rate)
                let end = min(Int(0.4 * (Double(block) * 0.25 + 1) * rate), weighted.count)
                guard start < end else { continue }
                let sum = weighted[start..<end].reduce(0) { $0 + $1 * $1 }
                energies[block] += weight * sum / (0.4 * rate)
            }
        }
        return energies
    }

    private static func kWeighted(_ clip: AudioClip, channel: Int) -> [Double] {
        var shelf = Biquad(highShelfAt: Double(clip.sampleRate))
        var pass = Biquad(highPassAt: Double(clip.sampleRate))
        return stride(from: channel, to: clip.samples.count, by: clip.channels).map {
            pass(shelf(Double(clip.samples[$0])))
        }
    }
}

/// A filter of second order with no past, in direct form I.
private struct Biquad {
    private let b: SIMD3<Double>
    private let a: SIMD2<Double>
    private var x = SIMD2<Double>()
    private var y = SIMD2<Double>()

    /// The standard's filter for the head, whose 48 kHz coefficients these formulas give.
    init(highShelfAt rate: Double) {
        let k = tan(Double.pi * 1681.9744509555319 / rate)
        let q = 0.7071752369554193
        let high = pow(10, 3.99984385397 / 20)
        let band = pow(high, 0.499666774155)
        let scale = 1 + k / q + k * k
        b =
            SIMD3(high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k)
            / scale
        a = SIMD2(2 * (k * k - 1), 1 - k / q + k * k) / scale
    }

    /// The standard's second filter, which takes the lowest tones away.
    init(highPassAt rate: Double) {
        let k = tan(Double.pi * 38.13547087613982 / rate)
        let q = 0.5003270373253953
        b = SIMD3(1, -2, 1)
        a = SIMD2(2 * (k * k - 1), 1 - k / q + k * k) / (1 + k / q + k * k)
    }

    mutating func callAsFunction(_ value: Double) -> Double {
        let result = b[0] * value + b[1] * x[0] + b[2] * x[1] - a[0] * y[0] - a[1] * y[1]
        x = SIMD2(value, x[0])
        y = SIMD2(result, y[0])
        return result
    }
}

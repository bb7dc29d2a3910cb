import Glibc
public import Media
import Samplers

extension BounceScene {
    /// The rate of every clip's sound.
    public static let sampleRate = 16000

    /// Plays the sounds of the clip: one at each impact, one channel.
    public func audio() -> AudioClip {
        let rate = Double(Self.sampleRate)
        var samples = [Double](repeating: 0, count: Int(Self.seconds * rate))
        for (number, impact) in impacts.enumerated() {
            let first = Int((impact * rate).rounded(.up))
            // The drum is the longest of the three at this loudness after half a second.
            let length = min(samples.count - first, Int(0.8 * rate))
            let times = (0..<length).map { (Double(first + $0)) / rate - impact }
            let sound = sound(at: times, number: number)
            for (index, time) in times.enumerated() {
                samples[first + index] += sound[index] * min(1, time / 0.003) * volume
            }
        }
        return AudioClip(
            sampleRate: Self.sampleRate, channels: 1,
            samples: samples.map { Float(min(max($0, -0.99), 0.99)) })
    }

    private func sound(at times: [Double], number: Int) -> [Double] {
        switch prompt.timbre {
        case .bell: times.map(bell)
        case .buzz: times.map(buzz)
        case .drum: drum(times, number: number)
        }
    }

    private func bell(_ time: Double) -> Double {
        let turn = 2 * Double.pi * frequency * time
        let tone =
            sin(turn) + 0.5 * sin(2.76 * turn) * exp(-time / 0.1)
            + 0.25 * sin(5.4 * turn) * exp(-time / 0.05)
        return tone * exp(-time / 0.16)
    }

    private func buzz(_ time: Double) -> Double {
        var tone = 0.0
        for harmonic in 1...8 where Double(harmonic) * frequency < 7800 {
            tone += sin(2 * Double.pi * frequency * Double(harmonic) * time) / Double(harmonic)
        }
        return 0.7 * tone * min(max((0.16 - time) / 0.02, 0), 1)
    }

    /// Noise through a filter of Gaussian width around the frequency, dying away.
    private func drum(_ times: [Double], number: Int) -> [Double] {
        let rate = Double(Self.sampleRate)
        let width = 0.35 * frequency + 60
        // A Gaussian over frequency is a Gaussian over time, around a cosine.
        let decay = 2 * Double.pi * Double.pi * width * width / (rate * rate)
        let reach = Int((10 / decay).squareRoot().rounded(.up))
        let taps = (-reach...reach).map { tap in
            exp(-decay * Double(tap * tap)) * cos(2 * Double.pi * frequency * Double(tap) / rate)
        }
        let gain = 0.6 / taps.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // Numbered past the candidates' ordinals, so that each impact has noise of its own.
        let noise = NoiseStream(
            seed: seed, prompt: prompt.text, ordinal: 4 * variant + number, modality: .audio
        ).normals(times.count + 2 * reach)
        return times.indices.map { index in
            var sum = 0.0
            for tap in taps.indices { sum += taps[tap] * noise[index + tap] }
            return gain * sum * exp(-times[index] / 0.045)
        }
    }
}

extension BounceScene {
    /// The clip with pictures of a size and rate, and its sound.
    public func clip(size: PictureSize, rate: Rate) -> MediaClip {
        MediaClip(video: video(size: size, rate: rate), audio: audio())
    }
}

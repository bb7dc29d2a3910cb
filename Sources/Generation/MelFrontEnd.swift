import Glibc
public import Media

/// The numbers of a front end that makes a picture of sound, as `model.json` has them.
public struct MelSettings: Codable, Hashable, Sendable {
    /// Samples in a second.
    public var sampleRate: Int
    /// Points of each transform, and samples between two of them.
    public var fft, hop: Int
    /// Triangular filters.
    public var bins: Int
    /// The frequencies between which they lie, in hertz.
    public var lowest, highest: Double
    /// What magnitudes are multiplied by, behind filters of equal areas.
    public var gain: Double
    /// The magnitudes that become -1 and 1; others are brought between them.
    public var quietest, loudest: Double

    private enum CodingKeys: String, CodingKey {
        case fft, hop, bins, lowest, highest, gain, quietest, loudest
        case sampleRate = "sample_rate"
    }

    /// Names the numbers.
    public init(
        sampleRate: Int, fft: Int, hop: Int, bins: Int, lowest: Double, highest: Double,
        gain: Double, quietest: Double, loudest: Double
    ) {
        (self.sampleRate, self.fft, self.hop, self.bins) = (sampleRate, fft, hop, bins)
        (self.lowest, self.highest, self.gain) = (lowest, highest, gain)
        (self.quietest, self.loudest) = (quietest, loudest)
    }

    /// Says what is out of bounds, each beginning with a key.
    var contradictions: [String] {
        var found: [String] = []
        func check(_ holds: Bool, _ sentence: String) { if !holds { found.append(sentence) } }
        check((100...1_000_000).contains(sampleRate), "sample_rate is \(sampleRate)")
        check((2...65_536).contains(fft), "fft is \(fft); give from 2 to 65536 points")
        check((1...65_536).contains(hop), "hop is \(hop); give from 1 to 65536 samples")
        check((1...4096).contains(bins), "bins is \(bins); give from 1 to 4096")
        check(
            lowest >= 0 && lowest < highest && highest * 2 <= Double(sampleRate),
            "lowest and highest are \(lowest) and \(highest); they must rise within 0 and half "
                + "of sample_rate")
        check(
            gain > 0 && quietest > 0 && quietest < loudest,
            "gain, quietest and loudest must be above 0, and quietest below loudest")
        return found
    }
}

/// Sound to a picture of itself from -1 to 1, and back.
///
/// Magnitudes pass triangles on HTK's scale, are multiplied, brought within two bounds, and their
/// logarithm is mapped linearly to -1…1. So silence is -1 everywhere, and loudness is kept.
public struct MelFrontEnd: Sendable {
    /// Its numbers.
    public let settings: MelSettings
    private let stft: STFT
    private let filters: MelFilterBank

    /// Rounds of Griffin and Lim's iteration on the way back.
    private static let iterations = 32

    /// Makes the filters.
    public init(_ settings: MelSettings) {
        self.settings = settings
        stft = STFT(fftSize: settings.fft, hop: settings.hop)
        filters = MelFilterBank(
            sampleRate: settings.sampleRate, fftSize: settings.fft, filters: settings.bins,
            from: settings.lowest, to: settings.highest, scale: .htk, equalAreas: true)
    }

    /// Returns exactly so many frames of one channel; sound that ends before goes on as silence.
    public func spectrogram(of samples: [Float], frames: Int) -> MelSpectrogram {
        // The last frame sees half a window beyond its centre.
        let needed = (frames - 1) * settings.hop + settings.fft / 2 + 1
        let padded = samples + [Float](repeating: 0, count: max(0, needed - samples.count))
        let spectrum = stft.forward(padded)
        let magnitudes = Array(spectrum.magnitude.prefix(frames * spectrum.bins))
        let mel = filters.apply(magnitudes, frames: frames)
        let (low, high) = (log(settings.quietest), log(settings.loudest))
        return MelSpectrogram(
            frames: frames, bins: settings.bins,
            values: mel.map { magnitude in
                let scaled = Double(magnitude) * settings.gain
                let bounded = min(max(scaled, settings.quietest), settings.loudest)
                return Float(2 * (log(bounded) - low) / (high - low) - 1)
            })
    }

    /// Returns so many samples that sound like the picture, within -1 and 1.
    ///
    /// What lies at the quietest bound is taken as silence, or its hiss would be heard.
    public func samples(from picture: MelSpectrogram, count: Int) -> [Float] {
        let (low, high) = (log(settings.quietest), log(settings.loudest))
        let mel = picture.values.map { value in
            let place = (min(max(Double(value), -1), 1) + 1) / 2
            return place == 0 ? 0 : Float(exp(low + place * (high - low)) / settings.gain)
        }
        let front = LogMel(
            sampleRate: settings.sampleRate, stft: stft, filterBank: filters,
            floor: .leastNormalMagnitude, normalisesPeak: false)
        let logarithms = mel.map { log(max($0, .leastNormalMagnitude)) }
        let found = front.samples(
            from: MelSpectrogram(frames: picture.frames, bins: picture.bins, values: logarithms),
            iterations: Self.iterations)
        let bounded = found.prefix(count).map { min(max($0, -1), 1) }
        return bounded + [Float](repeating: 0, count: count - bounded.count)
    }
}

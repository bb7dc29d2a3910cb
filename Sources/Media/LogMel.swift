import Glibc

/// A picture of sound: the logarithm of mel-filtered magnitudes, frame after frame.
public struct MelSpectrogram: Sendable, Equatable {
    /// The number of moments.
    public var frames: Int
    /// The number of mel filters.
    public var bins: Int
    /// The values, [frames][bins].
    public var values: [Float]

    /// Creates one from its values, [frames][bins].
    public init(frames: Int, bins: Int, values: [Float]) {
        precondition(values.count == frames * bins)
        self.frames = frames
        self.bins = bins
        self.values = values
    }

    /// Returns exactly `count` frames: cut at the end, or followed by zeros in the log domain.
    public func resized(frames count: Int) -> MelSpectrogram {
        let kept = values.prefix(count * bins)
        return MelSpectrogram(
            frames: count, bins: bins,
            values: kept + [Float](repeating: 0, count: count * bins - kept.count))
    }
}

/// The front end of an audio model: samples to log-mel spectrogram.
public struct LogMel: Sendable {
    /// Samples in a second.
    public let sampleRate: Int
    /// The transform that comes first.
    public let stft: STFT
    /// The filters over its magnitudes.
    public let filterBank: MelFilterBank
    /// Smaller mel values become this before the natural logarithm is taken.
    public let floor: Float
    /// Whether a clip loses its mean and is scaled to a peak of ½ first; its loudness is lost.
    public let normalisesPeak: Bool

    /// Creates a front end.
    public init(
        sampleRate: Int, stft: STFT, filterBank: MelFilterBank, floor: Float, normalisesPeak: Bool
    ) {
        self.sampleRate = sampleRate
        self.stft = stft
        self.filterBank = filterBank
        self.floor = floor
        self.normalisesPeak = normalisesPeak
    }

    /// AudioLDM2's, used by JavisDiT++: 16 kHz, 64 Slaney bins up to 8 kHz, 100 frames a second.
    public static let audioLDM2 = LogMel(
        sampleRate: 16000, stft: STFT(fftSize: 1024, hop: 160),
        filterBank: MelFilterBank(
            sampleRate: 16000, fftSize: 1024, filters: 64, from: 0, to: 8000, scale: .slaney,
            equalAreas: true),
        floor: 1e-5, normalisesPeak: true)

    /// Vocos', used by UniAVGen: 24 kHz, 100 HTK bins up to 12 kHz, 93.75 frames a second.
    public static let vocos = LogMel(
        sampleRate: 24000, stft: STFT(fftSize: 1024, hop: 256),
        filterBank: MelFilterBank(
            sampleRate: 24000, fftSize: 1024, filters: 100, scale: .htk, equalAreas: false),
        floor: 1e-7, normalisesPeak: false)

    /// Returns log(max(filters · |STFT(samples)|, floor)) of one channel.
    public func spectrogram(of samples: [Float]) -> MelSpectrogram {
        let spectrum = stft.forward(normalisesPeak ? Self.normalised(samples) : samples)
        let mel = filterBank.apply(spectrum.magnitude, frames: spectrum.frames)
        return MelSpectrogram(
            frames: spectrum.frames, bins: filterBank.filters,
            values: mel.map { log(max($0, floor)) })
    }

    /// Returns samples without their mean, scaled to a peak of ½.
    public static func normalised(_ samples: [Float]) -> [Float] {
        guard !samples.isEmpty else { return [] }
        let mean = samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count)
        let peak = samples.reduce(0.0) { max($0, abs(Double($1) - mean)) }
        return samples.map { Float(min(max((Double($0) - mean) / (peak + 1e-8) * 0.5, -1), 1)) }
    }

    /// Returns samples that sound like the spectrogram, by Griffin and Lim's iteration.
    ///
    /// The filters are undone first, by the magnitudes ≥ 0 that explain the mel values best. There
    /// are hop · (frames − 1) samples.
    public func samples(from spectrogram: MelSpectrogram, iterations: Int = 32) -> [Float] {
        let mel = spectrogram.values.map { exp($0) }
        let magnitude = filterBank.unapply(mel, frames: spectrogram.frames)
        return griffinLim(
            magnitude: magnitude, frames: spectrogram.frames, stft: stft, iterations: iterations)
    }
}

extension MelFilterBank {
    /// Returns magnitudes [frames][bins] ≥ 0 whose filtered values come near to the given ones.
    ///
    /// Lee and Seung's multiplicative update for least squares; it keeps values positive.
    func unapply(_ mel: [Float], frames: Int, iterations: Int = 100) -> [Float] {
        let ranges = support
        let weights = weights.map { Double($0) }
        var result: [Float] = []
        result.reserveCapacity(frames * bins)
        var (goal, current) = (
            [Double](repeating: 0, count: bins), [Double](repeating: 0, count: bins)
        )
        var reached = [Double](repeating: 0, count: filters)
        for frame in 0..<frames {
            let wanted = mel[frame * filters..<(frame + 1) * filters].map { Double($0) }
            guard wanted.contains(where: { $0 > 0 }) else {
                result += [Float](repeating: 0, count: bins)
                continue
            }
            spread(wanted, weights, ranges, into: &goal)
            var magnitude = goal
            for _ in 0..<iterations {
                for filter in 0..<filters {
                    var sum = 0.0
                    for bin in ranges[filter] {
                        sum += weights[filter * bins + bin] * magnitude[bin]
                    }
                    reached[filter] = sum
                }
                spread(reached, weights, ranges, into: &current)
                for bin in 0..<bins where current[bin] > 0 {
                    magnitude[bin] *= goal[bin] / current[bin]
                }
            }
            result += magnitude.map { Float($0) }
        }
        return result
    }

    /// Puts the transposed filters' output into `result`: for each frequency Σ weight · value.
    private func spread(
        _ values: [Double], _ weights: [Double], _ ranges: [Range<Int>],
        into result: inout [Double]
    ) {
        for bin in 0..<bins { result[bin] = 0 }
        for filter in 0..<filters {
            for bin in ranges[filter] {
                result[bin] += weights[filter * bins + bin] * values[filter]
            }
        }
    }
}

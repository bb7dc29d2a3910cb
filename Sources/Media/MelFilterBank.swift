import Glibc

/// Triangular filters that are evenly spaced on a mel scale, as librosa.filters.mel makes them.
public struct MelFilterBank: Sendable {
    /// How frequency becomes pitch.
    public enum Scale: Sendable {
        /// Slaney's: linear below 1 kHz, logarithmic above.
        case slaney
        /// HTK's: 2595·log₁₀(1 + f/700).
        case htk
    }

    /// The number of filters.
    public let filters: Int
    /// The number of frequencies that each filter weighs.
    public let bins: Int
    /// The weights, [filters][bins].
    public let weights: [Float]

    /// Creates the filters between two frequencies in hertz.
    ///
    /// With `equalAreas` each triangle has the area 2 / (upper − lower) × its width / 2, else the
    /// height 1.
    public init(
        sampleRate: Int, fftSize: Int, filters: Int, from lowest: Double = 0,
        to highest: Double? = nil, scale: Scale, equalAreas: Bool
    ) {
        let bins = fftSize / 2 + 1
        let top = highest ?? Double(sampleRate) / 2
        let (first, last) = (scale.pitch(lowest), scale.pitch(top))
        let edges = (0..<filters + 2).map { i in
            scale.frequency(first + (last - first) * Double(i) / Double(filters + 1))
        }
        var weights: [Float] = []
        weights.reserveCapacity(filters * bins)
        for filter in 0..<filters {
            let (lower, centre, upper) = (edges[filter], edges[filter + 1], edges[filter + 2])
            let scale = equalAreas ? 2 / (upper - lower) : 1
            for bin in 0..<bins {
                let frequency = Double(bin) * Double(sampleRate) / Double(fftSize)
                let rising = (frequency - lower) / (centre - lower)
                let falling = (upper - frequency) / (upper - centre)
                weights.append(Float(max(0, min(rising, falling)) * scale))
            }
        }
        self.filters = filters
        self.bins = bins
        self.weights = weights
    }

    /// Returns the filters' outputs for spectra [frames][bins], as [frames][filters].
    public func apply(_ spectra: [Float], frames: Int) -> [Float] {
        precondition(spectra.count == frames * bins)
        let ranges = support
        var result: [Float] = []
        result.reserveCapacity(frames * filters)
        for frame in 0..<frames {
            for filter in 0..<filters {
                var sum = 0.0
                for bin in ranges[filter] {
                    sum +=
                        Double(weights[filter * bins + bin]) * Double(spectra[frame * bins + bin])
                }
                result.append(Float(sum))
            }
        }
        return result
    }

    /// For each filter the frequencies that it does not weigh with zero.
    var support: [Range<Int>] {
        (0..<filters).map { filter in
            let row = weights[filter * bins..<(filter + 1) * bins]
            guard let first = row.firstIndex(where: { $0 != 0 }),
                let last = row.lastIndex(where: { $0 != 0 })
            else { return 0..<0 }
            return first - filter * bins..<last + 1 - filter * bins
        }
    }
}

extension MelFilterBank.Scale {
    /// Slaney's scale has 15 mels for each kilohertz below this pitch, which lies at 1 kHz.
    private static let knee = 15.0
    private static let step = log(6.4) / 27

    func pitch(_ frequency: Double) -> Double {
        switch self {
        case .htk: 2595 * log10(1 + frequency / 700)
        case .slaney:
            frequency < 1000
                ? frequency * 3 / 200 : Self.knee + log(frequency / 1000) / Self.step
        }
    }

    func frequency(_ pitch: Double) -> Double {
        switch self {
        case .htk: 700 * (pow(10, pitch / 2595) - 1)
        case .slaney:
            pitch < Self.knee ? pitch * 200 / 3 : 1000 * exp(Self.step * (pitch - Self.knee))
        }
    }
}

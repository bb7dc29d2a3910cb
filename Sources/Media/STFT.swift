/// A complex spectrogram: frame after frame, `bins` values each.
public struct Spectrum: Sendable, Equatable {
    /// The number of frequencies, fftSize / 2 + 1.
    public var bins: Int
    /// The number of moments.
    public var frames: Int
    /// The real parts, [frames][bins].
    public var real: [Float]
    /// The imaginary parts, [frames][bins].
    public var imaginary: [Float]

    /// The absolute values, [frames][bins].
    public var magnitude: [Float] {
        zip(real, imaginary).map {
            (Double($0) * Double($0) + Double($1) * Double($1)).squareRoot()
        }
        .map { Float($0) }
    }
}

/// The short-time Fourier transform with a periodic Hann window and frames centred on their time.
///
/// As torch.stft and librosa.stft with center=True: the samples are reflected over fftSize / 2 at
/// both ends (without repeating the edge), frame i begins at i·hop of that, nothing is normalised,
/// and a window shorter than fftSize stands in its middle. Sums are in double precision.
public struct STFT: Sendable {
    /// The number of points of each transform.
    public let fftSize: Int
    /// The samples between two frames.
    public let hop: Int
    /// The samples under the window, at most fftSize.
    public let windowLength: Int
    private let window: [Double]
    private let transform: FourierTransform

    /// Creates the transform; the window is as long as fftSize unless it is given.
    public init(fftSize: Int, hop: Int, windowLength: Int? = nil) {
        let windowLength = windowLength ?? fftSize
        precondition(fftSize >= 2 && hop >= 1 && (1...fftSize).contains(windowLength))
        self.fftSize = fftSize
        self.hop = hop
        self.windowLength = windowLength
        window = hannWindow(length: windowLength, paddedTo: fftSize)
        transform = FourierTransform(length: fftSize)
    }

    /// The number of frequencies of a frame.
    public var bins: Int { fftSize / 2 + 1 }

    /// The number of frames of so many samples.
    public func frameCount(samples: Int) -> Int {
        samples == 0 ? 0 : 1 + (samples + fftSize / 2 * 2 - fftSize) / hop
    }

    /// Returns the spectrum of one channel; no samples give no frames.
    public func forward(_ samples: [Float]) -> Spectrum {
        let frames = frameCount(samples: samples.count)
        var result = Spectrum(bins: bins, frames: frames, real: [], imaginary: [])
        result.real.reserveCapacity(frames * bins)
        result.imaginary.reserveCapacity(frames * bins)
        var real = [Double](repeating: 0, count: fftSize)
        var imaginary = real
        // Samples are real, so one complex transform serves two frames.
        for frame in stride(from: 0, to: frames, by: 2) {
            load(samples, frame, into: &real)
            if frame + 1 < frames {
                load(samples, frame + 1, into: &imaginary)
            } else {
                for n in 0..<fftSize { imaginary[n] = 0 }
            }
            transform.forward(&real, &imaginary)
            for bin in 0..<bins {
                let mirror = bin == 0 ? 0 : fftSize - bin
                result.real.append(Float((real[bin] + real[mirror]) / 2))
                result.imaginary.append(Float((imaginary[bin] - imaginary[mirror]) / 2))
            }
            guard frame + 1 < frames else { break }
            for bin in 0..<bins {
                let mirror = bin == 0 ? 0 : fftSize - bin
                result.real.append(Float((imaginary[bin] + imaginary[mirror]) / 2))
                result.imaginary.append(Float((real[mirror] - real[bin]) / 2))
            }
        }
        return result
    }

    /// Puts one frame under the window.
    private func load(_ samples: [Float], _ frame: Int, into points: inout [Double]) {
        let start = frame * hop - fftSize / 2
        if start >= 0, start + fftSize <= samples.count {
            for n in 0..<fftSize { points[n] = window[n] * Double(samples[start + n]) }
        } else {
            for n in 0..<fftSize {
                points[n] = window[n] * Double(samples[reflected(start + n, samples.count)])
            }
        }
    }

    /// Returns `length` samples whose spectrum comes nearest to the given one.
    ///
    /// Windowed frames are added up and divided by the sum of the squared windows; samples that no
    /// window reaches are zero. The usual length is hop · (frames − 1).
    public func inverse(_ spectrum: Spectrum, length: Int) -> [Float] {
        precondition(spectrum.bins == bins)
        let padded = spectrum.frames == 0 ? 0 : fftSize + hop * (spectrum.frames - 1)
        var sum = [Double](repeating: 0, count: padded)
        var weight = sum
        var real = [Double](repeating: 0, count: fftSize)
        var imaginary = real
        // The samples are real, so one complex transform serves two frames.
        for frame in stride(from: 0, to: spectrum.frames, by: 2) {
            load(spectrum, frame, into: &real, &imaginary)
            transform.inverse(&real, &imaginary)
            add(real, at: frame, to: &sum, &weight)
            if frame + 1 < spectrum.frames { add(imaginary, at: frame + 1, to: &sum, &weight) }
        }
        return (0..<length).map { n in
            let at = n + fftSize / 2
            guard at < padded, weight[at] > 1e-11 else { return 0 }
            return Float(sum[at] / weight[at])
        }
    }
}

extension STFT {
    /// Puts the spectra of a frame, and of the one behind it, together: the one as it is, the
    /// other turned by i.
    private func load(
        _ spectrum: Spectrum, _ frame: Int, into real: inout [Double],
        _ imaginary: inout [Double]
    ) {
        let first = frame * bins
        let hasSecond = frame + 1 < spectrum.frames
        for bin in 0..<bins {
            // The ends of a real signal's spectrum have no phase.
            let isEnd = bin == 0 || 2 * bin == fftSize
            let a = Double(spectrum.real[first + bin])
            let b = isEnd ? 0 : Double(spectrum.imaginary[first + bin])
            let c = hasSecond ? Double(spectrum.real[first + bins + bin]) : 0
            let d = hasSecond && !isEnd ? Double(spectrum.imaginary[first + bins + bin]) : 0
            (real[bin], imaginary[bin]) = (a - d, b + c)
            // The upper half mirrors the lower.
            if !isEnd { (real[fftSize - bin], imaginary[fftSize - bin]) = (a + d, c - b) }
        }
    }

    /// Adds a frame under the window, and the window's square.
    private func add(
        _ points: [Double], at frame: Int, to sum: inout [Double], _ weight: inout [Double]
    ) {
        for n in 0..<fftSize {
            sum[frame * hop + n] += points[n] * window[n]
            weight[frame * hop + n] += window[n] * window[n]
        }
    }
}

/// Returns the place within `count` that a place outside falls on when the ends are mirrors.
private func reflected(_ index: Int, _ count: Int) -> Int {
    if index >= 0, index < count { return index }
    guard count > 1 else { return 0 }
    let period = 2 * (count - 1)
    let place = ((index % period) + period) % period
    return place < count ? place : period - place
}

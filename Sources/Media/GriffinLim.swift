/// Returns samples whose spectrum has the given magnitudes, with phases found by iteration.
///
/// Griffin and Lim's algorithm with momentum (Perraudin, Balazs and Søndergaard 2013), as
/// librosa.griffinlim with init=None: phases begin at zero, so that the result is the same every
/// time. `magnitude` is [frames][bins]; there are hop · (frames − 1) samples.
public func griffinLim(
    magnitude: [Float], frames: Int, stft: STFT, iterations: Int = 32, momentum: Float = 0.99
) -> [Float] {
    precondition(magnitude.count == frames * stft.bins)
    let length = max(0, stft.hop * (frames - 1))
    let carry = momentum / (1 + momentum)
    var guess = Spectrum(
        bins: stft.bins, frames: frames, real: magnitude,
        imaginary: [Float](repeating: 0, count: magnitude.count))
    var previous: Spectrum?
    for _ in 0..<iterations {
        let rebuilt = stft.forward(stft.inverse(guess, length: length))
        guard rebuilt.frames == frames else { break }
        for i in magnitude.indices {
            var (real, imaginary) = (rebuilt.real[i], rebuilt.imaginary[i])
            if let previous {
                real -= carry * previous.real[i]
                imaginary -= carry * previous.imaginary[i]
            }
            let size =
                (real * real + imaginary * imaginary).squareRoot() + Float.leastNormalMagnitude
            guess.real[i] = magnitude[i] * (real / size)
            guess.imaginary[i] = magnitude[i] * (imaginary / size)
        }
        previous = rebuilt
    }
    return stft.inverse(guess, length: length)
}

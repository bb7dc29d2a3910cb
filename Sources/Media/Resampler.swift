import Glibc

/// Brings samples from one rate to another with a windowed sinc, piece by piece or at once.
///
/// The same filter as torchaudio.functional.resample (sinc_interp_hann): `zeroCrossings` lobes of
/// a sinc at `rolloff` of the lower Nyquist frequency, under a cosine-squared window. An output
/// sample depends on the input alone, not on how it was cut into pieces: the bits are the same.
/// n samples become ⌈n · to / from⌉.
public struct Resampler: Sendable {
    /// Values of one moment: samples lie channel beside channel.
    public let channels: Int
    private let from: Int
    private let to: Int
    /// For each of the `to` phases: its first input, relative to the block, and its weights.
    private let taps: [(first: Int, weights: [Double])]
    private let reach: Int

    private var input: [Float] = []
    /// Moments that came before the first one in `input`.
    private var dropped = 0
    private var received = 0
    private var produced = 0

    /// Creates a resampler between two rates in hertz.
    public init(
        from: Int, to: Int, channels: Int = 1, zeroCrossings: Int = 6, rolloff: Double = 0.99
    ) {
        precondition(from > 0 && to > 0 && channels > 0 && zeroCrossings > 0)
        let divisor = greatestCommonDivisor(from, to)
        let (from, to) = (from / divisor, to / divisor)
        self.channels = channels
        self.from = from
        self.to = to
        let base = Double(min(from, to)) * rolloff
        let lobes = Double(zeroCrossings)
        let width = lobes * Double(from) / base
        reach = Int(width.rounded(.up))
        taps = (0..<to).map { phase in
            let centre = Double(from) * Double(phase) / Double(to)
            let first = Int((centre - width).rounded(.up))
            let last = Int((centre + width).rounded(.down))
            return (
                first,
                (first...last).map { index in
                    let place =
                        (Double(index) / Double(from) - Double(phase) / Double(to)) * base
                    let window = cos(Double.pi * place / lobes / 2)
                    let angle = Double.pi * place
                    let sinc = place == 0 ? 1 : sin(angle) / angle
                    return base / Double(from) * sinc * window * window
                }
            )
        }
    }

    /// Takes the next samples and returns those of the new rate that they complete.
    public mutating func push(_ samples: [Float]) -> [Float] {
        if from == to { return samples }
        input += samples
        received += samples.count / channels
        var output: [Float] = []
        while canProduce(upTo: received) { produce(into: &output) }
        forget()
        return output
    }

    /// Returns the last samples, as if silence followed, and makes ready for another signal.
    public mutating func finish() -> [Float] {
        var output: [Float] = []
        let total = (received * to + from - 1) / from
        while from != to, produced < total { produce(into: &output) }
        (input, dropped, received, produced) = ([], 0, 0, 0)
        return output
    }

    private func canProduce(upTo end: Int) -> Bool {
        let tap = taps[produced % to]
        return produced / to * from + tap.first + tap.weights.count <= end
    }

    private mutating func produce(into output: inout [Float]) {
        let tap = taps[produced % to]
        let first = produced / to * from + tap.first
        for channel in 0..<channels {
            var sum = 0.0
            for (index, weight) in tap.weights.enumerated() {
                let at = first + index
                if at >= 0, at < received {
                    sum += weight * Double(input[(at - dropped) * channels + channel])
                }
            }
            output.append(Float(sum))
        }
        produced += 1
    }

    /// Drops what no later output reaches.
    private mutating func forget() {
        let needed = produced / to * from - reach - 1
        let count = min(needed - dropped, input.count / channels)
        guard count > 4096 else { return }
        input.removeFirst(count * channels)
        dropped += count
    }
}

/// Returns samples (channel beside channel) brought from one rate to another.
public func resample(_ samples: [Float], from: Int, to: Int, channels: Int = 1) -> [Float] {
    var resampler = Resampler(from: from, to: to, channels: channels)
    return resampler.push(samples) + resampler.finish()
}

func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
}

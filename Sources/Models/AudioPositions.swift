import Glibc

/// Where audio tokens stand on the video's three axes: temporal-aligned rotary positions.
///
/// The paper, its figure and its released code define the time differently; all are here. Tᵥ, H,
/// W are the video's frames, rows and columns of tokens, Tₐ and M the audio's steps and bands.
public enum AudioPositions: Hashable, Sendable {
    /// (t, t, m): the audio's own count.
    case vanilla
    /// (t·Tᵥ/Tₐ, t·Tᵥ/Tₐ, m): the video's time as a fraction.
    case interpolate
    /// The same with the released code's even spacing from 0 to Tᵥ - 1.
    case interpolateLinspace
    /// (the video's frame, t, m).
    case interleave(Alignment)
    /// (the video's frame, t + H, m + W), so that audio and video never share a place.
    case interleaveOffset(Alignment)

    /// How an audio step finds its video frame.
    public enum Alignment: String, CaseIterable, Hashable, Sendable {
        /// t·Tᵥ/Tₐ to nearest, halves to even: equation 4 read as its text's "round".
        case halfEven = "half_even"
        /// Halves up; the last step may find frame Tᵥ, one past the video.
        case halfUp = "half_up"
        /// Halves down.
        case halfDown = "half_down"
        /// Rounded down: the paper's figure A5.
        case floor
        /// ⌈t·(Tᵥ - 1)/(Tₐ - 1)⌉ exactly: what the released code means.
        case ceilLinspace = "published_ceil_linspace"
        /// What it computes: in rare sizes one too high where the fraction is a whole number.
        case torchLinspace = "torch_linspace"

        func frame(_ t: Int, _ videoSteps: Int, _ audioSteps: Int) -> Int {
            let product = t * videoSteps
            let (whole, rest) = product.quotientAndRemainder(dividingBy: audioSteps)
            switch self {
            case .floor: return whole
            case .halfUp: return whole + (2 * rest >= audioSteps ? 1 : 0)
            case .halfDown: return whole + (2 * rest > audioSteps ? 1 : 0)
            case .halfEven:
                let isHalf = 2 * rest == audioSteps
                return whole + (isHalf ? whole % 2 : 2 * rest > audioSteps ? 1 : 0)
            case .ceilLinspace:
                let steps = max(1, audioSteps - 1)
                return (t * (videoSteps - 1) + steps - 1) / steps
            case .torchLinspace: return Int(ceil(linspace(t, videoSteps, audioSteps)))
            }
        }
    }

    /// Returns (t, h, w) of each audio token, bands fastest.
    public func table(
        video: (frames: Int, rows: Int, columns: Int), audio: (steps: Int, bands: Int)
    ) -> [SIMD3<Double>] {
        (0..<audio.steps * audio.bands).map { token in
            let (t, m) = (token / audio.bands, token % audio.bands)
            switch self {
            case .vanilla: return SIMD3(Double(t), Double(t), Double(m))
            case .interpolate:
                let time = Double(t * video.frames) / Double(audio.steps)
                return SIMD3(time, time, Double(m))
            case .interpolateLinspace:
                let time = linspace(t, video.frames, audio.steps)
                return SIMD3(time, time, Double(m))
            case .interleave(let alignment):
                let frame = alignment.frame(t, video.frames, audio.steps)
                return SIMD3(Double(frame), Double(t), Double(m))
            case .interleaveOffset(let alignment):
                let frame = alignment.frame(t, video.frames, audio.steps)
                return SIMD3(
                    Double(frame), Double(t + video.rows), Double(m + video.columns))
            }
        }
    }
}

/// Element t of torch.linspace(0, videoSteps - 1, audioSteps) in double precision, which counts
/// from the nearer end.
private func linspace(_ t: Int, _ videoSteps: Int, _ audioSteps: Int) -> Double {
    guard audioSteps > 1 else { return 0 }
    let last = Double(videoSteps - 1)
    let step = last / Double(audioSteps - 1)
    return t < audioSteps / 2 ? Double(t) * step : last - Double(audioSteps - 1 - t) * step
}

extension AudioPositions: Codable {
    /// Reads a text such as `interleave_offset/half_even`.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let positions = Self.all.first(where: { $0.text == text }) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "is \"\(text)\"; write "
                        + Self.all.map(\.text).joined(separator: ", ")))
        }
        self = positions
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    private static let all: [AudioPositions] =
        [.vanilla, .interpolate, .interpolateLinspace]
        + Alignment.allCases.map { .interleave($0) }
        + Alignment.allCases.map { .interleaveOffset($0) }

    /// How files spell it.
    public var text: String {
        switch self {
        case .vanilla: "vanilla"
        case .interpolate: "interpolate"
        case .interpolateLinspace: "interpolate_linspace"
        case .interleave(let alignment): "interleave/\(alignment.rawValue)"
        case .interleaveOffset(let alignment): "interleave_offset/\(alignment.rawValue)"
        }
    }
}

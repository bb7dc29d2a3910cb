public import Generation
import Glibc
public import Media

/// A clip as the small model and its rewards see it: little pictures and a mel spectrogram.
///
/// Any clip is brought to this form the same way: 16 × 32 pixels at 8 in a second, one channel of
/// 16 kHz.
public struct BounceView: Sendable, Equatable {
    /// Pictures in a second.
    public static let rate = 8.0
    /// The size of a picture.
    public static let size = PictureSize(width: 16, height: 32)
    /// The pictures of a clip of two seconds.
    public static let pictures = 16
    /// Mel frames in a second.
    public static let frameRate = 100.0
    /// The mel frames of a clip of two seconds.
    public static let frames = 200
    /// The mel bands of a frame.
    public static let bands = 64

    /// Red, green and blue from 0 to 1, [pictures][height][width][3]; empty without pictures.
    public var video: [Float]
    /// Mel values from -1 (silence) to 1, [frames][bands]; empty without sound.
    public var mel: [Float]

    /// Makes a view from its numbers.
    public init(video: [Float], mel: [Float]) {
        self.video = video
        self.mel = mel
    }

    /// Brings a clip to this form; the first two seconds of it, the last picture held if need be.
    public init(_ clip: MediaClip) {
        video = clip.video.map(Self.pictures(of:)) ?? []
        mel = clip.audio.map(Self.mel(of:)) ?? []
    }

    /// The number of elements of one picture.
    static let pictureLength = size.area * 3

    private static func pictures(of clip: VideoClip) -> [Float] {
        guard clip.count > 0, let rate = Rate(8) else { return [] }
        let small = clip.converted(to: size, rate: rate)
        let kept = min(small.count, pictures)
        var values = small.bytes.prefix(kept * pictureLength).map { Float($0) / 255 }
        let last = Array(values.suffix(pictureLength))
        for _ in kept..<pictures { values += last }
        return values
    }

    private static func mel(of clip: AudioClip) -> [Float] {
        guard clip.count > 0 else { return [] }
        let samples = clip.converted(toMonoAt: BounceScene.sampleRate).samples
        return frontEnd.spectrogram(of: samples, frames: frames).values
    }

    /// How sound becomes a picture of itself: the same numbers as the small model's codec.
    public static let melSettings = MelSettings(
        sampleRate: BounceScene.sampleRate, fft: 1024, hop: 160, bins: bands, lowest: 50,
        highest: 8000, gain: 60, quietest: 0.01, loudest: 60)

    private static let frontEnd = MelFrontEnd(melSettings)

    /// The magnitude that a mel value stands for, from 0.01 to 60.
    static func magnitude(ofValue value: Float) -> Float {
        let (lowest, highest) = (
            log(Float(melSettings.quietest)), log(Float(melSettings.loudest))
        )
        return exp((value + 1) / 2 * (highest - lowest) + lowest)
    }

    /// The frequency in the middle of a band, which may be a fraction, in hertz.
    static func frequency(ofBand band: Double) -> Double {
        let pitch = { (frequency: Double) in 2595 * log10(1 + frequency / 700) }
        let step = (pitch(8000) - pitch(50)) / Double(bands + 1)
        return 700 * (pow(10, (pitch(50) + step * (band + 1)) / 2595) - 1)
    }

    /// The same clip with its sound so many mel frames later; silence comes in.
    public func delayed(byFrames frames: Int) -> BounceView {
        var result = self
        for place in result.mel.indices {
            let from = place - frames * Self.bands
            result.mel[place] = mel.indices.contains(from) ? mel[from] : -1
        }
        return result
    }
}

extension BounceScene {
    /// The clip as the small model sees it, drawn at that size.
    public var view: BounceView {
        guard let rate = Rate(8) else { preconditionFailure("8 is a rate") }
        return BounceView(clip(size: BounceView.size, rate: rate))
    }
}

import Layers
public import Media
public import Tensors

/// Finds a patch codec's maps from clips: the directions in which their patches differ most.
///
/// Patches are gathered as sums, in double precision and in the order in which clips come, so any
/// number of clips fits into memory and the same clips give the same codec to the bit.
public struct PatchCodecFit: Sendable {
    private let sizes: CodecDescription.Patches
    private let clip: ClipShape
    private let codec: PatchCodec
    private var video: Moments
    private var audio: Moments

    /// Begins without clips.
    public init(_ sizes: CodecDescription.Patches, clip: ClipShape) {
        self.sizes = sizes
        self.clip = clip
        let (v, a) = (3 * sizes.videoPatch.reduce(1, *), sizes.audioPatch.reduce(1, *))
        // A codec of nothing, for its way from sound to mel picture.
        let blank: [String: Tensor] = [
            "video.mean": Tensor(repeating: 0, shape: [v]),
            "video.basis": Tensor(repeating: 0, shape: [sizes.videoChannels, v]),
            "video.scale": Tensor(repeating: 1, shape: [sizes.videoChannels]),
            "audio.mean": Tensor(repeating: 0, shape: [a]),
            "audio.basis": Tensor(repeating: 0, shape: [sizes.audioChannels, a]),
            "audio.scale": Tensor(repeating: 1, shape: [sizes.audioChannels]),
        ]
        guard let codec = try? PatchCodec(Checkpoint(tensors: blank), sizes) else {
            fatalError("a codec of \(sizes) cannot be made")
        }
        self.codec = codec
        (video, audio) = (Moments(v), Moments(a))
    }

    /// Adds a clip's patches.
    public mutating func add(_ pictures: VideoClip, _ sound: AudioClip) {
        video.add(pictures.tensor.patches(sizes.videoPatch))
        let mel = codec.mel(of: sound, clip)
        audio.add(
            Tensor(mel.values, shape: [1, 1, mel.frames, mel.bins]).patches(sizes.audioPatch))
    }

    /// The tensors of `codec.safetensors`.
    ///
    /// Channels come by falling variance. Each is divided by the root of its standard deviation,
    /// so that strong ones stay somewhat stronger, and all by one number that makes the mean
    /// variance 1.
    public func tensors() -> [String: Tensor] {
        let maps = [
            ("video", video, sizes.videoChannels), ("audio", audio, sizes.audioChannels),
        ]
        var result: [String: Tensor] = [:]
        for (name, moments, channels) in maps {
            let (values, vectors) = eigenvectors(of: moments.covariance, moments.width)
            let deviations = values.prefix(channels).map { max($0, 1e-12).squareRoot() }
            let common = (deviations.reduce(0, +) / Double(channels)).squareRoot()
            result["\(name).mean"] = Tensor(moments.mean.map { Float($0) })
            result["\(name).basis"] = Tensor(
                vectors.prefix(channels * moments.width).map { Float($0) },
                shape: [channels, moments.width])
            result["\(name).scale"] = Tensor(
                deviations.map { Float($0.squareRoot() * common) })
        }
        return result
    }
}

/// Sums of vectors and of their products.
private struct Moments: Sendable {
    let width: Int
    private var count = 0.0
    private var sum: [Double]
    private var products: [Double]

    init(_ width: Int) {
        self.width = width
        sum = [Double](repeating: 0, count: width)
        products = [Double](repeating: 0, count: width * width)
    }

    /// Adds the vectors of `[…, width]`.
    mutating func add(_ x: Tensor) {
        let rows = x.reshaped([-1, width])
        let values = rows.doubleArray()
        for row in 0..<rows.shape[0] {
            let start = row * width
            for i in 0..<width {
                let value = values[start + i]
                sum[i] += value
                for j in 0...i { products[i * width + j] += value * values[start + j] }
            }
        }
        count += Double(rows.shape[0])
    }

    var mean: [Double] { sum.map { $0 / max(1, count) } }

    /// The covariance, [width][width].
    var covariance: [Double] {
        let mean = mean
        var result = [Double](repeating: 0, count: width * width)
        for i in 0..<width {
            for j in 0...i {
                let value = products[i * width + j] / max(1, count) - mean[i] * mean[j]
                result[i * width + j] = value
                result[j * width + i] = value
            }
        }
        return result
    }
}

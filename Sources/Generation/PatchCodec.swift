public import Layers
public import Media
public import Tensors

/// A codec that maps each patch of the pictures, and of the sound's mel picture, linearly.
///
/// For each modality there are a mean `[n]`, orthonormal rows `[channels, n]` and a scale
/// `[channels]`: latent = rows · (patch - mean) / scale. A patch's numbers count channels first,
/// then its axes. Pictures are taken from -1 to 1. `PatchCodecFit` finds the three from clips.
public struct PatchCodec: Codec {
    /// Its sizes.
    public let sizes: CodecDescription.Patches
    /// Sound to mel picture and back.
    public let frontEnd: MelFrontEnd

    private let video, audio: PatchMap

    /// Reads `video.mean`, `video.basis`, `video.scale`, and the same of `audio`.
    public init(
        _ checkpoint: Checkpoint, _ sizes: CodecDescription.Patches
    ) throws(WeightError) {
        var weights = Weights(checkpoint)
        video = PatchMap(
            &weights, "video", numbers: 3 * sizes.videoPatch.reduce(1, *),
            channels: sizes.videoChannels)
        audio = PatchMap(
            &weights, "audio", numbers: sizes.audioPatch.reduce(1, *),
            channels: sizes.audioChannels)
        try weights.finish()
        self.sizes = sizes
        frontEnd = MelFrontEnd(sizes.mel)
    }

    /// Samples in a second of its sound.
    public var sampleRate: Int { sizes.mel.sampleRate }

    /// The shape of a clip's video latent.
    public func videoShape(_ clip: ClipShape) -> [Int] {
        [sizes.videoChannels]
            + zip([clip.frames, clip.height, clip.width], sizes.videoPatch).map { $0 / $1 }
    }

    /// The shape of a clip's audio latent; sound is filled up with silence to whole patches.
    public func audioShape(_ clip: ClipShape) -> [Int] {
        let frames = clip.samples(at: sampleRate) / sizes.mel.hop
        let steps = (frames + sizes.audioPatch[0] - 1) / sizes.audioPatch[0]
        return [sizes.audioChannels, max(1, steps), sizes.mel.bins / sizes.audioPatch[1]]
    }

    /// The latents of videos.
    public func encode(_ videos: [VideoClip]) -> Tensor {
        video.encode(.concatenated(videos.map { $0.tensor }, axis: 0), sizes.videoPatch)
    }

    /// The latents of sounds.
    public func encode(_ sounds: [AudioClip], of clip: ClipShape) -> Tensor {
        encode(mels: sounds.map { mel(of: $0, clip) })
    }

    /// The latents of mel pictures, all of one number of frames.
    public func encode(mels: [MelSpectrogram]) -> Tensor {
        let pictures = mels.map { Tensor($0.values, shape: [1, 1, $0.frames, $0.bins]) }
        return audio.encode(.concatenated(pictures, axis: 0), sizes.audioPatch)
    }

    /// The mel picture of a sound, as long as the clip's latent.
    public func mel(of sound: AudioClip, _ clip: ClipShape) -> MelSpectrogram {
        frontEnd.spectrogram(
            of: sound.mono, frames: audioShape(clip)[1] * sizes.audioPatch[0])
    }

    /// The videos of latents.
    public func decodeVideo(_ latents: Tensor, of clip: ClipShape) -> [VideoClip] {
        let pictures = video.decode(latents, sizes.videoPatch)
        return (0..<latents.shape[0]).map {
            VideoClip(pictures.selected(0, $0), rate: clip.rate)
        }
    }

    /// The mel pictures of latents.
    public func decodeMel(_ latents: Tensor) -> [MelSpectrogram] {
        let pictures = audio.decode(latents, sizes.audioPatch)
        let (frames, bins) = (pictures.shape[2], pictures.shape[3])
        return (0..<latents.shape[0]).map { item in
            MelSpectrogram(
                frames: frames, bins: bins, values: pictures.selected(0, item).floatArray())
        }
    }

    /// The sounds of latents.
    public func decodeAudio(_ latents: Tensor, of clip: ClipShape) -> [AudioClip] {
        decodeMel(latents).map { mel in
            AudioClip(
                sampleRate: sampleRate, channels: 1,
                samples: frontEnd.samples(from: mel, count: clip.samples(at: sampleRate)))
        }
    }
}

/// The linear map of one modality's patches.
private struct PatchMap: Sendable {
    private let mean, basis, scale: Tensor

    init(_ weights: inout Weights, _ name: String, numbers: Int, channels: Int) {
        mean = weights.take("\(name).mean", [numbers]).converted(to: .f32)
        basis = weights.take("\(name).basis", [channels, numbers]).converted(to: .f32)
        scale = weights.take("\(name).scale", [channels]).converted(to: .f32)
    }

    /// `[B, C, lengths…]` as latents `[B, channels, places…]`.
    func encode(_ x: Tensor, _ patch: [Int]) -> Tensor {
        let grid = zip(x.shape[2...], patch).map { $0 / $1 }
        let coded = (x.patches(patch) - mean).linear(basis) / scale
        return coded.transposed(1, 2).reshaped([x.shape[0], -1] + grid)
    }

    /// Latents as `[B, C, lengths…]`.
    func decode(_ latents: Tensor, _ patch: [Int]) -> Tensor {
        let grid = Array(latents.shape[2...])
        let coded = latents.reshaped([latents.shape[0], latents.shape[1], -1]).transposed(1, 2)
        let patches = (coded * scale).linear(basis.transposed()) + mean
        return patches.unpatched(grid: grid, patch: patch)
    }
}

extension Tensor {
    /// Undoes `patches`: `[B, tokens, C · patch]` as `[B, C, lengths…]`.
    fileprivate func unpatched(grid: [Int], patch: [Int]) -> Tensor {
        let axes = grid.count
        let channels = shape[2] / patch.reduce(1, *)
        let order = [0, axes + 1] + (0..<axes).flatMap { [$0 + 1, $0 + axes + 2] }
        return reshaped([shape[0]] + grid + [channels] + patch).permuted(order)
            .reshaped([shape[0], channels] + zip(grid, patch).map { $0 * $1 })
    }
}

extension VideoClip {
    /// Its pictures from -1 to 1: `[1, 3, pictures, height, width]`.
    public var tensor: Tensor {
        Tensor(bytes.map { Float($0) / 127.5 - 1 }, shape: [1, count, size.height, size.width, 3])
            .permuted([0, 4, 1, 2, 3])
    }

    /// Makes a clip of pictures from -1 to 1, `[3, pictures, height, width]`; others are brought
    /// between these.
    public init(_ pictures: Tensor, rate: Rate) {
        let bytes = pictures.permuted([1, 2, 3, 0]).floatArray().map { value in
            UInt8(min(max((value + 1) * 127.5, 0), 255).rounded())
        }
        let size = PictureSize(width: pictures.shape[3], height: pictures.shape[2])
        self.init(size: size, rate: rate, bytes: bytes)
    }
}

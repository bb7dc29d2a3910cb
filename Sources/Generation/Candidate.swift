import Artifacts
import Crypto
import FoundationEssentials
public import Media
public import Tensors

/// A clip, and the latents that it was decoded from or encoded to.
public struct Candidate: Sendable {
    /// `[channels, frames, rows, columns]`.
    public let video: Tensor
    /// `[channels, steps, bands]`.
    public let audio: Tensor
    /// The pictures.
    public let pictures: VideoClip
    /// The sound.
    public let sound: AudioClip

    /// Joins latents and clip.
    public init(video: Tensor, audio: Tensor, pictures: VideoClip, sound: AudioClip) {
        (self.video, self.audio) = (video, audio)
        (self.pictures, self.sound) = (pictures, sound)
    }

    /// 64 hexadecimal digits over the latents, the pictures and the samples, not over a container
    /// that may have lost something.
    ///
    /// It is the SHA-256 over four times a name, lengths and bytes: the latents' and the samples'
    /// in single precision, little-endian.
    public var identity: String {
        var hash = SHA256()
        func add(_ name: String, _ lengths: [Int], _ bytes: [UInt8]) {
            let head = "\(name) \(lengths.map(String.init).joined(separator: "x"))\n"
            hash.update(data: Data(head.utf8))
            hash.update(data: Data(bytes))
        }
        add("video latent", video.shape, video.converted(to: .f32).byteArray())
        add("audio latent", audio.shape, audio.converted(to: .f32).byteArray())
        let size = pictures.size
        add("pictures", [pictures.count, size.height, size.width, 3], pictures.bytes)
        add("samples", [sound.count, sound.channels], Tensor(sound.samples).byteArray())
        return FileHash.hex(hash.finalize())
    }
}

public import Media
public import Tensors

/// Turns clips into latents and back, each modality by itself.
///
/// The same clip gives the same bits, alone or in a batch, on any number of threads.
public protocol Codec: Sendable {
    /// The shape of a video latent `[channels, frames, rows, columns]` of a clip.
    func videoShape(_ clip: ClipShape) -> [Int]

    /// The shape of an audio latent `[channels, steps, bands]` of a clip.
    func audioShape(_ clip: ClipShape) -> [Int]

    /// Samples in a second of its sound, which has one channel.
    var sampleRate: Int { get }

    /// Returns the latents of videos of one shape: `[B, channels, frames, rows, columns]`.
    func encode(_ videos: [VideoClip]) -> Tensor

    /// Returns the latents of sounds, each as long as the clip: `[B, channels, steps, bands]`.
    func encode(_ sounds: [AudioClip], of clip: ClipShape) -> Tensor

    /// Returns the videos of latents `[B, channels, frames, rows, columns]`.
    func decodeVideo(_ latents: Tensor, of clip: ClipShape) -> [VideoClip]

    /// Returns the sounds of latents `[B, channels, steps, bands]`.
    func decodeAudio(_ latents: Tensor, of clip: ClipShape) -> [AudioClip]
}

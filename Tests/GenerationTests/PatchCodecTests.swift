import Foundation
import Media
import Samplers
import Tensors
import Testing
import ToyModels

@testable import Generation

@Suite struct PatchCodecTests {
    /// The matrix of second differences has the eigenvalues 2 - 2·cos(kπ / (n + 1)).
    @Test func eigenvaluesOfSecondDifferencesAreKnown() {
        let n = 40
        var matrix = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            matrix[i * n + i] = 2
            if i > 0 { (matrix[i * n + i - 1], matrix[(i - 1) * n + i]) = (-1, -1) }
        }
        let (values, vectors) = eigenvectors(of: matrix, n)
        for (index, value) in values.enumerated() {
            let known = 2 - 2 * cos(Double(n - index) * .pi / Double(n + 1))
            #expect(abs(value - known) < 1e-12)
        }
        // Rows are orthonormal, and the matrix stretches each by its value.
        for i in 0..<n {
            let v = Array(vectors[i * n..<(i + 1) * n])
            for j in 0..<n {
                let dot = zip(v, vectors[j * n..<(j + 1) * n]).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(dot - (i == j ? 1 : 0)) < 1e-12)
                let row = zip(matrix[j * n..<(j + 1) * n], v).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(row - values[i] * v[j]) < 1e-12)
            }
        }
    }

    /// With as many channels as numbers nothing is lost but the last bits.
    @Test func aWholeBasisGivesClipsBack() throws {
        let (sizes, clip) = try small(channels: 24, audio: 16)
        var fit = PatchCodecFit(sizes, clip: clip)
        let clips = (0..<6).map { noisy(clip, seed: UInt64($0)) }
        for (pictures, sound) in clips { fit.add(pictures, sound) }
        let codec = try PatchCodec(Checkpoint(tensors: fit.tensors()), sizes)
        let latents = codec.encode(clips.map(\.0))
        #expect(latents.shape == [6] + codec.videoShape(clip))
        let back = codec.decodeVideo(latents, of: clip)
        #expect(zip(back, clips).allSatisfy { $0.bytes == $1.0.bytes })
        let mels = clips.map { codec.mel(of: $0.1, clip) }
        let decoded = codec.decodeMel(codec.encode(mels: mels))
        for (mel, other) in zip(mels, decoded) {
            #expect(zip(mel.values, other.values).allSatisfy { abs($0 - $1) < 1e-4 })
        }
    }

    /// Mean variance 1 over channels, each channel's the root of what it was, up to one factor.
    @Test func latentsHaveTheStatedVariance() throws {
        let (sizes, clip) = try small(channels: 5, audio: 4)
        var fit = PatchCodecFit(sizes, clip: clip)
        let clips = (0..<6).map { noisy(clip, seed: UInt64($0)) }
        for (pictures, sound) in clips { fit.add(pictures, sound) }
        let tensors = fit.tensors()
        let codec = try PatchCodec(Checkpoint(tensors: tensors), sizes)
        let latents = codec.encode(clips.map(\.0))
        let scale = try #require(tensors["video.scale"]).doubleArray()
        var variances: [Double] = []
        for channel in 0..<5 {
            let values = latents.selected(1, channel).doubleArray()
            let mean = values.reduce(0, +) / Double(values.count)
            #expect(abs(mean) < 1e-4)
            variances.append(values.reduce(0) { $0 + $1 * $1 } / Double(values.count))
        }
        #expect(abs(variances.reduce(0, +) / 5 - 1) < 1e-4)
        // scale² = deviation · common², and variance · scale² = deviation².
        let ratios = zip(variances, scale).map { ($0 * $1 * $1).squareRoot() / ($1 * $1) }
        #expect(ratios.allSatisfy { abs($0 / ratios[0] - 1) < 1e-3 })
        #expect(zip(scale, scale.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test func theSameClipsGiveTheSameCodec() throws {
        let (sizes, clip) = try small(channels: 5, audio: 4)
        func tensors() -> [String: [Float]] {
            var fit = PatchCodecFit(sizes, clip: clip)
            for seed in 0..<3 {
                let (pictures, sound) = noisy(clip, seed: UInt64(seed))
                fit.add(pictures, sound)
            }
            return fit.tensors().mapValues { $0.floatArray() }
        }
        #expect(tensors() == tensors())
    }

    /// A tone comes back at its pitch and about as loud.
    @Test func soundComesBackFromItsMelPicture() throws {
        let settings = try mel(bins: 64)
        let front = MelFrontEnd(settings)
        let tone = (0..<32000).map { n in
            Float(n < 16000 ? 0.1 * sin(2 * .pi * 760 * Double(n) / 16000) : 0)
        }
        let picture = front.spectrogram(of: tone, frames: 200)
        #expect(picture.values.allSatisfy { (-1...1).contains($0) })
        let back = front.samples(from: picture, count: 32000)
        #expect(back.count == 32000)
        func rms(_ samples: ArraySlice<Float>) -> Float {
            (samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)).squareRoot()
        }
        let (loud, quiet) = (rms(back[2000..<14000]), rms(back[18000..<31000]))
        #expect((0.045...0.09).contains(loud) && quiet < 0.003)
        let crossings = zip(back[2000..<14000], back[2001..<14001]).count { $0 < 0 && $1 >= 0 }
        #expect(abs(Double(crossings) / 0.75 - 760) < 40)
    }

    private func mel(bins: Int) throws -> MelSettings {
        MelSettings(
            sampleRate: 16000, fft: 1024, hop: 160, bins: bins, lowest: 50, highest: 8000, gain: 60,
            quietest: 0.01, loudest: 60)
    }

    private func small(
        channels: Int, audio: Int
    ) throws -> (CodecDescription.Patches, ClipShape) {
        let sizes = CodecDescription.Patches(
            videoPatch: [2, 2, 2], videoChannels: channels, audioPatch: [2, 8],
            audioChannels: audio, mel: try mel(bins: 16))
        return (
            sizes, ClipShape(frames: 4, height: 8, width: 6, rate: try ToyModel.rate("16"))
        )
    }

    private func noisy(_ clip: ClipShape, seed: UInt64) -> (VideoClip, AudioClip) {
        let size = PictureSize(width: clip.width, height: clip.height)
        let pixels = NoiseStream(seed: seed, stream: 1)
            .normals(clip.frames * size.area * 3)
            .map { UInt8(min(max(128 + 60 * $0, 0), 255)) }
        let samples = NoiseStream(seed: seed, stream: 2).normals(clip.samples(at: 16000))
        return (
            VideoClip(size: size, rate: clip.rate, bytes: pixels),
            AudioClip(sampleRate: 16000, channels: 1, samples: samples.map { Float($0) * 0.1 })
        )
    }
}

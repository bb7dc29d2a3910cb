public import Artifacts
import Campaigns
import Crypto
import Foundation
public import Generation
import Linux
import Media
import Samplers
import Tensors

/// Latents of clips, each encoded once and kept in a folder under a hash of what decides it.
///
/// Where there is a place for artifacts, they lie there, and in the folder are links to them.
public struct LatentCache: Sendable {
    private let folder: String
    private let artifacts: ArtifactFolder?
    private let codec: any Codec
    private let clip: ClipShape
    /// What every entry's name depends on besides its clip.
    private let identity: String

    /// Keeps latents of a model's codec in a folder.
    public init(
        folder: String, model: ModelFolder, artifacts: ArtifactFolder? = nil
    ) throws(ModelError) {
        (self.folder, self.artifacts) = (folder, artifacts)
        codec = try model.codec()
        clip = model.description.clip
        identity = try fileHash("\(model.path)/codec.safetensors") + " \(clip)"
    }

    /// Returns the file with a clip's latents, which is made when it is not there.
    ///
    /// A clip that is a safetensors file holds its latents itself.
    func file(_ media: Prompt.GroundTruth) throws(TrainingError) -> String {
        if let video = media.video, video.hasSuffix(".safetensors") { return video }
        do {
            var hash = SHA256()
            hash.update(data: Data(identity.utf8))
            for path in [media.video, media.audio] {
                hash.update(data: Data(try path.map(fileHash)?.utf8 ?? "-".utf8))
            }
            let path = "\(folder)/\(FileHash.hex(hash.finalize())).safetensors"
            if FileManager.default.fileExists(atPath: path) { return path }
            try encode(media, to: path)
            return path
        } catch {
            throw TrainingError("\(error)")
        }
    }

    private func encode(_ media: Prompt.GroundTruth, to path: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = try artifacts?.unfinished(".safetensors") ?? path
        let read = try GroundTruth.read(
            video: media.video, audio: media.audio, as: clip, sampleRate: codec.sampleRate)
        try SafetensorsFile.write(
            [
                "video": codec.encode([read.video]).selected(0, 0),
                "audio": codec.encode([read.audio], of: clip).selected(0, 0),
            ], to: file)
        guard let artifacts else { return }
        try artifacts.storeLeavingLink(file)
        try FileSystem.place(file, at: path)
    }

    /// Reads a file of latents.
    static func latents(_ path: String) throws(TrainingError) -> LatentClip {
        let file: SafetensorsFile
        do throws(SafetensorsError) {
            file = try SafetensorsFile(path: path)
        } catch {
            throw TrainingError("\(error)")
        }
        guard let video = file["video"], let audio = file["audio"] else {
            throw TrainingError("\(path): holds no latents; they are named video and audio")
        }
        return LatentClip(video: video, audio: audio)
    }
}

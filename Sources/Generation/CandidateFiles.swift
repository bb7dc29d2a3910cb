import FoundationEssentials
import Media
import Tensors

/// The files that a candidate can be written as.
public enum CandidateFile: String, CaseIterable, Sendable {
    /// Pictures and sound without loss: FFV1 and FLAC in Matroska.
    case mkv
    /// Pictures and sound that every player opens: H.264 and AAC.
    case mp4
    /// The sound alone, as floats that come back bit for bit.
    case wav
    /// The latents, `video` and `audio`, in safetensors, with the provenance as metadata.
    case latents

    /// The name of the file, behind a stem.
    public func name(_ stem: String) -> String {
        self == .latents ? "\(stem).safetensors" : "\(stem).\(rawValue)"
    }

    /// Reads a list such as `mkv,latents`; nil when one of them is no kind of file.
    public static func list(_ text: String) -> [CandidateFile]? {
        let kinds = text.split(separator: ",").map {
            CandidateFile(rawValue: $0.trimmingSpaces)
        }
        let found = kinds.compactMap(\.self)
        return found.isEmpty || found.count < kinds.count ? nil : found
    }
}

extension Candidate {
    /// Writes the candidate's files into a folder and returns their paths, in the order asked for.
    ///
    /// The same candidate gives the same bytes.
    public func write(
        _ kinds: [CandidateFile], to folder: String, stem: String, _ provenance: Provenance
    ) throws -> [String] {
        let clip = MediaClip(video: pictures, audio: sound)
        return try kinds.map { kind in
            let path = "\(folder)/\(kind.name(stem))"
            switch kind {
            case .mkv: try clip.write(path, .mkv)
            case .mp4: try clip.write(path, .mp4)
            case .wav: try sound.write(path, .wavFloat)
            case .latents:
                let text = String(decoding: try provenance.json(), as: UTF8.self)
                try SafetensorsFile.write(
                    ["video": video, "audio": audio], metadata: ["duet": text], to: path)
            }
            return path
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

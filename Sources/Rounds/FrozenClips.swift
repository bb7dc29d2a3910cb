import FoundationEssentials
public import Scheduling

/// The clips of a campaign as they are when they are compared with others as a whole.
public struct FrozenClips: Sendable {
    /// One clip.
    public struct Clip: Sendable, Equatable {
        /// The key of the prompt that it answers.
        public var prompt: String
        /// Its place among that prompt's candidates; -1 for the ground truth.
        public var ordinal: Int
        /// Its files.
        public var media: [Media]

        /// Describes a clip.
        public init(prompt: String, ordinal: Int, media: [Media]) {
            (self.prompt, self.ordinal, self.media) = (prompt, ordinal, media)
        }
    }

    /// A JSON object in a line for each clip, the same wherever the artifacts are.
    public let lines: [String]

    /// Lists clips in their order; of their files, those that can be seen or heard.
    public init(_ clips: [Clip]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        lines = try clips.map { clip in
            let shown = clip.media.filter { ["audio", "joint", "video"].contains($0.role) }
            let line = Line(
                prompt: clip.prompt, ordinal: clip.ordinal,
                media: shown.map {
                    FrozenFile(role: $0.role, path: $0.path, sha256: $0.sha256)
                })
            return String(decoding: try encoder.encode(line), as: UTF8.self)
        }
    }

    private struct Line: Encodable {
        var prompt: String
        var ordinal: Int
        var media: [FrozenFile]
    }
}

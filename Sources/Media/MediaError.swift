/// Why a media file could not be read or written: which file, what is wrong, and what to do.
public struct MediaError: Error, Sendable, Equatable {
    /// The kinds of failure that callers tell apart.
    public enum Kind: Sendable, Equatable {
        /// There is no such file.
        case notFound
        /// It cannot be opened: no permission, or not a file at all.
        case unreadable
        /// It holds nothing that we know as audio or video.
        case notMedia
        /// It ends early or contradicts itself.
        case damaged
        /// It asks for more memory or time than the limits allow.
        case tooLarge
        /// It lacks the track that was asked for.
        case missingTrack
        /// It uses a codec or a layout that we cannot read or write.
        case unsupported
        /// What was asked for makes no sense, such as a picture of no width.
        case invalidRequest
        /// The file could not be written.
        case unwritable
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// The file.
    public let path: String
    /// What is wrong, as a clause.
    public let reason: String
    /// What to do about it, as a clause; empty when the reason says it.
    public let advice: String
    /// What the library said, for those who know it; empty when it said nothing.
    public let detail: String

    /// Creates an error.
    public init(
        _ kind: Kind, _ path: String, _ reason: String, advice: String = "", detail: String = ""
    ) {
        self.kind = kind
        self.path = path
        self.reason = reason
        self.advice = advice
        self.detail = detail
    }
}

extension MediaError: CustomStringConvertible {
    /// All of it in a line: `clip.mp4: the file is empty; fetch it again`.
    public var description: String {
        "\(path): \(reason)" + (advice.isEmpty ? "" : "; \(advice)")
            + (detail.isEmpty ? "" : " (\(detail))")
    }
}

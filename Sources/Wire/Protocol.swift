/// The version of the wire, and what a peer of another version is told.
public enum WireProtocol {
    /// Raised when an older peer could not understand a message.
    public static let version: UInt32 = 1

    /// The program's version, sent along for people.
    public static let build = "duet 0.1.0"

    /// Largest frame a coordinator accepts, in bytes.
    public static let frameLimit = 64 << 20

    /// What a peer that speaks `version` is told.
    public static func refusal(of version: UInt32) -> String {
        "this coordinator speaks protocol \(Self.version) (\(build)) and you speak \(version); "
            + "install the same version of duet on both sides"
    }
}

/// Why a frame was not understood.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not a message of this protocol at all.
    case malformed
    /// A message of another protocol version.
    case version(UInt32)
    /// A message without a body this version knows.
    case empty
    /// A field holds a value that makes no sense; its name.
    case field(String)

    /// For a person.
    public var description: String {
        switch self {
        case .malformed: "the frame is not a duet message"
        case .version(let version): WireProtocol.refusal(of: version)
        case .empty: "the message has no body that this version knows"
        case .field(let name): "the field \(name) has a value that makes no sense"
        }
    }
}

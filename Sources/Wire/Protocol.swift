/// The version of the wire, and what a peer of another version is told.
public enum WireProtocol {
    /// Raised when an older peer could not understand a message.
    public static let version: UInt32 = 2

    /// The program's version, sent along for people.
    public static let build = "duet 0.1.0"

    /// Largest frame a coordinator accepts, in bytes.
    public static let frameLimit = 64 << 20

    /// What a person is told where this program meets a peer that speaks `version`.
    ///
    /// Either side may be the one that notices and the one that shows it, so it names neither.
    public static func refusal(of version: UInt32) -> String {
        "one side speaks protocol \(Self.version) (\(build)) and the other protocol \(version); "
            + "install the same version of duet on both sides"
    }

    /// Takes the version of a frame that could be read.
    static func check(_ version: UInt32) throws(WireError) {
        // No version is ever 0: such a frame is empty, or was never meant for this protocol.
        guard version != 0 else { throw .malformed }
        guard version == Self.version else { throw .version(version) }
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

import Crypto
import Foundation

/// Why a file could not be stored.
public struct ArtifactError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public var path: String
    /// What went wrong, in the system's words.
    public var message: String

    /// For a person.
    public var description: String { "cannot store \(path) as an artifact: \(message)" }
}

/// Files by content in a folder that every node can read: `ab/abcdef….ext`, where `abcdef…` is
/// the file's SHA-256.
public struct ArtifactFolder: Sendable {
    /// The folder.
    public let root: String

    /// A stored file.
    public struct Stored: Hashable, Sendable {
        /// Where it lies.
        public var path: String
        /// Lower-case hex.
        public var sha256: String
    }

    /// Uses a folder, which is made when the first file comes.
    public init(root: String) { self.root = root }

    /// Where the log of an attempt lies.
    public func logPath(campaign: Int32, task: Int64, epoch: Int32, number: Int32) -> String {
        "\(root)/logs/\(campaign)/\(task)/\(epoch)-\(number).log"
    }

    /// Moves a file into the folder and returns where it lies now.
    ///
    /// A file that is there already is left as it is: its name says what it holds.
    public func store(_ path: String) throws(ArtifactError) -> Stored {
        do {
            let digest = try Self.sha256(of: path)
            let name = URL(filePath: path).pathExtension
            let folder = "\(root)/\(digest.prefix(2))"
            let target = "\(folder)/\(digest)\(name.isEmpty ? "" : ".\(name)")"
            let files = FileManager.default
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            if files.fileExists(atPath: target) {
                try files.removeItem(atPath: path)
            } else {
                // Under a name of its own first, so that nobody ever sees half a file.
                let partial = "\(target).\(UInt64.random(in: 0 ... .max)).partial"
                try files.moveItem(atPath: path, toPath: partial)
                try files.moveItem(atPath: partial, toPath: target)
            }
            return Stored(path: target, sha256: digest)
        } catch {
            throw ArtifactError(path: path, message: "\(error.localizedDescription)")
        }
    }

    private static func sha256(of path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        var hash = SHA256()
        while let block = try file.read(upToCount: 1 << 20), !block.isEmpty {
            hash.update(data: block)
        }
        return hash.finalize().map { byte in
            byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }.joined()
    }
}

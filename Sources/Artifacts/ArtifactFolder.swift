import Foundation
import Linux

/// Why a file could not be stored.
public struct ArtifactError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public var path: String
    /// What went wrong, in the system's words.
    public var message: String

    /// Makes an error.
    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }

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
        "\(logFolder(campaign: campaign, task: task))/\(epoch)-\(number).log"
    }

    /// Where the logs of a task's attempts lie.
    public func logFolder(campaign: Int32, task: Int64) -> String {
        "\(logFolder(campaign: campaign))/\(task)"
    }

    /// Where the logs of a campaign's tasks lie.
    public func logFolder(campaign: Int32) -> String { "\(root)/logs/\(campaign)" }

    /// Whether a file lies where an artifact of its name does.
    public func holds(_ path: String) -> Bool {
        let name = URL(filePath: path).deletingPathExtension().lastPathComponent
        guard name.wholeMatch(of: /[0-9a-f]{64}/) != nil else { return false }
        let folder = URL(filePath: path).deletingLastPathComponent().path
        return Self.real(folder) == Self.real("\(root)/\(name.prefix(2))")
    }

    private static func real(_ path: String) -> String {
        URL(filePath: path).resolvingSymlinksInPath().path
    }

    /// Moves a file into the folder and returns where it lies now.
    ///
    /// A file that is there already is left as it is: its name says what it holds. Others may
    /// store the same content at the same time. An artifact is its own place and stays there.
    public func store(_ path: String) throws(ArtifactError) -> Stored {
        do {
            let files = FileManager.default
            // What a link leads to belongs to somebody else, and a moved link leads nowhere.
            let type = try files.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            guard type == .typeRegular else {
                throw ArtifactError(
                    path: path,
                    message: "it is not a file of its own; write the media itself there")
            }
            let digest = try FileHash.sha256(ofFile: path)
            let target = place(of: digest, as: path)
            try files.createDirectory(
                atPath: "\(root)/\(digest.prefix(2))", withIntermediateDirectories: true)
            if holds(path) {
                guard Self.real(path) == Self.real(target) else {
                    throw ArtifactError(
                        path: path,
                        message: "it holds something else than its name says; remove it, it was "
                            + "damaged or written over")
                }
                return Stored(path: target, sha256: digest)
            }
            if files.fileExists(atPath: target) {
                try files.removeItem(atPath: path)
            } else {
                try move(path, to: target)
            }
            return Stored(path: target, sha256: digest)
        } catch let error as ArtifactError {
            throw error
        } catch {
            throw ArtifactError(path: path, message: "\(error.localizedDescription)")
        }
    }

    /// Where content lies that came in a file of this name, whose ending it keeps.
    private func place(of digest: String, as path: String) -> String {
        "\(root)/\(digest.prefix(2))/\(digest)\(Self.ending(of: path))"
    }

    private static func ending(of path: String) -> String {
        let name = URL(filePath: path).pathExtension
        return name.isEmpty ? "" : ".\(name)"
    }

    /// Stores a file, and leaves a link in its place.
    ///
    /// Throws `ArtifactError`, or what Foundation says of a link that cannot be made.
    @discardableResult
    public func storeLeavingLink(_ path: String) throws -> Stored {
        let stored = try store(path)
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: stored.path)
        return stored
    }

    /// Stores a copy of a file that must have this hash; nothing is copied when it is there.
    ///
    /// Throws when the file cannot be read, or holds something else by now.
    public func storeCopy(
        of path: String, expecting sha256: String
    ) throws(ArtifactError) -> Stored {
        do {
            return try copy(path, expecting: sha256)
        } catch let error as ArtifactError {
            throw error
        } catch {
            throw ArtifactError(path: path, message: error.localizedDescription)
        }
    }

    private func copy(_ path: String, expecting sha256: String) throws -> Stored {
        let files = FileManager.default
        let target = place(of: sha256, as: path)
        if files.fileExists(atPath: target) { return Stored(path: target, sha256: sha256) }
        guard try FileHash.sha256(ofFile: path) == sha256 else {
            throw ArtifactError(
                path: path,
                message: "it is not what it was when it was named; put it back, or submit what "
                    + "names it again")
        }
        let copy = try unfinished(Self.ending(of: path))
        defer { try? files.removeItem(atPath: copy) }
        // A copied link would be one to somebody else's file.
        try files.copyItem(
            atPath: URL(filePath: path).resolvingSymlinksInPath().path, toPath: copy)
        return try store(copy)
    }

    /// A name in the folder for a file that is being made, which nobody else has; it ends so.
    public func unfinished(_ ending: String) throws -> String {
        let folder = "\(root)/partial"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        return "\(folder)/\(UInt64.random(in: 0 ... .max))\(ending)"
    }

    /// Moves by way of a name of its own, so that nobody ever sees half a file.
    private func move(_ path: String, to target: String) throws {
        let files = FileManager.default
        let partial = "\(target).\(UInt64.random(in: 0 ... .max)).partial"
        do {
            // Between file systems this is a copy.
            try files.moveItem(atPath: path, toPath: partial)
        } catch {
            try? files.removeItem(atPath: partial)
            throw error
        }
        do {
            // A row will say that it is there; a node that loses its power must not make that
            // untrue. Unlike a move this replaces what somebody else has put there meanwhile: the
            // same.
            try FileSystem.flush(partial)
            try FileSystem.place(partial, at: target)
        } catch {
            try? files.removeItem(atPath: partial)
            throw ArtifactError(path: path, message: "\(error)")
        }
    }
}

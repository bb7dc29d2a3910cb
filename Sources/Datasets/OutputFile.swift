import Artifacts
import Crypto
import Foundation
import Linux

/// What is known of a finished file of an export.
public struct FileRecord: Hashable, Codable, Sendable {
    /// Its path within the export.
    public var path: String
    /// Its length.
    public var bytes: Int64
    /// SHA-256 of its bytes, lower-case hex.
    public var sha256: String
}

/// A file in the making: written beside its place, hashed on the way, and moved there when it is
/// whole and on the disk.
final class OutputFile {
    /// What has been written so far, in bytes.
    private(set) var size: Int64 = 0
    private let folder: ExportFolder
    private let path: String
    private var file: AppendOnlyFile?
    private var hash = SHA256()
    private var buffer: [UInt8] = []

    /// Begins a file of an export.
    init(_ path: String, in folder: ExportFolder) throws {
        self.folder = folder
        self.path = path
        buffer.reserveCapacity(Self.bufferBytes + 4096)
        guard folder.isWritten else { return }
        var file = try AppendOnlyFile(path: folder.partial(path))
        // A run that was killed may have left a part.
        try file.truncate(to: 0)
        self.file = consume file
    }

    private static let bufferBytes = 1 << 20

    func write(_ bytes: some Sequence<UInt8>) throws {
        let before = buffer.count
        buffer.append(contentsOf: bytes)
        size += Int64(buffer.count - before)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    func write(_ text: String) throws { try write(text.utf8) }

    /// Writes the bytes of an artifact; throws when they are not those of its hash.
    func write(_ media: SizedFile) throws {
        try media.read { block in try write(block) }
    }

    /// Puts the file in its place; one that is not durable here must be before it is named.
    func finish(durably isDurable: Bool = true) throws -> FileRecord {
        try flush()
        if folder.isWritten {
            if isDurable { try file?.sync() }
            file = nil
            try folder.place(path, durably: isDurable)
        }
        return FileRecord(path: path, bytes: size, sha256: FileHash.hex(hash.finalize()))
    }

    private func flush() throws {
        hash.update(data: buffer)
        try file?.append(buffer.span)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// The folder of an export, or nothing at all when an export is only compared.
struct ExportFolder: Sendable {
    let root: String
    /// Whether files are written; otherwise only their hashes are made.
    let isWritten: Bool

    func whole(_ path: String) -> String { "\(root)/\(path)" }

    /// Where a file is made; the ending keeps readers from taking it for a shard.
    func partial(_ path: String) -> String { "\(root)/\(path).partial" }

    func makeFolder(_ path: String) throws {
        guard isWritten else { return }
        try FileManager.default.createDirectory(
            atPath: whole(path), withIntermediateDirectories: true)
    }

    /// Moves a finished file into its place; a durable one stays there when the power fails.
    func place(_ path: String, durably isDurable: Bool) throws {
        if isDurable { return try FileSystem.place(partial(path), at: whole(path)) }
        guard rename(partial(path), whole(path)) == 0 else {
            throw ExportError("\(whole(path)) cannot be put in place: \(lastError())")
        }
    }

    /// Removes a folder unless there is something in it.
    func removeIfEmpty(_ path: String) { if isWritten { _ = rmdir(whole(path)) } }

    /// Removes the parts of files that a killed run left; those of media go with their folder.
    func removeParts() throws {
        let files = FileManager.default.enumerator(atPath: root)
        while let path = files?.nextObject() as? String {
            if path == "media" { files?.skipDescendants() }
            if path.hasSuffix(".partial") { try remove(path) }
        }
    }

    /// The length of a file; nil where there is none.
    func size(_ path: String) -> Int64? { fileSize(whole(path)) }

    func remove(_ path: String) throws {
        guard isWritten, unlink(whole(path)) != 0, errno != ENOENT else { return }
        throw ExportError("\(whole(path)) cannot be removed: \(lastError())")
    }
}

/// The reason of the last call that failed.
func lastError() -> String { String(cString: strerror(errno)) }

/// The length of a plain file; nil where there is none.
func fileSize(_ path: String) -> Int64? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int64(status.st_size)
}

import Artifacts
import Foundation
import Linux

/// The media beside the pairs of an export, each once, by its hash: `media/ab/abcdef….mp4`.
///
/// Which files belong to the export is kept in 256 lists on the disk, one for each folder, so that
/// memory does not grow with the pairs.
final class MediaStore {
    private static let lists = "media.lists"

    private let folder: ExportFolder
    private let trustsLengths: Bool
    private var pending: [[UInt8]] = Array(repeating: [], count: 256)

    /// Makes the folders for media.
    ///
    /// Files are flushed together at the end, so after a loss of power one of the right length may
    /// hold anything: then lengths are not trusted and what is there is read.
    init(_ folder: ExportFolder, trustsLengths: Bool) throws {
        self.folder = folder
        self.trustsLengths = trustsLengths
        guard folder.isWritten else { return }
        try folder.makeFolder(Self.lists)
        for bucket in 0..<256 {
            try folder.makeFolder("media/\(Self.name(bucket))")
            try folder.remove("\(Self.lists)/\(Self.name(bucket))")
        }
    }

    /// Where a file lies within the export.
    static func path(of file: SizedFile) -> String {
        "media/\(file.file.sha256.prefix(2))/\(file.name)"
    }

    /// Copies a file unless it is there.
    func add(_ file: SizedFile) throws {
        guard folder.isWritten else { return }
        let path = Self.path(of: file)
        if try !isThere(file, path) {
            let output = try OutputFile(path, in: folder)
            try output.write(file)
            _ = try output.finish(durably: false)
        }
        guard let bucket = Int(file.file.sha256.prefix(2), radix: 16) else {
            throw ExportError("\(file.file.sha256), the hash of \(file.file.path), is not in hex")
        }
        pending[bucket] += "\(file.name)\n".utf8
        if pending[bucket].count >= 4096 { try flush(bucket) }
    }

    /// Hands out the files of the export by name, and removes those that are no longer of it.
    func finish(_ each: (FileRecord) throws -> Void) throws {
        guard folder.isWritten else { return }
        try FileSystem.sync(folder.root)
        for bucket in 0..<256 {
            try flush(bucket)
            let list = "\(Self.lists)/\(Self.name(bucket))"
            let text = (try? String(contentsOfFile: folder.whole(list), encoding: .utf8)) ?? ""
            let names = Set(text.split(separator: "\n").map(String.init))
            for name in names.sorted() {
                let path = "media/\(Self.name(bucket))/\(name)"
                let hash = String(name.prefix { $0 != "." })
                try each(FileRecord(path: path, bytes: folder.size(path) ?? 0, sha256: hash))
            }
            try removeOthers(than: names, in: "media/\(Self.name(bucket))")
        }
        try FileManager.default.removeItem(atPath: folder.whole(Self.lists))
    }

    private func isThere(_ file: SizedFile, _ path: String) throws -> Bool {
        guard folder.size(path) == file.bytes else { return false }
        return try trustsLengths || FileHash.sha256(ofFile: folder.whole(path)) == file.file.sha256
    }

    private func removeOthers(than names: Set<String>, in path: String) throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: folder.whole(path))
        for name in found where !names.contains(name) { try folder.remove("\(path)/\(name)") }
        folder.removeIfEmpty(path)
    }

    private func flush(_ bucket: Int) throws {
        guard !pending[bucket].isEmpty else { return }
        var list = try AppendOnlyFile(path: folder.whole("\(Self.lists)/\(Self.name(bucket))"))
        try list.append(pending[bucket])
        pending[bucket].removeAll()
    }

    private static func name(_ bucket: Int) -> String { FileHash.hex([UInt8(bucket)]) }
}

import Artifacts
import Foundation

/// Checks an export against its own manifest and checksums, or against pairs and artifacts.
public struct ExportVerifier: Sendable {
    /// A file that is not as it should be.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The file's path within the export.
        public var path: String
        /// What is wrong with it.
        public var message: String

        /// For a person.
        public var description: String { "\(path): \(message)" }
    }

    private let folder: ExportFolder

    /// Looks at the export in a folder.
    public init(folder: String) { self.folder = ExportFolder(root: folder, isWritten: false) }

    /// Reads the whole export and compares every file with its hash; no problems = an empty list.
    public func verify() throws -> [Problem] {
        let manifest = try ExportManifest.existing(in: folder)
        var problems = try manifestProblems(manifest)
        let sums = folder.whole(ExportManifest.checksums)
        guard problems.isEmpty || fileSize(sums) != nil else { return problems }
        // Line by line: there may be millions of media.
        var lines = try LineReader(sums)
        var listed = 0
        while let line = try lines.next() {
            let parts = line.split(separator: "  ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                problems.append(
                    Problem(path: ExportManifest.checksums, message: "bad line: \(line)"))
                continue
            }
            listed += 1
            if let message = try mismatch(parts[1], sha256: parts[0]) {
                problems.append(Problem(path: parts[1], message: message))
            }
        }
        let expected =
            manifest.shards.count + manifest.files.count + (manifest.media?.files ?? 0)
        if listed != expected {
            problems.append(
                Problem(
                    path: ExportManifest.checksums,
                    message: "lists \(listed) files, and the manifest \(expected)"))
        }
        return problems
    }

    /// Makes the hashes of all files anew from pairs and artifacts, and compares them with the
    /// manifest's; writes nothing.
    ///
    /// The options must be those of the export. What is equal here and in `verify()` holds the
    /// bytes of the artifacts.
    public func compare(
        header: ExportHeader, options: ExportOptions, _ next: () throws -> PairRow?
    ) throws -> [Problem] {
        let manifest = try ExportManifest.existing(in: folder)
        let context = try ExportContext(header: header, options: options, folder: folder)
        let exporter = try Exporter(header: header, options: options)
        let fresh = try exporter.makeManifest(context, next)
        let expected = files(fresh)
        let found = files(manifest)
        var problems: [Problem] = []
        for path in Set(expected.keys).union(found.keys).sorted() {
            switch (expected[path], found[path]) {
            case (nil, _):
                problems.append(Problem(path: path, message: "the pairs make no such file"))
            case (_, nil): problems.append(Problem(path: path, message: "it is not in the export"))
            case (let one?, let other?):
                if one != other {
                    problems.append(
                        Problem(path: path, message: "the pairs and artifacts make other bytes"))
                }
            }
        }
        return problems
    }

    private func files(_ manifest: ExportManifest) -> [String: FileRecord] {
        let records = manifest.shards.map(\.file) + manifest.files
        return Dictionary(records.map { ($0.path, $0) }) { first, _ in first }
    }

    /// Compares what the manifest says with the files' lengths and with `SHA256SUMS`.
    private func manifestProblems(_ manifest: ExportManifest) throws -> [Problem] {
        var problems: [Problem] = []
        for file in manifest.shards.map(\.file) + manifest.files + [manifest.checksums] {
            switch folder.size(file.path) {
            case nil: problems.append(Problem(path: file.path, message: "it is not there"))
            case let size? where size != file.bytes:
                problems.append(
                    Problem(
                        path: file.path,
                        message: "it has \(size) bytes, and \(file.bytes) in the manifest"))
            default: break
            }
        }
        let sums = manifest.checksums
        if problems.isEmpty, let message = try mismatch(sums.path, sha256: sums.sha256) {
            problems.append(Problem(path: sums.path, message: message))
        }
        var bySplit: [String: Int] = [:]
        for shard in manifest.shards where !shard.file.path.hasSuffix("pair.json") {
            bySplit[shard.split, default: 0] += shard.pairs
        }
        if bySplit != manifest.counts.bySplit {
            problems.append(
                Problem(path: ExportManifest.name, message: "its shards and counts differ"))
        }
        return problems
    }

    private func mismatch(_ path: String, sha256: String) throws -> String? {
        guard fileSize(folder.whole(path)) != nil else { return "it is not there" }
        let found = try FileHash.sha256(ofFile: folder.whole(path))
        return found == sha256 ? nil : "its bytes do not have the hash \(sha256)"
    }
}

/// Reads a text file line by line.
private struct LineReader: ~Copyable {
    private let handle: FileHandle
    private var waiting: [UInt8] = []
    private var start = 0

    init(_ path: String) throws { handle = try FileHandle(forReadingFrom: URL(filePath: path)) }

    deinit { try? handle.close() }

    /// The next line without its end; nil after the last one.
    mutating func next() throws -> String? {
        while true {
            if let end = waiting[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return String(decoding: waiting[start..<end], as: UTF8.self)
            }
            waiting.removeSubrange(..<start)
            start = 0
            guard let data = try handle.read(upToCount: 1 << 16), !data.isEmpty else {
                guard !waiting.isEmpty else { return nil }
                defer { waiting = [] }
                return String(decoding: waiting, as: UTF8.self)
            }
            waiting += data
        }
    }
}

import Artifacts
import Crypto
import Foundation

/// What all parts of one run of an export share.
final class ExportContext {
    let header: ExportHeader
    let options: ExportOptions
    let folder: ExportFolder
    let columns: [Column]
    private let journal: ExportJournal

    init(header: ExportHeader, options: ExportOptions, folder: ExportFolder) throws {
        self.header = header
        self.options = options
        self.folder = folder
        columns = Column.all(of: header)
        journal = try ExportJournal(folder, format: options.format)
    }

    /// The shards that earlier runs made, by path.
    var earlier: [String: ShardRecord] { journal.known }

    /// Whether all that earlier runs wrote can be relied on to be what they wrote.
    var isSameBoot: Bool { journal.isSameBoot }

    /// The whole shard of an earlier run, where it was made from the same as now.
    func known(_ path: String, key: String) -> ShardRecord? {
        guard let record = journal.known[path], record.key == key,
            folder.size(path) == record.file.bytes
        else { return nil }
        report(record, wasThere: true)
        return record
    }

    /// Writes down a shard that is in its place.
    func finished(_ record: ShardRecord) throws {
        try journal.append(record)
        report(record, wasThere: false)
    }

    /// Writes down a file that goes with the shards of a split, so that it can go with them.
    func finished(_ index: FileRecord, split: String) throws {
        try journal.append(ShardRecord(file: index, split: split, pairs: 0, key: ""))
    }

    private func report(_ record: ShardRecord, wasThere: Bool) {
        options.onFile(
            FileProgress(
                path: record.file.path, bytes: record.file.bytes, pairs: record.pairs,
                wasThere: wasThere))
    }

    /// Writes a small file.
    func write(_ path: String, text: String) throws -> FileRecord {
        try makeFolder(of: path)
        let output = try OutputFile(path, in: folder)
        try output.write(text)
        return try output.finish()
    }

    func makeFolder(of path: String) throws {
        guard let slash = path.lastIndex(of: "/") else { return }
        try folder.makeFolder(String(path[..<slash]))
    }

    /// Hashes all that a shard is made from.
    func key(of rows: [SizedRow]) -> String {
        var hash = SHA256()
        let media = header.media.map { "\($0.kind) \($0.fileExtension) \($0.sampleRate ?? 0)" }
        let bounds = [options.rowGroupBytes, options.shardBytes].map { "\($0)" }
        let layout = ["layout 1", options.format.rawValue] + media + bounds + columns.map(\.name)
        hash.update(data: Array(layout.joined(separator: "\n").utf8))
        for row in rows {
            // All values; the hashes of the media are among them.
            let values = JSON.list(
                [.integer(row.row.ordinal)] + columns.map { $0.value(row.row).json })
            hash.update(data: Array("\n\(values.encoded())".utf8))
        }
        return FileHash.hex(hash.finalize())
    }

    /// Removes the journal, once the manifest is in place.
    func endJournal() throws { try folder.remove(ExportJournal.name) }
}

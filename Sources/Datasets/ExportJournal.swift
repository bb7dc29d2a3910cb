import Foundation
import Linux

/// A shard of an export, or another file that lists its pairs.
public struct ShardRecord: Hashable, Codable, Sendable {
    /// The file.
    public var file: FileRecord
    /// The split whose pairs it holds.
    public var split: String
    /// The pairs in it.
    public var pairs: Int
    /// A hash of all that the shard was made from: what has the same key has the same bytes.
    public var key: String
}

/// Which shards are whole already, so that a run that was killed is taken up where it stopped.
///
/// While an export is under way the folder has a journal and no manifest; afterwards it has a
/// manifest and no journal. A shard is written down only when its bytes are on the disk.
final class ExportJournal {
    static let name = "export.journal"

    /// The whole shards of earlier runs by their path, and the files that go with them.
    let known: [String: ShardRecord]
    /// Whether the machine has run without a break since an earlier run that did not end; true
    /// where there was none.
    let isSameBoot: Bool
    private let folder: ExportFolder
    private var file: AppendOnlyFile?

    /// Opens the journal of a folder; throws when the folder holds something else.
    init(_ folder: ExportFolder, format: ExportFormat) throws {
        self.folder = folder
        guard folder.isWritten else {
            known = [:]
            isSameBoot = true
            return
        }
        let manifest = try ExportManifest.read(folder)
        let lines = Self.read(folder)
        try Self.check(folder, format: format, manifest: manifest, journal: lines)
        var known: [String: ShardRecord] = [:]
        let others = (manifest?.files ?? []).map {
            ShardRecord(file: $0, split: "", pairs: 0, key: "")
        }
        for record in (manifest?.shards ?? []) + others + (lines?.records ?? []) {
            known[record.file.path] = record
        }
        self.known = known
        let boot = Self.boot
        isSameBoot = lines == nil || lines?.boot == boot
        // Written anew: it must hold what the manifest knew before the manifest goes.
        var text = "\(format.rawValue) \(isSameBoot ? boot : "none")\n"
        for path in known.keys.sorted() {
            if let record = known[path] { text += try Self.line(record) }
        }
        let output = try OutputFile(Self.name, in: folder)
        try output.write(text)
        _ = try output.finish()
        try folder.remove(ExportManifest.name)
        file = try AppendOnlyFile(path: folder.whole(Self.name))
    }

    /// Writes down a shard that is in its place.
    func append(_ record: ShardRecord) throws {
        let line = try Self.line(record)
        try file?.append(line.utf8)
    }

    private static func line(_ record: ShardRecord) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(record), as: UTF8.self) + "\n"
    }

    private struct Lines {
        var format: String
        /// Which start of the machine the journal is of.
        var boot: String
        var records: [ShardRecord]
    }

    /// Reads the journal; a line that was cut off counts as not written.
    private static func read(_ folder: ExportFolder) -> Lines? {
        guard let text = try? String(contentsOfFile: folder.whole(name), encoding: .utf8)
        else { return nil }
        let lines = text.split(separator: "\n")
        let records = lines.dropFirst().compactMap {
            try? JSONDecoder().decode(ShardRecord.self, from: Data($0.utf8))
        }
        let head = (lines.first ?? "").split(separator: " ").map(String.init)
        return Lines(
            format: head.first ?? "", boot: head.count > 1 ? head[1] : "", records: records)
    }

    /// The start of this machine, as Linux names it.
    private static var boot: String {
        let path = "/proc/sys/kernel/random/boot_id"
        let text = try? String(contentsOfFile: path, encoding: .utf8)
        return text?.split(separator: "\n").first.map(String.init) ?? "unknown"
    }

    private static func check(
        _ folder: ExportFolder, format: ExportFormat, manifest: ExportManifest?, journal: Lines?
    ) throws {
        if let found = manifest?.format.rawValue ?? journal?.format {
            guard found == format.rawValue else {
                throw ExportError(
                    """
                    \(folder.root) holds an export as \(found); choose another folder for \
                    \(format.rawValue)
                    """)
            }
            return
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.root)
        // A run that was killed at its very start leaves no more than this.
        guard names.allSatisfy({ $0 == "\(name).partial" }) else {
            throw ExportError(
                """
                \(folder.root) holds \(names.sorted()[0]) and is no export; choose an empty \
                folder
                """)
        }
    }
}

import Foundation

/// What an export holds and where it comes from: the last file to be written.
public struct ExportManifest: Codable, Sendable {
    static let name = "manifest.json"
    static let checksums = "SHA256SUMS"

    /// The version of this layout.
    public var version = 1
    /// The layout of the pairs.
    public var format: ExportFormat
    /// Where the pairs come from.
    public var header: ExportHeader
    /// How prompts were divided.
    public var splits: SplitRule
    /// What was left out, in words.
    public var filters: [String]
    /// Numbers of the whole export.
    public var counts: ExportCounts
    /// The plain columns that all pairs have, in their order.
    public var columns: [String]
    /// The files with the pairs.
    public var shards: [ShardRecord]
    /// All other files but `SHA256SUMS`, this one and the media beside the pairs.
    public var files: [FileRecord]
    /// The list of all checksums.
    public var checksums: FileRecord
    /// The media beside the pairs; nil when they are inside the shards or elsewhere.
    public var media: MediaCount?

    /// How many media files an export has beside its pairs.
    public struct MediaCount: Codable, Sendable, Hashable {
        /// How many.
        public var files: Int
        /// The bytes of all.
        public var bytes: Int64
    }

    /// Reads the manifest of a folder; nil where there is none.
    static func read(_ folder: ExportFolder) throws -> ExportManifest? {
        let path = folder.whole(name)
        guard fileSize(path) != nil else { return nil }
        do {
            return try JSONDecoder().decode(
                ExportManifest.self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw ExportError(
                """
                \(path) cannot be read as the manifest of an export (\(error)); choose another \
                folder or remove this one
                """)
        }
    }

    /// Reads the manifest of a folder; throws where there is none.
    static func existing(in folder: ExportFolder) throws -> ExportManifest {
        guard let manifest = try read(folder) else {
            throw ExportError(
                """
                \(folder.root) has no manifest.json: it is no export, or one that was \
                interrupted; run the export again to complete it
                """)
        }
        return manifest
    }

    func write(to folder: ExportFolder) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let output = try OutputFile(Self.name, in: folder)
        try output.write(try encoder.encode(self))
        try output.write("\n")
        _ = try output.finish()
    }
}

/// Numbers of a whole export.
public struct ExportCounts: Codable, Sendable, Hashable {
    /// Exported pairs.
    public var pairs = 0
    /// Pairs that a filter left out.
    public var filteredOut = 0
    /// Prompts with a pair.
    public var prompts = 0
    /// Pairs whose winner is ground truth.
    public var groundTruthWinners = 0
    /// Exported pairs by split.
    public var bySplit: [String: Int] = [:]
}

import Linux

/// Writes pairs as a dataset: shards, and with them a manifest, checksums, a card, a description
/// in Croissant and a table of all values.
///
/// The same pairs, header and options make the same bytes. A run that is killed is taken up by
/// running it again; one with more pairs writes only the shards that changed. Memory does not grow
/// with the number of pairs.
public struct Exporter: Sendable {
    private let header: ExportHeader
    private let options: ExportOptions

    /// Prepares an export; throws when header and options do not go together.
    public init(header: ExportHeader, options: ExportOptions) throws(ExportError) {
        if let problem = header.problem ?? options.splits.problem { throw ExportError(problem) }
        guard options.shardBytes > 0, options.shardPairs > 0, options.rowGroupBytes > 0 else {
            throw ExportError("a shard must hold at least one pair and one byte")
        }
        self.header = header
        self.options = options
    }

    /// Exports the pairs that `next` hands out until it returns nil, by growing ordinal.
    ///
    /// The manifest is the last file to appear; while there is none the export is not whole.
    public func export(_ next: () throws -> PairRow?) throws -> ExportManifest {
        let folder = ExportFolder(root: options.folder, isWritten: true)
        try folder.makeFolder(".")
        let lock = try Self.lock(options.folder)
        defer { withExtendedLifetime(lock) {} }
        let context = try ExportContext(header: header, options: options, folder: folder)
        try folder.removeParts()
        let manifest = try makeManifest(context, next)
        let kept = Set(manifest.shards.map(\.file.path) + manifest.files.map(\.path))
        for path in context.earlier.keys.sorted() where !kept.contains(path) {
            try folder.remove(path)
            if let slash = path.lastIndex(of: "/") { folder.removeIfEmpty(String(path[..<slash])) }
        }
        try manifest.write(to: folder)
        try context.endJournal()
        return manifest
    }

    /// Keeps two processes from exporting into one folder; ends with the process.
    ///
    /// Where the file system cannot lock a folder it is up to the user.
    private static func lock(_ folder: String) throws(ExportError) -> FileLock? {
        do throws(FileLockError) {
            return try FileLock(folder: folder)
        } catch {
            switch error {
            case .held:
                throw ExportError(
                    "another process exports into \(folder); wait for it, or stop it")
            case .system(let error) where error.call == "flock": return nil
            case .system(let error): throw ExportError("\(folder) cannot be opened: \(error)")
            }
        }
    }

    /// Makes every file of the export but the manifest, or only the hashes of all of them.
    func makeManifest(
        _ context: ExportContext, _ next: () throws -> PairRow?
    ) throws -> ExportManifest {
        let store = try mediaStore(context)
        let sink = try makeSink(context, store: store)
        let table = try PairTable(context)
        var statistics = ExportStatistics(header)
        var last: Int64 = -1
        while let row = try next() {
            guard row.ordinal > last else {
                throw ExportError(
                    """
                    pair \(row.id) comes with ordinal \(row.ordinal) after \(last); sort the \
                    pairs, and give each an ordinal of its own
                    """)
            }
            last = row.ordinal
            guard options.filters.allSatisfy({ $0.accepts(row) }) else {
                statistics.counts.filteredOut += 1
                continue
            }
            let split = options.splits.split(of: row.prompt)
            let sized = try SizedRow(row, header: header)
            statistics.add(row, split: options.splits.parts[split].name)
            try table.add(sized)
            try sink.add(sized, split: split)
        }
        let shards = try sink.finish()
        let pairs = try table.finish()
        let texts = try writeTexts(context, shards: shards, pairs: pairs, statistics: statistics)
        let files = [pairs] + sink.indexes + texts
        let sums = try writeChecksums(context, files: shards.map(\.file) + files, store: store)
        return ExportManifest(
            format: options.format, header: header, splits: options.splits,
            filters: options.filters.map(\.text), counts: statistics.counts,
            columns: context.columns.map(\.name), shards: shards, files: files,
            checksums: sums.file, media: sums.media)
    }

    private func mediaStore(_ context: ExportContext) throws -> MediaStore? {
        guard options.format.listsPaths, options.placement != .referenced else { return nil }
        return try MediaStore(context.folder, trustsLengths: context.isSameBoot)
    }

    private func makeSink(_ context: ExportContext, store: MediaStore?) throws -> any PairSink {
        switch options.format {
        case .parquet:
            ShardSink(
                context, layout: ParquetLayout(hub: header, rowGroupBytes: options.rowGroupBytes))
        case .pickAPic:
            ShardSink(
                context,
                layout: ParquetLayout(pickAPic: header, rowGroupBytes: options.rowGroupBytes))
        case .webDataset: ShardSink(context, layout: WebDatasetLayout(header))
        case .mds:
            ShardSink(context, layout: MDSLayout(header, sizeLimit: options.shardBytes))
        case .javisDiT:
            try ListingSink(
                context, store: store,
                files: JavisDiTListing(header, placement: options.placement).files)
        case .trl:
            try ListingSink(
                context, store: store,
                files: TRLListing(header, placement: options.placement).files)
        case .videoDPO:
            try ListingSink(
                context, store: store,
                files: VideoDPOListing(header, placement: options.placement).files)
        }
    }

    private func writeTexts(
        _ context: ExportContext, shards: [ShardRecord], pairs: FileRecord,
        statistics: ExportStatistics
    ) throws -> [FileRecord] {
        let card = DatasetCard(
            header: header, options: options, statistics: statistics, shards: shards,
            columns: context.columns)
        let croissant = Croissant(
            header: header, shards: shards, pairs: pairs, columns: PairTable.columns(context))
        return try card.pictures.map {
            try context.write($0.path, text: HistogramPicture.svg($0.panels))
        } + [
            try context.write("README.md", text: card.text),
            try context.write("croissant.json", text: croissant.text),
        ]
    }

    /// Writes `SHA256SUMS` for all files but itself and the manifest, which names its hash.
    private func writeChecksums(
        _ context: ExportContext, files: [FileRecord], store: MediaStore?
    ) throws -> (file: FileRecord, media: ExportManifest.MediaCount?) {
        let output = try OutputFile(ExportManifest.checksums, in: context.folder)
        for file in files { try output.write("\(file.sha256)  \(file.path)\n") }
        var media = ExportManifest.MediaCount(files: 0, bytes: 0)
        try store?.finish { file in
            media.files += 1
            media.bytes += file.bytes
            try output.write("\(file.sha256)  \(file.path)\n")
        }
        return (try output.finish(), store == nil ? nil : media)
    }
}

/// A file that lists the pairs of one split, entry by entry.
struct ListingFile: Sendable {
    /// Its path within the export.
    var path: String
    /// What stands before, between and after the entries.
    var opening = ""
    var separator = ""
    var closing = ""
    /// Returns the entry of a pair; `index` counts from 0 within the split.
    var entry: @Sendable (_ row: SizedRow, _ index: Int) throws -> String
}

/// Writes formats that list paths, and copies the media beside them when asked to.
///
/// The listings are written anew in every run, which costs little; a medium that is there already
/// is left as it is.
final class ListingSink: PairSink {
    private let context: ExportContext
    private let store: MediaStore?
    private let splits: [[ListingFile]]
    private var outputs: [[OutputFile]]
    private var counts: [Int]
    let indexes: [FileRecord] = []

    /// Begins the listings of all splits.
    init(
        _ context: ExportContext, store: MediaStore?,
        files: (_ split: String) -> [ListingFile]
    ) throws {
        self.context = context
        self.store = store
        splits = context.options.splits.parts.map { files($0.name) }
        outputs = Array(repeating: [], count: splits.count)
        counts = Array(repeating: 0, count: splits.count)
    }

    func add(_ row: SizedRow, split: Int) throws {
        if counts[split] == 0 { try begin(split) }
        for file in row.winner + row.loser { try store?.add(file) }
        for (listing, output) in zip(splits[split], outputs[split]) {
            if counts[split] > 0 { try output.write(listing.separator) }
            try output.write(try listing.entry(row, counts[split]))
        }
        counts[split] += 1
    }

    func finish() throws -> [ShardRecord] {
        var records: [ShardRecord] = []
        for split in splits.indices {
            let name = context.options.splits.parts[split].name
            for (listing, output) in zip(splits[split], outputs[split]) {
                try output.write(listing.closing)
                let file = try output.finish()
                let record = ShardRecord(
                    file: file, split: name, pairs: counts[split], key: file.sha256)
                try context.finished(record)
                records.append(record)
            }
        }
        return records
    }

    private func begin(_ split: Int) throws {
        outputs[split] = try splits[split].map { listing in
            try context.makeFolder(of: listing.path)
            let output = try OutputFile(listing.path, in: context.folder)
            try output.write(listing.opening)
            return output
        }
    }
}

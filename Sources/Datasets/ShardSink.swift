import Crypto

/// Takes the exported pairs in their order.
protocol PairSink: AnyObject {
    /// Takes a pair of a split.
    func add(_ row: SizedRow, split: Int) throws
    /// Writes what is left and returns all files with pairs.
    func finish() throws -> [ShardRecord]
    /// The files that were made beside those with pairs.
    var indexes: [FileRecord] { get }
}

/// Gathers pairs until a shard is full, and writes it unless an earlier run has.
///
/// Only what is known of a pair is gathered; media are read when the shard is written. A shard is
/// cut by the pairs in it alone, so it stays the same when later pairs come.
final class ShardSink: PairSink {
    private let context: ExportContext
    private let layout: any ShardLayout
    private var open: [[SizedRow]]
    private var openBytes: [Int64]
    private var records: [[ShardRecord]]
    private(set) var indexes: [FileRecord] = []

    init(_ context: ExportContext, layout: any ShardLayout) {
        self.context = context
        self.layout = layout
        let splits = context.options.splits.parts.count
        open = Array(repeating: [], count: splits)
        openBytes = Array(repeating: 0, count: splits)
        records = Array(repeating: [], count: splits)
    }

    func add(_ row: SizedRow, split: Int) throws {
        let isFull =
            openBytes[split] + row.bytes > context.options.shardBytes
            || open[split].count >= context.options.shardPairs
        if isFull, !open[split].isEmpty { try write(split) }
        open[split].append(row)
        openBytes[split] += row.bytes
    }

    func finish() throws -> [ShardRecord] {
        for split in open.indices where !open[split].isEmpty { try write(split) }
        for (split, shards) in zip(context.options.splits.parts, records) where !shards.isEmpty {
            guard let index = layout.index(split: split.name, shards: shards) else { continue }
            let file = try context.write(index.path, text: index.text)
            try context.finished(file, split: split.name)
            indexes.append(file)
        }
        return records.flatMap { $0 }
    }

    private func write(_ split: Int) throws {
        let name = context.options.splits.parts[split].name
        let path = layout.path(split: name, number: records[split].count)
        let rows = open[split]
        let key = context.key(of: rows)
        open[split] = []
        openBytes[split] = 0
        if let known = context.known(path, key: key) {
            records[split].append(known)
            return
        }
        try context.makeFolder(of: path)
        let output = try OutputFile(path, in: context.folder)
        let file = try layout.write(rows, to: output)
        let record = ShardRecord(file: file, split: name, pairs: rows.count, key: key)
        try context.finished(record)
        records[split].append(record)
    }
}

/// One way to put pairs with their media into files.
protocol ShardLayout: Sendable {
    /// The name of a shard within the export; numbers count from 0 in each split.
    func path(split: String, number: Int) -> String
    /// Writes a shard and finishes the file.
    func write(_ rows: [SizedRow], to output: OutputFile) throws -> FileRecord
    /// A file that readers need beside the shards of a split.
    func index(split: String, shards: [ShardRecord]) -> (path: String, text: String)?
}

extension ShardLayout {
    func index(split: String, shards: [ShardRecord]) -> (path: String, text: String)? { nil }
}

/// Writes a number with at least five digits.
func fiveDigits(_ number: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, 5 - text.count)) + text
}

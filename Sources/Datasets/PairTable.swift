/// `pairs.parquet`: every pair of an export with all its values, without media.
final class PairTable {
    static let path = "pairs.parquet"

    private let file: ParquetFile
    private var waiting: [SizedRow] = []

    /// Rows in a row group; bounds the memory that the table takes.
    private static let groupRows = 4096

    init(_ context: ExportContext) throws {
        file = try ParquetFile(
            try OutputFile(Self.path, in: context.folder),
            fields: ParquetField.columns(Self.columns(context)))
    }

    static func columns(_ context: ExportContext) -> [Column] {
        let splits = context.options.splits
        let split = Column(name: "split", kind: .text, meaning: "the split of its prompt") {
            .text(splits.parts[splits.split(of: $0.prompt)].name)
        }
        return context.columns + [split]
    }

    func add(_ row: SizedRow) throws {
        waiting.append(row)
        if waiting.count >= Self.groupRows { try flush() }
    }

    func finish() throws -> FileRecord {
        try flush()
        return try file.finish()
    }

    private func flush() throws {
        try file.write(waiting[...])
        waiting.removeAll(keepingCapacity: true)
    }
}

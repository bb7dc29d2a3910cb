import Crypto

/// Parquet with the media inside, for Hugging Face `datasets` or in the manner of Pick-a-Pic.
struct ParquetLayout: ShardLayout {
    let fields: [ParquetField]
    let rowGroupBytes: Int64

    /// Named sides, media as `struct<bytes, path>` and all plain columns.
    init(hub header: ExportHeader, rowGroupBytes: Int64) {
        let media = header.media.indices.flatMap { index in
            Side.allCases.map { side in
                ParquetField(
                    name: "\(side.name)_\(header.media[index].kind)",
                    content: .media(header.media[index]) { $0.files(side)[index] })
            }
        }
        fields = media + ParquetField.columns(Column.all(of: header))
        self.rowGroupBytes = rowGroupBytes
    }

    /// Sides 0 and 1 in an order that says nothing, and the label that tells which won.
    init(pickAPic header: ExportHeader, rowGroupBytes: Int64) {
        let media = header.media.indices.flatMap { index in
            [0, 1].map { place in
                ParquetField(
                    name: "\(header.media[index].fileExtension)_\(place)",
                    content: .bytes { $0.files(Self.side(place, of: $0.row))[index] })
            }
        }
        let ids = [0, 1].flatMap { place in
            [
                Column(name: "uid_\(place)", kind: .text, meaning: "the candidate") {
                    .text(Self.side(place, of: $0).clip($0).id)
                },
                Column(name: "model_\(place)", kind: .text, meaning: "the generator") {
                    .text(Self.side(place, of: $0).clip($0).modelHash)
                },
                Column(name: "label_\(place)", kind: .real, meaning: "1 for the winner") {
                    .real(Self.side(place, of: $0) == .winner ? 1 : 0)
                },
            ]
        }
        let pair = [
            Column(name: "caption", kind: .text, meaning: "the prompt") { .text($0.prompt.text) },
            Column(name: "ranking_id", kind: .text, meaning: "the pair") { .text($0.id) },
        ]
        let whole = Column.all(of: header).filter { $0.name == "margin" || $0.name == "weight" }
        fields = media + ParquetField.columns(pair + ids + whole)
        self.rowGroupBytes = rowGroupBytes
    }

    /// Which side stands at a place: by a hash of the pair, so that places say nothing.
    static func side(_ place: Int, of row: PairRow) -> Side {
        let first = SHA256.hash(data: Array(row.id.utf8)).first { _ in true } ?? 0
        return (Int(first) + place).isMultiple(of: 2) ? .winner : .loser
    }

    func path(split: String, number: Int) -> String {
        "data/\(split)-\(fiveDigits(number)).parquet"
    }

    func write(_ rows: [SizedRow], to output: OutputFile) throws -> FileRecord {
        let file = try ParquetFile(output, fields: fields)
        var start = 0
        var bytes: Int64 = 0
        for index in rows.indices {
            if bytes + rows[index].bytes > rowGroupBytes, index > start {
                try file.write(rows[start..<index])
                start = index
                bytes = 0
            }
            bytes += rows[index].bytes
        }
        try file.write(rows[start...])
        return try file.finish()
    }
}

/// Tar shards for WebDataset: a member for each file of a pair, its values as JSON, its prompt.
struct WebDatasetLayout: ShardLayout {
    let columns: [Column]
    let media: [MediaColumn]

    init(_ header: ExportHeader) {
        columns = Column.all(of: header)
        media = header.media
    }

    func path(split: String, number: Int) -> String { "data/\(split)-\(fiveDigits(number)).tar" }

    func write(_ rows: [SizedRow], to output: OutputFile) throws -> FileRecord {
        let archive = TarArchive(output)
        for row in rows {
            // The reader ends a key at its first dot, and ids may have dots: the ordinal has none.
            let digits = "\(row.row.ordinal)"
            let key = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
            for (side, other) in [(Side.winner, "json"), (Side.loser, "txt")] {
                // Sorted by name: chosen, json, rejected, txt.
                let files = zip(media.map(\.fileExtension), row.files(side))
                for (ending, file) in files.sorted(by: { $0.0 < $1.0 }) {
                    try archive.write("\(key).\(side.name).\(ending)", file)
                }
                let text = side == .winner ? columns.json(of: row.row) : row.row.prompt.text
                try archive.write("\(key).\(other)", Array(text.utf8))
            }
        }
        try archive.end()
        return try output.finish()
    }
}

/// Shards for MosaicML Streaming: a folder for each split with an index.
struct MDSLayout: ShardLayout {
    private let shard: MDSShard

    init(_ header: ExportHeader, sizeLimit: Int64) {
        let columns = Column.all(of: header)
        var fields: [MDSShard.Field] = [
            .init(name: "pair_id", content: .text { $0.row.id }),
            .init(name: "prompt", content: .text { $0.row.prompt.text }),
            .init(name: "margin", content: .real { $0.row.margin }),
            .init(name: "weight", content: .real { $0.row.weight }),
            .init(name: "meta", content: .json { columns.json(of: $0.row) }),
        ]
        for (index, medium) in header.media.enumerated() {
            for side in Side.allCases {
                fields.append(
                    .init(
                        name: "\(side.name).\(medium.fileExtension)",
                        content: .file { $0.files(side)[index] }))
            }
        }
        shard = MDSShard(fields: fields, sizeLimit: sizeLimit)
    }

    func path(split: String, number: Int) -> String {
        "\(split)/shard.\(fiveDigits(number)).mds"
    }

    func write(_ rows: [SizedRow], to output: OutputFile) throws -> FileRecord {
        try shard.write(rows, to: output)
        return try output.finish()
    }

    func index(split: String, shards: [ShardRecord]) -> (path: String, text: String)? {
        ("\(split)/index.json", shard.index(of: shards))
    }
}

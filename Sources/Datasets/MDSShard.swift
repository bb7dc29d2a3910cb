/// Writes a shard of MosaicML Streaming and the index beside the shards.
///
/// Source: mosaicml/streaming, `base/format/mds/writer.py`.
struct MDSShard {
    /// A column; columns are sorted by name.
    struct Field: Sendable {
        enum Content: Sendable {
            case text(@Sendable (SizedRow) -> String)
            case real(@Sendable (SizedRow) -> Double)
            /// Text of a JSON value.
            case json(@Sendable (SizedRow) -> String)
            case file(@Sendable (SizedRow) -> SizedFile)
        }

        var name: String
        var content: Content

        fileprivate var encoding: String {
            switch content {
            case .text: "str"
            case .real: "float64"
            case .json: "json"
            case .file: "bytes"
            }
        }

        fileprivate var fixedBytes: Int64? {
            if case .real = content { 8 } else { nil }
        }
    }

    private let fields: [Field]
    private let sizeLimit: Int64

    init(fields: [Field], sizeLimit: Int64) {
        self.fields = fields.sorted { $0.name < $1.name }
        self.sizeLimit = sizeLimit
    }

    /// Writes one shard; the caller finishes the file.
    func write(_ rows: [SizedRow], to output: OutputFile) throws {
        let description = Array(JSON.object(configuration).encoded(.spaced).utf8)
        var header: [UInt8] = []
        var offset = Int64(4 * (rows.count + 2) + description.count)
        header.appendLittleEndian(UInt32(rows.count))
        for row in rows {
            header.appendLittleEndian(try word(offset))
            offset += sizes(of: row).reduce(0) { $0 + $1.bytes + ($1.isFixed ? 0 : 4) }
        }
        header.appendLittleEndian(try word(offset))
        try output.write(header + description)
        for row in rows {
            var lengths: [UInt8] = []
            for size in sizes(of: row) where !size.isFixed {
                lengths.appendLittleEndian(try word(size.bytes))
            }
            try output.write(lengths)
            for field in fields { try write(field, of: row, to: output) }
        }
    }

    /// Returns the text of `index.json` for the shards of one split.
    func index(of shards: [ShardRecord]) -> String {
        let entries = shards.map { shard in
            let name = shard.file.path.split(separator: "/").last.map(String.init) ?? ""
            let raw: JSON = [
                "basename": .text(name), "bytes": .integer(shard.file.bytes),
                "hashes": ["sha256": .text(shard.file.sha256)],
            ]
            let members =
                configuration + [
                    (name: "raw_data", value: raw),
                    (name: "samples", value: JSON.integer(Int64(shard.pairs))),
                    (name: "zip_data", value: JSON.null),
                ]
            return JSON.object(members.sorted { $0.name < $1.name })
        }
        return (["shards": .list(entries), "version": .integer(2)] as JSON).encoded(.spaced)
    }

    /// What each shard says of itself, sorted by name.
    private var configuration: [(name: String, value: JSON)] {
        let sizes = fields.map { field in
            if let bytes = field.fixedBytes { JSON.integer(bytes) } else { JSON.null }
        }
        var members: [(name: String, value: JSON)] = []
        members.append(("column_encodings", .list(fields.map { .text($0.encoding) })))
        members.append(("column_names", .list(fields.map { .text($0.name) })))
        members.append(("column_sizes", .list(sizes)))
        members.append(("compression", .null))
        members.append(("format", "mds"))
        members.append(("hashes", .list(["sha256"])))
        members.append(("size_limit", .integer(sizeLimit)))
        members.append(("version", .integer(2)))
        return members
    }

    private func sizes(of row: SizedRow) -> [(bytes: Int64, isFixed: Bool)] {
        fields.map { field in
            switch field.content {
            case .text(let text), .json(let text): (Int64(text(row).utf8.count), false)
            case .real: (8, true)
            case .file(let file): (file(row).bytes, false)
            }
        }
    }

    private func write(_ field: Field, of row: SizedRow, to output: OutputFile) throws {
        switch field.content {
        case .text(let text), .json(let text): try output.write(text(row))
        case .file(let file): try output.write(file(row))
        case .real(let number):
            var bytes: [UInt8] = []
            bytes.appendLittleEndian(number(row).bitPattern)
            try output.write(bytes)
        }
    }

    private func word(_ value: Int64) throws -> UInt32 {
        guard let word = UInt32(exactly: value) else {
            throw ExportError(
                """
                a shard of MosaicML Streaming holds less than 4 GiB; choose smaller shards, or \
                webdataset when one pair alone is larger
                """)
        }
        return word
    }
}

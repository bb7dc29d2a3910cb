/// Writes a Parquet file row group by row group: version 1 data pages, no compression (media are
/// compressed already), dictionaries for repeated texts.
///
/// Source: the format's own specification, apache/parquet-format. Memory is that of the plain
/// values of one row group; media go straight from the artifact into the file.
final class ParquetFile {
    private let output: OutputFile
    private let fields: [ParquetField]
    private let metadata: [(key: String, value: String)]
    private var groups: [Group] = []

    private struct Group {
        var chunks: [Chunk]
        var rows: Int
    }

    private struct Chunk {
        var leaf: ParquetLeaf
        var start: Int64
        var dataStart: Int64
        var bytes: Int64 = 0
        var values: Int

        var hasDictionary: Bool { dataStart > start }
    }

    /// Begins a file.
    init(_ output: OutputFile, fields: [ParquetField]) throws {
        self.output = output
        self.fields = fields
        metadata = [ParquetField.hubMetadata(fields)]
        try output.write("PAR1")
    }

    /// Appends rows as one group.
    func write(_ rows: ArraySlice<SizedRow>) throws {
        guard !rows.isEmpty else { return }
        var group = Group(chunks: [], rows: rows.count)
        for field in fields {
            switch field.content {
            case .column(let column):
                let values = rows.map { column.value($0.row) }
                group.chunks.append(try write(values, leaf: field.leaves[0]))
            case .bytes(let file):
                group.chunks.append(try write(rows.map(file), leaf: field.leaves[0]))
            case .media(_, let file):
                let files = rows.map(file)
                group.chunks.append(try write(files, leaf: field.leaves[0]))
                let names = files.map { Column.Value.text($0.name) }
                group.chunks.append(try write(names, leaf: field.leaves[1]))
            }
        }
        groups.append(group)
    }

    /// Writes the footer and returns the finished file.
    func finish() throws -> FileRecord {
        let footer = self.footer()
        try output.write(footer)
        var end: [UInt8] = []
        end.appendLittleEndian(UInt32(footer.count))
        end += "PAR1".utf8
        try output.write(end)
        return try output.finish()
    }

    private func write(_ values: [Column.Value], leaf: ParquetLeaf) throws -> Chunk {
        let start = output.size
        let dictionary = TextDictionary(values)
        if let dictionary {
            let page = dictionary.page
            try output.write(
                PageHeader.dictionary(values: dictionary.entries, bytes: page.count))
            try output.write(page)
        }
        var chunk = Chunk(
            leaf: leaf, start: start, dataStart: output.size, values: values.count)
        var page = DefinitionLevels.encoded(values.map { $0 == .null ? 0 : leaf.levels })
        if let dictionary {
            page += dictionary.indices
        } else {
            for value in values { page.appendPlain(value) }
        }
        try output.write(
            PageHeader.data(
                values: values.count, bytes: page.count, encoding: dictionary == nil ? 0 : 8))
        try output.write(page)
        chunk.bytes = output.size - start
        return chunk
    }

    /// Writes each file as a page of its own, since only lengths are known beforehand.
    private func write(_ files: [SizedFile], leaf: ParquetLeaf) throws -> Chunk {
        let start = output.size
        for file in files {
            guard file.bytes < 1 << 31 - 64 else {
                throw ExportError(
                    """
                    \(file.file.path) has \(file.bytes) bytes, and Parquet takes 2 GiB at most; \
                    export as webdataset instead
                    """)
            }
            var page = DefinitionLevels.encoded([leaf.levels])
            page.appendLittleEndian(UInt32(file.bytes))
            try output.write(
                PageHeader.data(values: 1, bytes: page.count + Int(file.bytes), encoding: 0))
            try output.write(page)
            try output.write(file)
        }
        return Chunk(
            leaf: leaf, start: start, dataStart: start, bytes: output.size - start,
            values: files.count)
    }

    private func footer() -> [UInt8] {
        var file = ThriftCompact()
        file.field(1, Int32(1))
        file.field(2, each: schema) { element, node in
            if let leaf = node.leaf { element.field(1, leaf.type.physical) }
            if node.name != "schema" { element.field(3, Int32(1)) }
            element.field(4, node.name)
            if node.children > 0 { element.field(5, Int32(node.children)) }
            node.leaf?.type.describe(&element)
        }
        file.field(3, Int64(groups.reduce(0) { $0 + $1.rows }))
        file.field(4, each: groups) { group, values in
            group.field(1, each: values.chunks, Self.describe)
            group.field(2, values.chunks.reduce(Int64(0)) { $0 + $1.bytes })
            group.field(3, Int64(values.rows))
        }
        file.field(5, each: metadata) { entry, pair in
            entry.field(1, pair.key)
            entry.field(2, pair.value)
        }
        file.field(6, "duet")
        file.stop()
        return file.bytes
    }

    private static func describe(_ column: inout ThriftCompact, _ chunk: Chunk) {
        column.field(2, chunk.start)
        column.field(3) { description in
            description.field(1, chunk.leaf.type.physical)
            description.field(2, chunk.hasDictionary ? [0, 3, 8] : [0, 3] as [Int32])
            description.field(3, chunk.leaf.path)
            description.field(4, Int32(0))
            description.field(5, Int64(chunk.values))
            description.field(6, chunk.bytes)
            description.field(7, chunk.bytes)
            description.field(9, chunk.dataStart)
            if chunk.hasDictionary { description.field(11, chunk.start) }
        }
    }

    private struct Node {
        var name: String
        var children = 0
        var leaf: ParquetLeaf?
    }

    /// The tree of fields, depth first.
    private var schema: [Node] {
        var nodes = [Node(name: "schema", children: fields.count)]
        for field in fields {
            if case .media = field.content {
                nodes.append(Node(name: field.name, children: field.leaves.count))
            }
            for leaf in field.leaves {
                nodes.append(Node(name: leaf.path[leaf.path.count - 1], leaf: leaf))
            }
        }
        return nodes
    }
}

/// A top-level field of a Parquet file and where its values come from.
struct ParquetField: Sendable {
    enum Content: Sendable {
        /// A plain value of each pair.
        case column(Column)
        /// A file of one side with its name: `struct<bytes, path>`, as `datasets` keeps media.
        case media(MediaColumn, @Sendable (SizedRow) -> SizedFile)
        /// The bare bytes of a file of one side.
        case bytes(@Sendable (SizedRow) -> SizedFile)
    }

    let name: String
    let content: Content

    /// One for each plain column.
    static func columns(_ columns: [Column]) -> [ParquetField] {
        columns.map { ParquetField(name: $0.name, content: .column($0)) }
    }

    /// The leaves below the field, in the order of the file.
    var leaves: [ParquetLeaf] {
        switch content {
        case .column(let column):
            [ParquetLeaf(path: [name], type: column.kind.parquet, levels: 1)]
        case .media:
            [
                ParquetLeaf(path: [name, "bytes"], type: .bytes, levels: 2),
                ParquetLeaf(path: [name, "path"], type: .text, levels: 2),
            ]
        case .bytes: [ParquetLeaf(path: [name], type: .bytes, levels: 1)]
        }
    }

    /// The field as `datasets` names its type.
    var feature: JSON {
        switch content {
        case .column(let column): ["dtype": .text(column.kind.dtype), "_type": "Value"]
        case .bytes: ["dtype": "binary", "_type": "Value"]
        case .media(let medium, _):
            switch (medium.kind, medium.sampleRate) {
            case (.video, _): ["_type": "Video"]
            case (.audio, nil): ["_type": "Audio"]
            case (.audio, let rate?): ["sampling_rate": .integer(Int64(rate)), "_type": "Audio"]
            }
        }
    }

    /// What `datasets` reads the types of all columns from.
    static func hubMetadata(_ fields: [ParquetField]) -> (key: String, value: String) {
        let features = JSON.object(fields.map { (name: $0.name, value: $0.feature) })
        return ("huggingface", (["info": ["features": features]] as JSON).encoded(.spaced))
    }
}

/// A column of primitive values in a Parquet file; every level above it is optional.
struct ParquetLeaf: Sendable {
    /// Physical and logical type.
    enum LeafType: Sendable {
        case integer
        case real
        case bytes
        case text
    }

    var path: [String]
    var type: LeafType
    /// The definition level of a value that is there.
    var levels: Int
}

extension Column.Kind {
    var parquet: ParquetLeaf.LeafType {
        switch self {
        case .text: .text
        case .real: .real
        case .integer: .integer
        }
    }

    /// The type's name in `datasets`.
    var dtype: String {
        switch self {
        case .text: "string"
        case .real: "float64"
        case .integer: "int64"
        }
    }
}

extension ParquetLeaf.LeafType {
    /// Parquet's number for the physical type.
    var physical: Int32 {
        switch self {
        case .integer: 2
        case .real: 5
        case .bytes, .text: 6
        }
    }

    /// Writes the logical type into a schema element.
    func describe(_ element: inout ThriftCompact) {
        switch self {
        case .text:
            element.field(6, Int32(0))
            element.field(10) { logical in logical.field(1) { _ in } }
        case .integer, .real, .bytes: break
        }
    }
}

/// The types of an export's columns in the front matter of its card, for readers of the card alone
/// and for formats that do not say them: the Hub would guess from the first pairs.
struct CardFeatures {
    let header: ExportHeader
    let format: ExportFormat

    /// The lines below `features:`; nil for formats whose readers need none.
    var lines: [String]? {
        let columns = Column.all(of: header)
        switch format {
        case .parquet:
            return ParquetLayout(hub: header, rowGroupBytes: 1).fields.flatMap(Self.lines)
        case .pickAPic:
            return ParquetLayout(pickAPic: header, rowGroupBytes: 1).fields.flatMap(Self.lines)
        case .trl:
            let paths = Side.allCases.map(\.name) + sideColumns(besides: mainMedium)
            return (["prompt"] + paths).flatMap { Self.plain($0, "string") }
                + columns.filter { $0.name != "prompt" }.flatMap(Self.lines)
        case .webDataset:
            let values = columns.flatMap(Self.lines).map { "    \($0)" }
            return Self.plain("__key__", "string") + Self.plain("__url__", "string")
                + members(.winner) + ["  - name: json", "    struct:"] + values
                + members(.loser) + Self.plain("txt", "string")
        case .javisDiT, .videoDPO, .mds: return nil
        }
    }

    private var mainMedium: MediaColumn? {
        header.media.first { $0.kind == .video } ?? header.media.first
    }

    private func sideColumns(besides main: MediaColumn?) -> [String] {
        header.media.filter { $0 != main }.flatMap { medium in
            Side.allCases.map { "\($0.name)_\(medium.kind)" }
        }
    }

    private func members(_ side: Side) -> [String] {
        header.media.sorted { $0.fileExtension < $1.fileExtension }.flatMap {
            Self.medium("\(side.name).\($0.fileExtension)", $0)
        }
    }

    private static func lines(_ field: ParquetField) -> [String] {
        switch field.content {
        case .column(let column): lines(column)
        case .bytes: plain(field.name, "binary")
        case .media(let medium, _): Self.medium(field.name, medium)
        }
    }

    private static func lines(_ column: Column) -> [String] {
        plain(column.name, column.kind.dtype)
    }

    private static func plain(_ name: String, _ type: String) -> [String] {
        ["  - name: \(JSON.text(name).encoded())", "    dtype: \(type)"]
    }

    private static func medium(_ name: String, _ medium: MediaColumn) -> [String] {
        guard medium.kind == .audio, let rate = medium.sampleRate else {
            return plain(name, medium.kind.rawValue)
        }
        return [
            "  - name: \(JSON.text(name).encoded())", "    dtype:", "      audio:",
            "        sampling_rate: \(rate)",
        ]
    }
}

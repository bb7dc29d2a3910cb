/// One JSON object a line with the paths of the two clips, as TRL's preference datasets name them.
///
/// Source: TRL, `docs/source/dataset_formats.md`, explicit preference type.
struct TRLListing {
    private let header: ExportHeader
    private let main: Int
    private let paths: ListingPaths
    private let columns: [Column]

    init(_ header: ExportHeader, placement: MediaPlacement) {
        self.header = header
        // The film where there is one.
        main = header.media.firstIndex { $0.kind == .video } ?? 0
        paths = ListingPaths(placement: placement)
        columns = Column.all(of: header).filter { $0.name != "prompt" }
    }

    func files(split: String) -> [ListingFile] {
        [ListingFile(path: "\(split).jsonl") { row, _ in line(row) }]
    }

    private func line(_ row: SizedRow) -> String {
        var members = [(name: "prompt", value: JSON.text(row.row.prompt.text))]
        for side in Side.allCases {
            members.append(
                (name: side.name, value: .text(paths.path(of: row.files(side)[main]))))
        }
        for (index, medium) in header.media.enumerated() where index != main {
            for side in Side.allCases {
                let path = paths.path(of: row.files(side)[index])
                members.append((name: "\(side.name)_\(medium.kind)", value: .text(path)))
            }
        }
        members += columns.members(of: row.row)
        return JSON.object(members).encoded(.spaced) + "\n"
    }
}

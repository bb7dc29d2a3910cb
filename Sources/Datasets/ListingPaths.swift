/// How a listing spells where a medium lies.
struct ListingPaths: Sendable {
    let placement: MediaPlacement
    /// How many folders below the export's root the listing lies.
    var depth = 0

    func path(of file: SizedFile) -> String {
        switch placement {
        case .copied: String(repeating: "../", count: depth) + MediaStore.path(of: file)
        case .copiedBelow(let prefix): prefix + MediaStore.path(of: file)
        case .referenced: file.file.path
        }
    }
}

extension ExportHeader {
    /// The place of the film among the media; throws where a format needs one and there is none.
    func filmIndex(for format: ExportFormat) throws -> Int {
        guard let index = media.firstIndex(where: { $0.kind == .video }) else {
            throw ExportError(
                "\(format.rawValue) needs films; export a role of kind video, such as joint")
        }
        return index
    }

    /// The place of the sound among the media.
    var soundIndex: Int? { media.firstIndex { $0.kind == .audio } }
}

extension SizedFile {
    /// What a probe found in it; throws where a format cannot do without.
    func properties(for format: ExportFormat, of row: PairRow) throws -> MediaProperties {
        guard let properties = file.properties else {
            throw ExportError(
                """
                pair \(row.id): nothing is known of the picture and sound in \(file.path), which \
                \(format.rawValue) needs; probe it, or export as parquet or webdataset
                """)
        }
        return properties
    }
}

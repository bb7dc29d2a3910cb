/// `metadata.json` with the clips and `pair.json` with the pairs, a folder for each split.
///
/// Source: VideoDPO, its `TextVideoDPO` dataset. Winner and loser are places in the list of clips,
/// counted after clips shorter than a second have been skipped; so there must be none.
struct VideoDPOListing {
    private let film: Int
    private let paths: ListingPaths

    init(_ header: ExportHeader, placement: MediaPlacement) throws {
        film = try header.filmIndex(for: .videoDPO)
        paths = ListingPaths(placement: placement, depth: 1)
    }

    func files(split: String) -> [ListingFile] {
        [
            ListingFile(
                path: "\(split)/metadata.json", opening: "[\n", separator: ",\n", closing: "\n]\n"
            ) { row, _ in
                try Side.allCases.map { try clip(row, $0) }.joined(separator: ",\n")
            },
            ListingFile(
                path: "\(split)/pair.json", opening: "[\n", separator: ",\n", closing: "\n]\n"
            ) { row, index in
                let pair: JSON = [
                    "video1": .integer(Int64(2 * index)),
                    "video2": .integer(Int64(2 * index + 1)),
                    "frame_caption": .text(row.row.prompt.text),
                    "score": .number(Self.score(weight: row.row.weight)),
                    "pair_id": .text(row.row.id), "margin": .number(row.row.margin),
                ]
                return pair.encoded(.spaced)
            },
        ]
    }

    /// The score that VideoDPO turns into `weight`: it multiplies the loss by 0.72 / score.
    private static func score(weight: Double) -> Double { 0.72 / weight }

    private func clip(_ row: SizedRow, _ side: Side) throws -> String {
        let file = row.files(side)[film]
        let properties = try file.properties(for: .videoDPO, of: row.row)
        guard properties.seconds >= 1 else {
            throw ExportError(
                """
                pair \(row.row.id): \(file.file.path) plays \(properties.seconds) s, and \
                VideoDPO skips clips of less than 1 s and then mistakes one clip for another; \
                leave the pair out
                """)
        }
        let clip: JSON = [
            "basic": [
                "clip_path": .text(paths.path(of: file)),
                "clip_duration": .number(properties.seconds),
            ],
            "misc": ["frame_caption": .list([.text(row.row.prompt.text)])],
        ]
        return clip.encoded(.spaced)
    }
}

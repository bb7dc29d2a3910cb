/// The CSV that JavisDiT's training reads.
///
/// Source: JavisDiT, `tools/datasets/process_dpo.py`, for the columns, their order and how the
/// shapes of the two clips are reconciled.
struct JavisDiTListing {
    static let columns = [
        "path", "id", "relpath", "num_frames", "height", "width", "aspect_ratio", "fps",
        "resolution", "audio_path", "audio_id", "audio_fps", "text", "path_reject",
        "audio_path_reject",
    ]

    private let film: Int
    private let sound: Int?
    private let paths: ListingPaths

    init(_ header: ExportHeader, placement: MediaPlacement) throws {
        film = try header.filmIndex(for: .javisDiT)
        sound = header.soundIndex
        paths = ListingPaths(placement: placement)
    }

    func files(split: String) -> [ListingFile] {
        let header = Self.columns.joined(separator: ",") + "\n"
        return [ListingFile(path: "\(split).csv", opening: header) { row, _ in try line(row) }]
    }

    private func line(_ row: SizedRow) throws -> String {
        let (winner, loser) = (row.winner[film], row.loser[film])
        let kept = try winner.properties(for: .javisDiT, of: row.row)
        let other = try loser.properties(for: .javisDiT, of: row.row)
        // Both are cut to the shape of the smaller one.
        let size = kept.width * kept.height <= other.width * other.height ? kept : other
        guard size.width > 0, size.height > 0 else {
            throw ExportError("pair \(row.row.id): \(winner.file.path) is no film")
        }
        let values = [
            paths.path(of: winner), row.row.winner.id, MediaStore.path(of: winner),
            "\(min(kept.frames, other.frames))", "\(size.height)", "\(size.width)",
            "\(Double(size.height) / Double(size.width))", "\(kept.framesPerSecond)",
            "\(size.height * size.width)", paths.path(of: try audio(row, .winner)),
            row.row.winner.id, "\(try sampleRate(row))", row.row.prompt.text,
            paths.path(of: loser), paths.path(of: try audio(row, .loser)),
        ]
        return values.map(Self.quoted).joined(separator: ",") + "\n"
    }

    /// The file with the sound of a side: its own, or the film itself.
    private func audio(_ row: SizedRow, _ side: Side) throws -> SizedFile {
        if let sound { return row.files(side)[sound] }
        let file = row.files(side)[film]
        guard try file.properties(for: .javisDiT, of: row.row).sampleRate != nil else {
            throw ExportError(
                """
                pair \(row.row.id): \(file.file.path) has no sound in it, and JavisDiT reads the \
                sound from the film; export the audio role too, or leave the pair out
                """)
        }
        return file
    }

    private func sampleRate(_ row: SizedRow) throws -> Int {
        let file = try audio(row, .winner)
        return try file.properties(for: .javisDiT, of: row.row).sampleRate ?? 0
    }

    /// Quotes a value where it must be, as pandas does.
    private static func quoted(_ value: String) -> String {
        guard value.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return value }
        var text = "\""
        for scalar in value.unicodeScalars {
            if scalar == "\"" { text += "\"" }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}

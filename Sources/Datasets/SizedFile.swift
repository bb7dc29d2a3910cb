import Artifacts
import Crypto
import Foundation

/// An artifact whose length is known before it is read, as the headers of all shards need it.
struct SizedFile: Sendable {
    let file: MediaFile
    let bytes: Int64

    /// Finds an artifact.
    init(_ file: MediaFile) throws {
        guard let bytes = fileSize(file.path) else {
            throw ExportError(
                """
                the artifact \(file.path) is not there (\(lastError())); restore it or leave its \
                pair out
                """)
        }
        self.file = file
        self.bytes = bytes
    }

    /// The ending of its name, without the dot.
    var fileExtension: String { URL(filePath: file.path).pathExtension.lowercased() }

    /// The name that its content gives it.
    var name: String { "\(file.sha256).\(fileExtension)" }

    /// Hands out its bytes in blocks; throws when they are not those of its hash.
    func read(_ block: ([UInt8]) throws -> Void) throws {
        let handle = try FileHandle(forReadingFrom: URL(filePath: file.path))
        defer { try? handle.close() }
        var hash = SHA256()
        var count: Int64 = 0
        while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty {
            hash.update(data: data)
            count += Int64(data.count)
            try block([UInt8](data))
        }
        guard count == bytes, FileHash.hex(hash.finalize()) == file.sha256 else {
            throw ExportError(
                """
                the artifact \(file.path) does not hold the bytes of its hash \(file.sha256); \
                restore it or leave its pair out
                """)
        }
    }
}

/// A pair whose artifacts have been found.
struct SizedRow: Sendable {
    let row: PairRow
    /// The winner's files in the order of the header's media.
    let winner: [SizedFile]
    /// The loser's files in the same order.
    let loser: [SizedFile]

    /// The bytes of all its media.
    var bytes: Int64 { (winner + loser).reduce(0) { $0 + $1.bytes } }

    func files(_ side: Side) -> [SizedFile] { side == .winner ? winner : loser }

    /// Finds the media of a pair that the header names.
    init(_ row: PairRow, header: ExportHeader) throws {
        self.row = row
        winner = try Self.files(of: row.winner, in: row, header: header)
        loser = try Self.files(of: row.loser, in: row, header: header)
        try Self.check(row, header: header)
    }

    private static func files(
        of clip: Clip, in row: PairRow, header: ExportHeader
    ) throws -> [SizedFile] {
        try header.media.map { medium in
            guard let file = clip.media.first(where: { $0.role == medium.role }) else {
                throw ExportError(
                    """
                    pair \(row.id): candidate \(clip.id) has no \(medium.role) file; export only \
                    media that all clips have, or leave the pair out
                    """)
            }
            let sized = try SizedFile(file)
            guard sized.fileExtension == medium.fileExtension else {
                throw ExportError(
                    """
                    pair \(row.id): \(file.path) ends in .\(sized.fileExtension), and the \
                    \(medium.role) files of this export in .\(medium.fileExtension); convert \
                    it, or leave the pair out
                    """)
            }
            return sized
        }
    }

    private static func check(_ row: PairRow, header: ExportHeader) throws {
        for clip in [row.winner, row.loser] {
            guard clip.scores.count == header.metrics.count,
                clip.normalised.count == header.metrics.count,
                clip.totals.count == header.modalities.count
            else {
                throw ExportError(
                    """
                    pair \(row.id): candidate \(clip.id) does not have one score for each metric \
                    and one total for each modality of the header
                    """)
            }
        }
        guard row.margins.count == header.modalities.count else {
            throw ExportError("pair \(row.id) does not have one margin for each modality")
        }
        guard ([row.margin] + row.margins).allSatisfy(\.isFinite), row.weight > 0,
            row.weight.isFinite
        else {
            throw ExportError(
                """
                pair \(row.id) has margins \(row.margins) and weight \(row.weight); margins must \
                be finite and the weight above 0
                """)
        }
    }
}

import Foundation
import SamplePairs
import TemporaryFolders
import Testing

@testable import Datasets

// Both files were made by the formats' own Python writers: mosaicml-streaming 0.13.0 (MDSWriter,
// size_limit 1 << 20, hash sha256) and webdataset 1.0.2 (ShardWriter with mtime 0, mode 0444).

@Test func anMDSShardIsTheOneThatItsOwnWriterMakes() throws {
    let folder = try TemporaryFolder()
    let export = ExportFolder(root: folder.path, isWritten: true)
    let rows = try [
        goldenRow("a1", film: [1, 2, 3], margin: 0.5, in: folder),
        goldenRow("b22", film: [4], margin: -1.25, in: folder),
    ]
    let shard = MDSShard(
        fields: [
            .init(name: "pair_id", content: .text { $0.row.id }),
            .init(name: "chosen.mp4", content: .file { $0.winner[0] }),
            .init(name: "margin", content: .real { $0.row.margin }),
            .init(name: "meta", content: .json { "{\"x\": \($0.row.ordinal)}" }),
        ], sizeLimit: 1 << 20)
    let output = try OutputFile("shard.00000.mds", in: export)
    try shard.write(rows, to: output)
    let file = try output.finish()
    #expect(file.bytes == 335)
    #expect(file.sha256 == "bad5bda41f659b4ec8311ab1b3489b556de42e45d008f8b693dd8d555490b1c0")
    let index = shard.index(of: [ShardRecord(file: file, split: "", pairs: 2, key: "")])
    #expect(index.utf8.count == 463)
    #expect(
        SamplePairs.sha256(Array(index.utf8))
            == "53f05c2a94b8709d9e67cca93a8404b427dac11a0b97d915da085bb3df3408c6")
}

@Test func aTarShardIsTheOneThatWebDatasetsOwnWriterMakes() throws {
    let folder = try TemporaryFolder()
    let output = try OutputFile("a.tar", in: ExportFolder(root: folder.path, isWritten: true))
    let archive = TarArchive(output)
    let key = "000002_c3"
    let film: [UInt8] = [0, 0, 0, 0x18] + Array("ftypmp42".utf8)
    let values = "{\"prompt\": \"p \(key)\", \"pair_id\": \"\(key)\", \"margin\": 0.5}"
    for (name, content) in [
        ("chosen.mp4", film + Array(key.utf8)), ("chosen.wav", Array("RIFF".utf8)),
        ("json", Array(values.utf8)), ("rejected.mp4", film),
        ("rejected.wav", Array("RIFF".utf8)), ("txt", Array("p".utf8)),
    ] {
        try archive.write("\(key).\(name)", content)
    }
    try archive.end()
    let file = try output.finish()
    #expect(file.bytes == 10_240)
    #expect(file.sha256 == "6cd470da86afca1712dbcbccbb3f4fce46e0067bf13afe75328574ef907712ef")
}

private func goldenRow(
    _ id: String, film: [UInt8], margin: Double, in folder: borrowing TemporaryFolder
) throws -> SizedRow {
    let path = folder.file("\(id).mp4")
    try write(film, to: path)
    let file = MediaFile(role: "joint", path: path, sha256: SamplePairs.sha256(film))
    let clip = Clip(
        id: id, ordinal: 0, isGroundTruth: false, media: [file], scores: [], normalised: [],
        totals: [])
    var header = SamplePairs.header
    header.media = [MediaColumn(role: "joint", kind: .video, fileExtension: "mp4")]
    header.metrics = []
    header.modalities = []
    let row = PairRow(
        ordinal: id == "a1" ? 1 : 2, id: id, prompt: .init(id: id, text: "p"), winner: clip,
        loser: clip, margin: margin, margins: [])
    return try SizedRow(row, header: header)
}

import Datasets
import Foundation
import SamplePairs
import TemporaryFolders
import Testing

@Test(arguments: ExportFormat.allCases)
func anArtifactOfOtherBytesIsNeverExported(format: ExportFormat) throws {
    let rig = try Rig()
    let path = try rig.samples.row(3).loser.media[0].path
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    bytes[7] ^= 1
    try write(bytes, to: path)
    expect("does not hold the bytes of its hash", path) {
        try rig.export(rig.options(format, "out"))
    }
    #expect(!rig.folder.names(in: "out").contains("manifest.json"))
}

@Test func aMissingArtifactIsNamed() throws {
    let rig = try Rig()
    let path = try rig.samples.row(3).winner.media[1].path
    try FileManager.default.removeItem(atPath: path)
    expect("is not there", path) { try rig.export(rig.options(.parquet, "out")) }
}

@Test func pairsOutOfOrderAreRefused() throws {
    let rig = try Rig()
    expect("sort the pairs", "ordinal 17") {
        try rig.export(rig.options(.parquet, "out")) { $0.ordinal = min($0.ordinal, 17) }
    }
}

@Test func aClipWithoutAnExportedRoleIsNamed() throws {
    let rig = try Rig()
    expect("has no audio file", "candidate c5") {
        try rig.export(rig.options(.parquet, "out")) {
            if $0.loser.id == "c5" { $0.loser.media.removeLast() }
        }
    }
}

@Test func aFolderOfSomethingElseIsLeftAlone() throws {
    let rig = try Rig()
    try FileManager.default.createDirectory(
        atPath: rig.folder.file("out"), withIntermediateDirectories: true)
    try write(Array("mine".utf8), to: rig.folder.file("out/thesis.txt"))
    expect("holds thesis.txt", "choose an empty folder") {
        try rig.export(rig.options(.parquet, "out"))
    }
    #expect(rig.folder.names(in: "out") == ["thesis.txt"])
}

@Test func anExportOfAnotherFormatIsLeftAlone() throws {
    let rig = try Rig()
    try rig.export(rig.options(.parquet, "out"))
    let before = try rig.tree("out")
    expect("holds an export as parquet", "choose another folder") {
        try rig.export(rig.options(.mds, "out"))
    }
    #expect(try rig.tree("out") == before)
}

@Test func aSilentFilmIsRefusedWhereSoundIsReadFromIt() throws {
    let rig = try Rig()
    var header = SamplePairs.header
    header.media.removeLast()
    let options = rig.options(.javisDiT, "out")
    let exporter = try Exporter(header: header, options: options)
    let rows = rig.rows(5) { $0.winner.media[0].properties?.sampleRate = nil }
    expect("has no sound in it", "sample/7/v1.0") { _ = try exporter.export(rows) }
}

@Test func aClipThatVideoDPOWouldSkipIsRefused() throws {
    let rig = try Rig()
    expect("plays 0.9 s", "mistakes one clip for another") {
        try rig.export(rig.options(.videoDPO, "out")) {
            $0.loser.media[0].properties?.seconds = 0.9
        }
    }
}

@Test func columnsOfOneNameAreRefused() throws {
    var header = SamplePairs.header
    header.metrics[0].name = "total_video"
    expect("chosen_total_video", "rename") {
        _ = try Exporter(header: header, options: ExportOptions(format: .mds, folder: "/tmp/x"))
    }
}

/// Expects an error whose sentence has both texts.
private func expect(
    _ first: String, _ second: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
    } catch {
        let text = "\(error)".split(separator: "\n").joined(separator: " ")
        for part in [first, second] {
            #expect(text.contains(part), "\(text)", sourceLocation: sourceLocation)
        }
    }
}

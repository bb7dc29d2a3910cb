import Foundation
import Linux
import SamplePairs
import TemporaryFolders
import Testing

@testable import Datasets

/// What a tool says of an export.
private struct Opened: Decodable {
    var types: [String: String]
    var rows: [[String]]
}

/// What JavisDiT's training reads, in its order.
private let javisDiTColumns = [
    "path", "id", "relpath", "num_frames", "height", "width", "aspect_ratio", "fps", "resolution",
    "audio_path", "audio_id", "audio_fps", "text", "path_reject", "audio_path_reject",
]

/// What each tool takes some of the columns for.
private let expectedTypes: [ExportFormat: [String: String]] = [
    .parquet: [
        "chosen_video": "Video", "rejected_video": "Video", "chosen_audio": "Audio 16000",
        "rejected_audio": "Audio 16000", "prompt": "string", "margin": "float64",
        "round": "int64", "chosen_seed": "string", "rejected_visual_quality": "float64",
    ],
    .webDataset: [
        "chosen.mp4": "Video", "rejected.mp4": "Video", "chosen.wav": "Audio 16000",
        "rejected.wav": "Audio 16000", "json": "dict", "txt": "string",
    ],
    .pickAPic: ["caption": "string", "mp4_0": "binary", "mp4_1": "binary", "label_0": "float64"],
    .trl: ["prompt": "string", "chosen": "string", "rejected": "string", "margin": "float64"],
    .mds: ["chosen.mp4": "bytes", "pair_id": "str", "margin": "float64", "meta": "dict"],
    .videoDPO: [:],
    .javisDiT: Dictionary(
        uniqueKeysWithValues: javisDiTColumns.enumerated().map { ("\($0)", $1) }),
]

@Test(arguments: ExportFormat.allCases)
func theToolItIsForSeesTheTypesAndTheBytesOfTheArtifacts(format: ExportFormat) throws {
    let rig = try Rig()
    let options = rig.options(format, "out")
    try rig.export(options)
    let opened = try open(format.rawValue, rig)
    var expected: [[String]] = []
    for index in 0..<60 {
        let row = try rig.samples.row(index)
        let clips = [row.winner, row.loser]
        // VideoDPO has no place for sound beside the film.
        let roles = format == .videoDPO ? ["joint"] : ["joint", "audio"]
        expected.append(
            [options.splits.parts[options.splits.split(of: row.prompt)].name, row.prompt.text]
                + roles.flatMap { role in clips.map { hash(of: $0, role: role) } })
    }
    #expect(opened.rows == expected.sorted { $0.lexicographicallyPrecedes($1) })
    let types = try #require(expectedTypes[format])
    #expect(opened.types.filter { types[$0.key] != nil } == types)
    if format == .javisDiT { #expect(opened.types.count == javisDiTColumns.count) }
}

@Test func arrowReadsEveryValueOfThePairsExactly() throws {
    let rig = try Rig()
    let options = rig.options(.trl, "out")
    // Enough for several row groups, with and without dictionaries.
    try rig.export(options, pairs: 5000)
    let opened = try open("pairs", rig)
    let columns = Column.all(of: SamplePairs.header)
    #expect(Array(opened.rows[0].dropLast()) == columns.map(\.name))
    #expect(opened.rows.count == 5001)
    for index in 0..<5000 {
        let row = try rig.samples.row(index)
        let split = options.splits.parts[options.splits.split(of: row.prompt)].name
        let values = columns.map { spelled($0.value(row)) } + [split]
        guard opened.rows[index + 1] == values else {
            Issue.record("pair \(index): \(opened.rows[index + 1]) instead of \(values)")
            break
        }
    }
}

/// A value as the script spells it: numbers by their bits.
private func spelled(_ value: Column.Value) -> String {
    switch value {
    case .null: "null"
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .real(let number): "\(number.bitPattern)"
    }
}

@Test(arguments: ExportFormat.allCases)
func coreutilsFindsAllChecksumsRight(format: ExportFormat) throws {
    let rig = try Rig()
    try rig.export(rig.options(format, "out"))
    let check = try Tool.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], in: rig.folder.file("out"),
        temporary: rig.folder.path)
    #expect(check.ending == .exited(0), "\(check.output)\(check.error)")
    // All files but the list and the manifest, which names the list.
    #expect(check.output.split(separator: "\n").count == (try rig.tree("out").count) - 2)
}

@Test(arguments: ExportFormat.allCases)
func mlcroissantValidatesAndReadsTheDescription(format: ExportFormat) throws {
    let rig = try Rig()
    try rig.export(rig.options(format, "out"))
    let description = rig.folder.file("out/croissant.json")
    let validation = try Tool.python(
        ["mlcroissant", "validate", "--jsonld", description], temporary: rig.folder.path)
    #expect(validation.ending == .exited(0), "\(validation.error)")
    for word in ["rror", "arning"] {
        #expect(!(validation.output + validation.error).contains(word), "\(validation.error)")
    }
    guard format == .parquet else { return }  // The records are those of one file in all formats.
    let records = try Tool.python(
        [
            "mlcroissant", "load", "--jsonld", description, "--record_set", "pairs",
            "--num_records", "2",
        ], temporary: rig.folder.path)
    #expect(records.ending == .exited(0), "\(records.error)")
    #expect((records.output + records.error).contains("'pairs/pair_id': b'sample/7/v1.1'"))
}

private func open(_ format: String, _ rig: borrowing Rig) throws -> Opened {
    let script = "\(Tool.root)/Tests/DatasetsTests/open_export.py"
    let tool = try Tool.python(
        ["python", script, format, rig.folder.file("out")], temporary: rig.folder.path)
    #expect(tool.ending == .exited(0), "\(tool.error)")
    return try JSONDecoder().decode(Opened.self, from: Data(tool.output.utf8))
}

private func hash(of clip: Clip, role: String) -> String {
    clip.media.first { $0.role == role }?.sha256 ?? ""
}

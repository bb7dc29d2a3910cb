import Datasets
import Foundation
import SamplePairs
import TemporaryFolders
import Testing

@Test(arguments: ExportFormat.allCases)
func anUntouchedExportHasNoProblems(format: ExportFormat) throws {
    let rig = try Rig()
    let options = rig.options(format, "out")
    try rig.export(options)
    let verifier = ExportVerifier(folder: options.folder)
    #expect(try verifier.verify() == [])
    let before = try rig.tree("out")
    let problems = try verifier.compare(
        header: SamplePairs.header, options: options, rig.rows(60))
    #expect(problems == [])
    #expect(try rig.tree("out") == before)
}

@Test(arguments: ExportFormat.allCases)
func oneWrongByteInAnyFileIsFound(format: ExportFormat) throws {
    let rig = try Rig()
    try rig.export(rig.options(format, "out"), pairs: 10)
    let verifier = ExportVerifier(folder: rig.folder.file("out"))
    for path in try rig.tree("out").keys.sorted() where path != "manifest.json" {
        let whole = rig.folder.file("out/\(path)")
        let right = try contents(whole)
        var wrong = right
        wrong[wrong.count / 2] ^= 1
        try write(wrong, to: whole)
        #expect(try verifier.verify().contains { $0.path == path }, "\(path)")
        try write(right, to: whole)
    }
    #expect(try verifier.verify() == [])
}

@Test(arguments: ExportFormat.allCases)
func aMissingFileIsFound(format: ExportFormat) throws {
    let rig = try Rig()
    try rig.export(rig.options(format, "out"), pairs: 10)
    for path in try rig.tree("out").keys.sorted() where path != "manifest.json" {
        let whole = rig.folder.file("out/\(path)")
        let right = try contents(whole)
        try FileManager.default.removeItem(atPath: whole)
        let problems = try ExportVerifier(folder: rig.folder.file("out")).verify()
        #expect(problems.contains { $0.path == path }, "\(path)")
        try write(right, to: whole)
    }
}

@Test func otherPairsAreFoundByComparing() throws {
    let rig = try Rig()
    let options = rig.options(.webDataset, "out")
    try rig.export(options)
    let problems = try ExportVerifier(folder: options.folder).compare(
        header: SamplePairs.header, options: options,
        rig.rows(60) { if $0.ordinal == 17 { $0.margin += 1e-12 } })
    #expect(problems.contains { $0.path == "pairs.parquet" })
    #expect(problems.count { $0.path.hasSuffix(".tar") } == 1)
}

private func contents(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path)))
}

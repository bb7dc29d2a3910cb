import Datasets
import Foundation
import Linux
import SamplePairs
import Synchronization
import TemporaryFolders
import Testing

@Test(arguments: ExportFormat.allCases)
func exportingTwiceMakesTheSameBytes(format: ExportFormat) throws {
    let rig = try Rig()
    try rig.export(rig.options(format, "one"))
    try rig.export(rig.options(format, "two"))
    #expect(try rig.tree("one") == rig.tree("two"))
    // And again into the same folder.
    try rig.export(rig.options(format, "two"))
    #expect(try rig.tree("one") == rig.tree("two"))
}

@Test(arguments: ExportFormat.allCases)
func anExportThatGrowsIsTheSameAsOneMadeAtOnce(format: ExportFormat) throws {
    let rig = try Rig()
    try rig.export(rig.options(format, "grown"), pairs: 30)
    let written = Mutex<[String: Bool]>([:])
    var options = rig.options(format, "grown")
    options.onFile = { file in written.withLock { $0[file.path] = file.wasThere } }
    try rig.export(options, pairs: 60)
    try rig.export(rig.options(format, "at once"), pairs: 60)
    #expect(try rig.tree("grown") == rig.tree("at once"))
    if let first = format.firstShard {
        // A full shard is not written again.
        #expect(written.withLock { $0[first] } == true)
    }
}

@Test(arguments: ExportFormat.allCases)
func whatAnExportNoLongerHoldsIsRemoved(format: ExportFormat) throws {
    let rig = try Rig()
    try rig.export(rig.options(format, "shrunk"))
    var options = rig.options(format, "shrunk")
    options.filters = [.minimumMargin(1), .winner(isGroundTruth: false)]
    let manifest = try rig.export(options)
    options.folder = rig.folder.file("at once")
    try rig.export(options)
    #expect(try rig.tree("shrunk") == rig.tree("at once"))
    let kept = try (0..<60).map(rig.samples.row).filter {
        $0.margin >= 1 && !$0.winner.isGroundTruth
    }
    #expect(manifest.counts.pairs == kept.count)
    #expect(manifest.counts.filteredOut == 60 - kept.count)
    #expect(manifest.filters == ["margin >= 1.0", "winner is generated"])
}

@Test(arguments: ExportFormat.allCases)
func aSplitThatIsNoMoreLeavesNothing(format: ExportFormat) throws {
    let rig = try Rig()
    try rig.export(rig.options(format, "out"))
    var options = rig.options(format, "out")
    options.splits = .all
    try rig.export(options)
    #expect(!rig.folder.names(in: "out").contains { $0.hasPrefix("test") || $0.contains("/test") })
    #expect(try ExportVerifier(folder: options.folder).verify() == [])
}

@Test func twoExportsIntoOneFolderDoNotMix() throws {
    let rig = try Rig()
    let other = rig.options(.parquet, "out")
    let rows = rig.rows(10)
    let exporter = try Exporter(header: SamplePairs.header, options: other)
    #expect(throws: ExportError.self) {
        _ = try exporter.export {
            _ = try exporter.export { nil }
            return try rows()
        }
    }
}

@Test(arguments: ExportFormat.allCases)
func anExportKilledAtAnyPairIsCompletedByTheNextRun(format: ExportFormat) throws {
    let rig = try Rig()
    for pair in [0, 1, 100, 199] {
        let killed = try run(format, rig, "killed", more: ["die-at=\(pair)"])
        #expect(killed.ending == .signalled(SIGKILL), "\(killed.error)")
        #expect(!rig.folder.names(in: "killed").contains("manifest.json"))
        #expect(throws: ExportError.self) {
            try ExportVerifier(folder: rig.folder.file("killed")).verify()
        }
    }
    let last = try run(format, rig, "killed")
    #expect(last.ending == .exited(0), "\(last.error)")
    _ = try run(format, rig, "whole")
    #expect(try rig.tree("killed") == rig.tree("whole"))
}

@Test(arguments: ExportFormat.allCases)
func whatAKilledExportLeftIsGoneAfterAnother(format: ExportFormat) throws {
    let rig = try Rig()
    _ = try run(format, rig, "killed", more: ["die-at=150"])
    let part = rig.folder.file("killed/README.md.partial")
    try write(Array("half a".utf8), to: part)
    try rig.export(rig.options(format, "killed"), pairs: 8)
    try rig.export(rig.options(format, "at once"), pairs: 8)
    #expect(try rig.tree("killed") == rig.tree("at once"))
}

/// What was written before the machine went down may be of the right length and hold nothing.
@Test func mediaFromBeforeAnotherStartOfTheMachineAreRead() throws {
    let rig = try Rig()
    _ = try run(.trl, rig, "killed", more: ["die-at=150"])
    let medium = try #require(
        rig.folder.names(in: "killed/media").first { $0.hasSuffix(".mp4") })
    let path = rig.folder.file("killed/media/\(medium)")
    let length = try #require(FileManager.default.contents(atPath: path)).count
    try write([UInt8](repeating: 0, count: length), to: path)
    let journal = rig.folder.file("killed/export.journal")
    let records = try text(ofFile: journal).split(separator: "\n").dropFirst()
    let earlier = ["trl another-start"] + records.map(String.init)
    try write(Array((earlier.joined(separator: "\n") + "\n").utf8), to: journal)
    _ = try run(.trl, rig, "killed")
    #expect(try ExportVerifier(folder: rig.folder.file("killed")).verify() == [])
}

@Test func anExportKilledFromOutsideAgainAndAgainIsCompleted() throws {
    let rig = try Rig()
    var kills = 0
    var ending = Ending.signalled(SIGKILL)
    while ending == .signalled(SIGKILL) {
        ending = try runAndKill(rig, afterShards: 3)
        if ending == .signalled(SIGKILL) { kills += 1 }
    }
    #expect(ending == .exited(0))
    #expect(kills > 3)
    _ = try run(.parquet, rig, "whole")
    #expect(try rig.tree("killed") == rig.tree("whole"))
}

/// Runs an export as a process, and kills it once it has written some shards of its own.
private func runAndKill(_ rig: borrowing Rig, afterShards shards: Int) throws -> Ending {
    let before = rig.folder.names(in: "killed/data").filter { $0.hasSuffix(".parquet") }.count
    var request = request(.parquet, rig, "killed")
    request.output = .pipe
    var child = try ChildProcess.spawn(request)
    var lines = 0
    var chunk = [UInt8](repeating: 0, count: 4096)
    while lines < before + shards {
        switch try child.readOutput(into: &chunk) {
        case .bytes(let count): lines += chunk[..<count].count { $0 == UInt8(ascii: "\n") }
        case .wouldBlock:
            let descriptors = [child.outputDescriptor].compactMap { $0 }
            _ = try Interest.wait(
                for: descriptors.map { Interest($0, .reading) },
                until: Clock.monotonic + 60_000_000_000)
        case .end: return child.wait()
        }
    }
    child.signal(SIGKILL)
    return child.wait()
}

private func request(
    _ format: ExportFormat, _ rig: borrowing Rig, _ name: String
) -> SpawnRequest {
    SpawnRequest(
        command: [
            ProgramFolder.path + "/export-pairs", "format=\(format.rawValue)",
            "folder=\(rig.folder.file(name))", "artifacts=\(rig.samples.artifacts)", "pairs=200",
            "clips=20", "shard=60000",
        ], environment: ProcessInfo.processInfo.environment)
}

private func run(
    _ format: ExportFormat, _ rig: borrowing Rig, _ name: String, more: [String] = []
) throws -> Tool {
    try Tool.run(
        request(format, rig, name).command + more, temporary: rig.folder.path)
}

/// Where the build puts its programs: beside this test bundle.
private enum ProgramFolder {
    static let path: String = {
        let bundle =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
        return URL(filePath: bundle).deletingLastPathComponent().path
    }()
}

extension ExportFormat {
    /// The first shard of a layout that has shards.
    fileprivate var firstShard: String? {
        switch self {
        case .parquet, .pickAPic: "data/train-00000.parquet"
        case .webDataset: "data/train-00000.tar"
        case .mds: "train/shard.00000.mds"
        case .javisDiT, .trl, .videoDPO: nil
        }
    }
}

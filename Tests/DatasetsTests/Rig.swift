import Datasets
import Foundation
import SamplePairs
import TemporaryFolders

/// Sample pairs with their artifacts, and exports of them, in a folder of one test.
struct Rig: ~Copyable {
    let folder: TemporaryFolder
    let samples: SamplePairs

    init(clips: Int = 20) throws {
        let folder = try TemporaryFolder()
        let samples = SamplePairs(artifacts: folder.file("artifacts"), clips: clips)
        try samples.write()
        self.samples = samples
        self.folder = folder
    }

    /// Options with shards so small that there are several.
    func options(_ format: ExportFormat, _ name: String) -> ExportOptions {
        var options = ExportOptions(format: format, folder: folder.file(name))
        options.splits = SplitRule(
            parts: [.init(name: "train", fraction: 0.8), .init(name: "test", fraction: 0.2)])
        options.shardBytes = 60_000
        options.rowGroupBytes = 20_000
        return options
    }

    /// Exports the first pairs and returns the manifest.
    @discardableResult
    func export(
        _ options: ExportOptions, pairs: Int = 60,
        changing change: @escaping (inout PairRow) -> Void = { _ in }
    ) throws -> ExportManifest {
        try Exporter(header: SamplePairs.header, options: options)
            .export(rows(pairs, changing: change))
    }

    /// Hands out the first pairs.
    func rows(
        _ pairs: Int, changing change: @escaping (inout PairRow) -> Void = { _ in }
    ) -> () throws -> PairRow? {
        var index = 0
        let samples = samples
        return {
            guard index < pairs else { return nil }
            defer { index += 1 }
            var row = try samples.row(index)
            change(&row)
            return row
        }
    }

    /// Every file of an export with the hash of its bytes.
    func tree(_ name: String) throws -> [String: String] {
        var files: [String: String] = [:]
        for path in folder.names(in: name) {
            let whole = folder.file("\(name)/\(path)")
            guard let bytes = FileManager.default.contents(atPath: whole) else { continue }
            files[path] = SamplePairs.sha256([UInt8](bytes))
        }
        return files
    }
}

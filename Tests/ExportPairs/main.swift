// Exports sample pairs, for tests that kill an export and for measuring one:
//
//     export-pairs format=parquet folder=out artifacts=in pairs=1000 clips=40 [film=3000]
//         [shard=20000] [die-at=250]
//
// Prints the path of each file that is in place, and what the run took.
import Datasets
import Foundation
import Linux
import SamplePairs

let settings = Dictionary(
    CommandLine.arguments.dropFirst().map { argument in
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
    }
) { $1 }
@MainActor func number(_ name: String, _ value: Int) -> Int {
    settings[name].flatMap { Int($0) } ?? value
}

let pairs = number("pairs", 1000)
let samples = SamplePairs(
    artifacts: settings["artifacts"] ?? "artifacts", clips: number("clips", 40),
    filmBytes: number("film", 3000))
if !FileManager.default.fileExists(atPath: samples.artifacts) { try samples.write() }

var options = ExportOptions(
    format: ExportFormat(rawValue: settings["format"] ?? "") ?? .parquet,
    folder: settings["folder"] ?? "out")
options.shardBytes = Int64(number("shard", 500_000_000))
options.splits = SplitRule(
    parts: [.init(name: "train", fraction: 0.9), .init(name: "test", fraction: 0.1)])
options.onFile = { file in
    // Standard output is buffered when it is a pipe, and somebody waits for this line.
    try? FileHandle.standardOutput.write(contentsOf: Data("\(file.path)\n".utf8))
}

let death = number("die-at", -1)
var index = 0
let start = Clock.monotonic
let manifest = try Exporter(header: SamplePairs.header, options: options).export {
    if index == death { kill(getpid(), SIGKILL) }
    guard index < pairs else { return nil }
    defer { index += 1 }
    return try samples.row(index)
}
let seconds = Double(Clock.monotonic - start) / 1e9
let peak = try ProcessUsage.memory().peakMiB
FileHandle.standardError.write(
    Data(
        """
        \(manifest.counts.pairs) pairs in \(seconds) s: \(Int(Double(pairs) / seconds)) pairs/s, \
        peak memory \(peak) MiB

        """.utf8))

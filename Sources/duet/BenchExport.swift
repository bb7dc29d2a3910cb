import ArgumentParser
import Artifacts
import Campaigns
import Console
import Datasets
import Foundation
import Linux
import Postgres
import Wire

struct BenchExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Export pairs from stored artifacts: rate and peak memory of the exporter.",
        usage: "duet bench export [<options>]",
        discussion: """
            A campaign of instant candidates is ranked, its candidates are given clips of random \
            bytes, and `duet pairs export` runs as a process of its own. Memory that does not grow \
            with --pairs is the same for 10 000 and for 100 000.

            EXAMPLES
              duet bench export --pairs 100000 -o json
              duet bench export --pairs 10000 --format webdataset --clip 200kB
            """)

    @Option(help: "Pairs to export; each is two clips.")
    var pairs = 100_000

    @Option(help: "The layout of the files.")
    var format = ExportFormat.parquet

    @Option(help: "The size of a clip.")
    var clip = "16kB"

    @Option(help: "Different clips, which candidates share.")
    var clips = 1000

    @Option(help: "The campaign whose shape it has.")
    var campaign = "Jobs/replay/campaign.yaml"

    @Option(name: .shortAndLong, help: "How to print: table or json.")
    var output = OutputFormat.table

    func run() throws {
        guard let bytes = Quantity.bytes(clip), bytes > 0, clips > 0 else {
            throw Failure.usage("--clip \(clip), --clips \(clips): write for example 16kB and 1000")
        }
        var (campaign, prompts) = try replayCampaign(campaign, prompts: pairs)
        // Two candidates and one scorer: what is measured begins after the ranking.
        campaign.generate.numSamples = 2
        campaign.generate.includeReference = false
        let scorer = campaign.score.rewards[0].scorer
        campaign.score.rewards = campaign.score.rewards.filter { $0.scorer == scorer }
        campaign.rank.select = .bestWorst
        var result = BenchResult(bench: "export")
        try withBenchStack(workers: 2, slots: 4) { stack in
            _ = try measureReplay(campaign, prompts, on: stack)
            try giveClips(bytes: Int(bytes), on: stack)
            result = try export(campaign.name, on: stack)
        }
        try result.show(output)
    }

    /// Stores clips of random bytes as artifacts and names them in the candidates' rows.
    private func giveClips(bytes: Int, on stack: borrowing Stack) throws {
        let artifacts = ArtifactFolder(root: "\(stack.folder)/artifacts")
        let file = "\(stack.folder)/clip.mp4"
        var random = SystemRandomNumberGenerator()
        var stored: [ArtifactFolder.Stored] = []
        for _ in 0..<clips {
            let content = (0..<bytes / 8 + 1).flatMap { _ in
                withUnsafeBytes(of: random.next()) { Array($0) }
            }
            try Data(content.prefix(bytes)).write(to: URL(filePath: file))
            stored.append(try artifacts.store(file))
        }
        var connection = try Connection(stack.database)
        try connection.execute(
            """
            update candidates set media = jsonb_build_array(jsonb_build_object(
                    'role', 'joint', 'sha256', clip.hash, 'path', clip.path))
                from unnest(\(stored.map(\.sha256)), \(stored.map(\.path)))
                    with ordinality as clip (hash, path, number)
                where clip.number = candidates.id % \(Int64(clips)) + 1
            """)
    }

    private func export(_ name: String, on stack: borrowing Stack) throws -> BenchResult {
        let report = "\(stack.folder)/report.json"
        var environment = ProcessInfo.processInfo.environment
        environment["DUET_COORDINATOR"] = stack.endpoints.coordinator
        var request = SpawnRequest(
            command: [
                "/proc/self/exe", "pairs", "export", name, "\(stack.folder)/dataset", "--format",
                format.rawValue, "-o", "json",
            ], environment: environment)
        request.output = .file(report)
        var process = try ChildProcess.spawn(request)
        while process.poll() == nil {
            let ends = [process.endDescriptor].compactMap(\.self)
            _ = try Interest.wait(
                for: ends.map { Interest($0, .reading) }, until: Clock.monotonic + 1_000_000_000)
        }
        let found = try Value(json: try Data(contentsOf: URL(filePath: report)))
        var result = BenchResult(bench: "export")
        result.format = format.rawValue
        result.pairs = found["pairs"].integer.map { Int($0) }
        result.bytes = found["bytes"].integer
        result.seconds = found["seconds"].number
        result.pairsPerSecond = found["pairs_per_second"].number
        result.exporterPeakMb = found["peak_mb"].integer.map { Int($0) }
        guard result.pairs != nil else { throw Failure.work("the export did not end well") }
        var client = try Client(stack.endpoints.coordinator)
        let status = try decodeAnswer(Answers.Status.self, from: try client.query(.status))
        result.coordinatorPeakMb = status.peakMb
        return result
    }
}

import EngineHost
import Engines
import Evaluations
import Foundation
import Media
import TemporaryFolders
import Tensors
import Testing
import Worlds

/// `evaluate` tasks in the engine that is built in, with the rewards that ship.
@Suite struct EvaluateEngineTests {
    /// Folders as a coordinator's artifacts are: lists beside the folders that clips lie in.
    private final class World {
        let folder: TemporaryFolder
        var engine: EvaluateEngine

        init() throws {
            folder = try TemporaryFolder()
            let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
            engine = EvaluateEngine(RewardShelf("/\(root)/Jobs/bounce/models"))
            for name in ["clips", "lists", "out"] {
                try FileManager.default.createDirectory(
                    atPath: folder.file(name), withIntermediateDirectories: true)
            }
        }

        /// Draws clips and lists them; the last one may have no sound.
        func list(
            _ name: String, _ prompts: Range<Int>, lastIsMute: Bool = false
        ) throws -> String {
            var lines: [String] = []
            for index in prompts {
                var clip = BounceScene(BouncePrompt.all[index * 7], seed: 3)
                    .clip(size: BounceView.size, rate: try #require(Rate(8)))
                if lastIsMute, index == prompts.last { clip.audio = nil }
                try clip.write(folder.file("clips/\(name)\(index).mkv"), .mkv)
                lines.append(
                    #"{"prompt": "p", "ordinal": 0, "media": [{"role": "joint", "sha256": "", "#
                        + #""path": "../clips/\#(name)\#(index).mkv"}]}"#)
            }
            let path = folder.file("lists/\(name).jsonl")
            try write((lines.joined(separator: "\n") + "\n").utf8, to: path)
            return path
        }

        func run(_ params: String, threads: Int = 2) throws -> DistanceReport {
            let line = """
                {"task": "t", "attempt": 1, "kind": "evaluate", "name": "bounce-learned",
                 "seed": "0", "ordinal": 0, "folder": "\(folder.file("out"))", "params": \(params)}
                """
            let task = try JSONDecoder().decode(EngineTask.self, from: Data(line.utf8))
            let answer = try Team.with(threads: threads) {
                try engine.run(task, progress: { _, _ in })
            }
            guard case .media(let media) = answer, media.map(\.role) == [.report] else {
                throw EngineFault("\(answer) is no report")
            }
            return try JSONDecoder().decode(
                DistanceReport.self, from: Data(contentsOf: URL(filePath: media[0].path)))
        }
    }

    @Test func clipsAreMeasuredAgainstGroundTruthOnAnyNumberOfThreads() throws {
        let world = try World()
        let truth = try world.list("truth", 0..<9)
        let same = try world.list("same", 20..<28, lastIsMute: true)
        let report = try world.run(#"{"clips": "\#(same)", "references": "\#(truth)"}"#)
        let alone = try world.run(
            #"{"clips": "\#(same)", "references": "\#(truth)"}"#, threads: 1)
        #expect(report == alone)
        #expect(report.clips.count == 8 && report.references.count == 9)
        #expect(report.embedder == "bounce-learned" && report.version.count == 64)
        #expect(report.modalities.map(\.name) == ["audio", "video"])
        #expect(report.modalities.map(\.width) == [64, 64])
        // The mute clip counts for the video alone.
        #expect(report.modalities.map(\.clips) == [7, 8])
        let itself = try world.run(#"{"clips": "\#(truth)", "references": "\#(truth)"}"#)
        for (near, far) in zip(itself.modalities, report.modalities) {
            #expect(abs(near.frechet) < 1e-5 && far.frechet > 0.1)
            #expect(near.kernel.value < 0 && far.kernel.value > near.kernel.value)
        }
    }

    @Test func wrongTasksAreRefused() throws {
        let world = try World()
        #expect(world.engine.provides.map(\.name) == ["bounce-learned"])
        let one = try world.list("one", 0..<1)
        for params in [
            "{}", #"{"clips": "\#(one)"}"#, #"{"clips": "one", "references": "\#(one)"}"#,
            #"{"clips": "\#(one)", "references": "\#(one)", "more": 1}"#,
            // A single clip has no spread.
            #"{"clips": "\#(one)", "references": "\#(one)"}"#,
            #"{"clips": "\#(one)", "references": "/nowhere.jsonl"}"#,
        ] {
            #expect(throws: EngineFault.self, "\(params)") { try world.run(params) }
        }
    }
}

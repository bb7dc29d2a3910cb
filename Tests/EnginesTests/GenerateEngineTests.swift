import EngineHost
import Engines
import Foundation
import Generation
import Media
import TemporaryFolders
import Testing
import ToyModels

@Suite struct GenerateEngineTests {
    private func engine(_ folder: borrowing TemporaryFolder) throws -> GenerateEngine {
        try ToyModel.write(folder.file("models/toy"))
        return GenerateEngine(ModelShelf(folder.file("models")))
    }

    /// A `run` line as the worker writes it.
    private func task(
        _ kind: String, in folder: String, seed: UInt64 = 7, params: String = "{}",
        truth: String = "null"
    ) throws -> EngineTask {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let line = """
            {"type": "run", "task": "t", "attempt": 1, "kind": "\(kind)", "name": "toy",
             "prompt": {"id": "p", "text": "\(ToyModel.prompt)", "ground_truth": \(truth)},
             "seed": "\(seed)", "ordinal": 0, "params": \(params), "folder": "\(folder)"}
            """
        return try JSONDecoder().decode(EngineTask.self, from: Data(line.utf8))
    }

    private func files(_ answer: EngineAnswer) throws -> [(role: String, content: Data)] {
        guard case .media(let media) = answer else { return [] }
        return try media.map {
            ($0.role.rawValue, try Data(contentsOf: URL(filePath: $0.path)))
        }
    }

    @Test func theSameTaskGivesTheSameFilesAfterAnyOther() throws {
        let folder = try TemporaryFolder()
        var engine = try engine(folder)
        func run(_ name: String, seed: UInt64) throws -> [(role: String, content: Data)] {
            try files(
                engine.run(task("generate", in: folder.file(name), seed: seed)) { _, _ in })
        }
        let first = try run("a", seed: 7)
        let other = try run("b", seed: 8)
        let again = try run("c", seed: 7)
        #expect(first.map(\.role) == ["joint", "latents"])
        #expect(first.map(\.content) == again.map(\.content))
        #expect(zip(first, other).allSatisfy { $0.content != $1.content })
    }

    @Test func unloadingForgetsNothingThatMatters() throws {
        let folder = try TemporaryFolder()
        var engine = try engine(folder)
        try engine.load("toy")
        let first = try files(engine.run(task("generate", in: folder.file("a"))) { _, _ in })
        engine.unload("toy")
        let again = try files(engine.run(task("generate", in: folder.file("b"))) { _, _ in })
        #expect(first.map(\.content) == again.map(\.content))
    }

    @Test func aGroundTruthComesAtTheModelsRateAndSize() throws {
        let folder = try TemporaryFolder()
        var engine = try engine(folder)
        try ToyModel.writeClip(folder.file("clip.mkv"), seconds: 3)
        let truth = #"{"video": "\#(folder.file("clip.mkv"))"}"#
        let task = try task("ingest", in: folder.file("out"), truth: truth)
        let answer = try engine.run(task, progress: { _, _ in })
        guard case .media(let media) = answer else {
            Issue.record("\(answer) is no media")
            return
        }
        #expect(media.map(\.role) == [.joint, .latents])
        let clip = try MediaClip.read(media[0].path)
        #expect(clip.video?.count == 16 && clip.video?.rate == Rate(8))
        #expect(clip.video?.size == PictureSize(width: 16, height: 32))
        #expect(clip.audio?.count == 32000 && clip.audio?.sampleRate == 16000)
    }

    @Test(arguments: [
        (1.2, true, " s and the model's clips 2.0 s; give a longer clip"),
        (2.0, false, "it has no sound, and a joint model needs pictures and sound"),
    ])
    func aGroundTruthThatDoesNotServeIsRefused(
        _ seconds: Double, _ hasSound: Bool, _ words: String
    ) throws {
        let folder = try TemporaryFolder()
        var engine = try engine(folder)
        try ToyModel.writeClip(folder.file("clip.mkv"), seconds: seconds, hasSound: hasSound)
        let truth = #"{"video": "\#(folder.file("clip.mkv"))"}"#
        let task = try task("ingest", in: folder.file("out"), truth: truth)
        let error = #expect(throws: GroundTruthError.self) {
            try engine.run(task) { _, _ in }
        }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}

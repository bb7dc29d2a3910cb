import EngineHost
import Engines
import Foundation
import Generation
import Media
import Models
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
        truth: String = "null", model: String = "toy"
    ) throws -> EngineTask {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let line = """
            {"type": "run", "task": "t", "attempt": 1, "kind": "\(kind)", "name": "toy",
             "model": "\(model)",
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

    @Test func anAdapterIsPutOverTheModelThatIsLoadedWithIt() throws {
        let folder = try TemporaryFolder()
        var engine = try engine(folder)
        let path = try ToyModel.adapter(ToyModel.description())
            .write(.comfyui, to: folder.file("adapter"))
        let hash = try AdapterFile(path: path).hash
        let name = "toy+\(path)#\(hash)"
        try engine.load("toy")
        try engine.load(name)
        func run(_ place: String, model: String = "toy") throws -> [Data] {
            try files(
                engine.run(task("generate", in: folder.file(place), model: model)) { _, _ in }
            ).map(\.content)
        }
        let plain = try run("a")
        let tuned = try run("b", model: name)
        #expect(zip(plain, tuned).allSatisfy { $0 != $1 })
        #expect(try run("c") == plain)
        engine.unload(name)
        #expect(try run("d", model: name) == tuned)
    }

    @Test func anAdapterThatIsNotWhatItsNameSaysIsRefused() throws {
        let folder = try TemporaryFolder()
        var engine = try engine(folder)
        let path = try ToyModel.adapter(ToyModel.description())
            .write(.comfyui, to: folder.file("adapter"))
        let wrong = "#" + String(repeating: "0", count: 64)
        for (name, words) in [
            ("toy+\(path)\(wrong)", "and not 000000000000…"),
            ("toy+/nowhere\(wrong)", "/nowhere: there is no such adapter"),
            ("toy+\(path)", "is not named as PATH#SHA256"),
        ] {
            let fault = #expect(throws: EngineFault.self) { try engine.load(name) }
            #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
        }
        // Other engines' models are none of this one's business.
        try engine.load("ovi+anything")
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

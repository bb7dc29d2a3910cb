import Artifacts
import EngineHost
import Engines
import Foundation
import Generation
import Models
import TemporaryFolders
import Tensors
import Testing
import ToyModels
import Training

/// `train` tasks in the engine that is built in.
@Suite struct TrainEngineTests {
    /// A world of one model and some pairs.
    private final class World {
        let folder: TemporaryFolder
        let pairs, heldOut: String
        var engine: TrainEngine

        init() throws {
            folder = try TemporaryFolder()
            try ToyModel.write(folder.file("models/toy"))
            let description = try ToyModel.description()
            pairs = try ToyPairs.write(
                0..<10, of: description, to: folder.file("pairs"), name: "train")
            heldOut = try ToyPairs.write(
                10..<16, of: description, to: folder.file("pairs"), name: "held-out")
            engine = TrainEngine(ModelShelf(folder.file("models")), version: "1.2.3")
        }

        /// Runs a task as the worker would; returns its files by role and what was told meanwhile.
        func run(
            _ document: String, attempt: Int = 1, name: String = "a", more: String = ""
        ) throws -> (files: [String: Data], told: [String]) {
            let out = folder.file("out-\(name)-\(attempt)")
            try FileManager.default.createDirectory(
                atPath: out, withIntermediateDirectories: true)
            let text = String(
                decoding: try JSONEncoder().encode(document), as: UTF8.self)
            let line = """
                {"type": "run", "task": "t", "attempt": \(attempt), "kind": "train", "name": "toy",
                 "seed": "0", "ordinal": 0, "folder": "\(out)", "params": {"document": \(text),
                 "checkpoints": "\(folder.file("checkpoints-\(name)"))"\(more)}}
                """
            let task = try JSONDecoder().decode(EngineTask.self, from: Data(line.utf8))
            var told: [String] = []
            let answer = try engine.run(task) { share, note in told.append("\(share) \(note)") }
            guard case .media(let media) = answer else { return ([:], told) }
            let files = try media.map {
                ($0.role.rawValue, try Data(contentsOf: URL(filePath: $0.path)))
            }
            return (Dictionary(uniqueKeysWithValues: files), told)
        }
    }

    @Test func aTaskGivesAnAdapterThatLearnedAndWhatWasMeasured() throws {
        let world = try World()
        let document = ToyPairs.document(pairs: world.pairs, heldOut: world.heldOut)
        let (files, told) = try world.run(document)
        #expect(Set(files.keys) == ["adapter", "checkpoint", "report", "curve", "picture"])
        #expect(told.contains { $0.hasPrefix("0.5 step 15 of 30, loss ") })
        let report = try JSONDecoder().decode(
            TrainingReport.self, from: #require(files["report"]))
        #expect(report.steps == 30 && report.examples == 10 && report.version == "1.2.3")
        // Six steps see two whole epochs: batches of 4, 4 and 2.
        #expect(report.training.examples == 20 && report.training.draws == 1)
        let heldOut = try #require(report.heldOut)
        #expect(heldOut.examples == 6 && heldOut.draws == 4)
        #expect(report.heldOutAccuracy?["video"] == 1)
        #expect(try #require(heldOut.margin?["audio"]) > 0)
        let firstLoss = try #require(report.firstLoss)
        #expect(heldOut.loss < firstLoss)
        #expect(try #require(report.implicitAccuracy?["audio"]) > 0.5)
        #expect(report.weightChange > 0)
        #expect(report.weightChange == report.weightChangeFromStart)
        #expect(try report.hashes.data == [fileHash(world.pairs)])
        #expect(try report.hashes.heldOut == [fileHash(world.heldOut)])
        #expect(report.hashes.adapter == nil)
    }

    @Test func whatIsMeasuredChangesNothingAndAnotherAttemptGivesTheSameBytes() throws {
        let world = try World()
        let plain = try world.run(ToyPairs.document(pairs: world.pairs), name: "plain")
        let document = ToyPairs.document(pairs: world.pairs, heldOut: world.heldOut)
        let measured = try world.run(document, name: "measured")
        #expect(plain.files["adapter"] == measured.files["adapter"])
        let again = try world.run(document, attempt: 2, name: "measured")
        #expect(again.files == measured.files)
        #expect(again.told.last == "0.0 going on from step 30")
    }

    @Test func itsCheckpointIsAnArtifactThatATrainingOfMoreStepsGoesOnFrom() throws {
        let world = try World()
        let whole = try world.run(ToyPairs.document(pairs: world.pairs), name: "whole")
        let begun = try world.run(
            ToyPairs.document(pairs: world.pairs, steps: 12), name: "begun",
            more: #", "artifacts": "\#(world.folder.file("artifacts"))""#)
        let place = world.folder.file("checkpoints-more/checkpoints")
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: true)
        let copy = "\(place)/step-000012.safetensors"
        try #require(begun.files["checkpoint"]).write(to: URL(filePath: copy))
        let hash = try FileHash.sha256(ofFile: copy)
        #expect(
            world.folder.names(in: "artifacts").filter { $0.contains("/") }
                == ["\(hash.prefix(2))/\(hash).safetensors"])
        let more = try world.run(ToyPairs.document(pairs: world.pairs), name: "more")
        #expect(more.told.contains("0.0 going on from step 12"))
        #expect(more.files["adapter"] == whole.files["adapter"])
    }

    /// Clips are encoded once for all trainings, into files that are found by their content.
    @Test func latentsOfClipsAreArtifactsThatLaterTrainingsTake() throws {
        let world = try World()
        for (name, seconds) in [("a", 2.0), ("b", 3.0)] {
            try ToyModel.writeClip(world.folder.file("\(name).mkv"), seconds: seconds)
        }
        let lines = """
            {"pair_id": "p", "prompt": "\(ToyModel.prompt)", \
            "chosen": "\(world.folder.file("a.mkv"))", "rejected": "\(world.folder.file("b.mkv"))"}

            """
        try Data(lines.utf8).write(to: URL(filePath: world.folder.file("clips.jsonl")))
        let document = ToyPairs.document(pairs: world.folder.file("clips.jsonl"), steps: 2)
        let more = #", "artifacts": "\#(world.folder.file("artifacts"))""#
        let first = try world.run(document, name: "first", more: more)
        let latents = world.folder.file("artifacts/latents")
        func links() throws -> [String: String] {
            let files = FileManager.default
            let names = try files.contentsOfDirectory(atPath: latents)
            return try Dictionary(
                uniqueKeysWithValues: names.map { name in
                    let target = try files.destinationOfSymbolicLink(
                        atPath: "\(latents)/\(name)")
                    let number = try files.attributesOfItem(atPath: target)[.systemFileNumber]
                    return ("\(name) \(target)", "\(number ?? "")")
                })
        }
        let made = try links()
        #expect(made.count == 2)
        for link in made.keys {
            let target = String(link.split(separator: " ")[1])
            #expect(target.contains(try FileHash.sha256(ofFile: target)))
        }
        let second = try world.run(document, name: "second", more: more)
        #expect(try links() == made)
        // One that is lost is made again.
        let lost = try #require(made.keys.first).split(separator: " ")[1]
        try FileManager.default.removeItem(atPath: String(lost))
        let third = try world.run(document, name: "third", more: more)
        #expect(try Set(links().keys) == Set(made.keys))
        #expect(first.files["adapter"] == second.files["adapter"])
        #expect(first.files["adapter"] == third.files["adapter"])
        #expect(world.folder.names(in: "artifacts/partial").isEmpty)
    }

    /// States that a text encoder made once do as well as a network that makes them at every step.
    @Test func aModelIsGivenTheStatesOfItsTextsFromAFile() throws {
        let world = try World()
        let document = ToyPairs.document(pairs: world.pairs)
        let words = try world.run(document, name: "words")
        let texts = world.folder.file("texts.safetensors")
        try ToyModel.turnWordsIntoStates(
            world.folder.file("models/toy"), of: [ToyModel.prompt, ""], to: texts)
        world.engine = TrainEngine(ModelShelf(world.folder.file("models")), version: "1.2.3")
        let states = try world.run(document + "\ntexts: \(texts)", name: "states")
        #expect(states.files["adapter"] == words.files["adapter"])
        let report = try JSONDecoder().decode(
            TrainingReport.self, from: #require(states.files["report"]))
        #expect(try report.hashes.texts == fileHash(texts))
        // Fewer tokens than the model takes are followed by zeros.
        let short = Tensor(repeating: 0.5, shape: [4, 24])
        let zeros = Tensor(repeating: 0, shape: [9, 24])
        var adapters: [Data?] = []
        for (name, tensor) in [
            ("short", short), ("full", Tensor.concatenated([short, zeros], axis: 0)),
        ] {
            let file = world.folder.file("\(name).safetensors")
            try SafetensorsFile.write([ToyModel.prompt: tensor, "": zeros], to: file)
            adapters.append(
                try world.run(document + "\ntexts: \(file)", name: name).files["adapter"])
        }
        #expect(adapters[0] == adapters[1] && adapters[0] != words.files["adapter"])
        let others = world.folder.file("others.safetensors")
        let narrow = Tensor(repeating: 0, shape: [2, 5])
        try SafetensorsFile.write([ToyModel.prompt: narrow], to: others)
        let some = world.folder.file("some.safetensors")
        let fitting = Tensor(repeating: 0, shape: [2, 24])
        try SafetensorsFile.write([ToyModel.prompt: fitting], to: some)
        for (more, words) in [
            ("", "name the file that has them under texts"),
            ("\ntexts: \(others)", "has the shape [2, 5]; the model takes up to 13 tokens of 24"),
            ("\ntexts: \(some)", "has no tensor named ''; encode every text"),
            ("\ntexts: texts.safetensors", "need absolute paths"),
        ] {
            let fault = #expect(throws: EngineFault.self) {
                try world.run(document + more, name: "other")
            }
            #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
        }
    }

    /// The result of one round is where the next begins, to the last digit.
    @Test func anAdapterThatIsTrainedOnBeginsWhereItEnded() throws {
        let world = try World()
        let first = try world.run(ToyPairs.document(pairs: world.pairs), name: "first")
        let path = world.folder.file("first.safetensors")
        try #require(first.files["adapter"]).write(to: URL(filePath: path))
        let name = "\(path)#\(try fileHash(path))"
        let document = ToyPairs.document(pairs: world.pairs, steps: 3)
            .replacing("dropout: 0.1", with: "dropout: 0")
        let second = try world.run(
            document, name: "second",
            more: #", "adapter": "\#(name)""#)
        let report = try JSONDecoder().decode(
            TrainingReport.self, from: #require(second.files["report"]))
        #expect(try report.hashes.adapter == fileHash(path))
        #expect(report.weightChangeFromStart < report.weightChange / 4)
        // The policy is its own reference at first, so every difference is 0 to the bit.
        let curve = String(decoding: try #require(second.files["curve"]), as: UTF8.self)
        #expect(curve.split(separator: "\n")[0].contains(#""accuracy_video": 0.0"#), "\(curve)")
        let adapter = try Adapter(path: path)
        #expect(adapter.modules.values.allSatisfy { $0.rank == 4 && $0.alpha == 8 })
    }

    @Test(arguments: ["base", "ema:0.5"])
    func theReferenceIsWhatTheFileSays(_ reference: String) throws {
        let world = try World()
        let loss = "{beta: {audio: 20, video: 20}, reference: \"\(reference)\"}"
        let start = try world.run(ToyPairs.document(pairs: world.pairs), name: "start")
        let other = try world.run(
            ToyPairs.document(pairs: world.pairs, loss: loss), name: "other")
        // A new adapter begins as the base, so only an average ends elsewhere, up to rounding.
        let folder = world.folder.file("files")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for (name, files) in [("start", start.files), ("other", other.files)] {
            try #require(files["adapter"])
                .write(to: URL(filePath: "\(folder)/\(name).safetensors"))
        }
        let apart =
            AdapterDifference(
                try Adapter(path: "\(folder)/start.safetensors"),
                try Adapter(path: "\(folder)/other.safetensors")
            ).rows.map(\.relative).max() ?? 0
        #expect(reference == "base" ? apart < 0.01 : apart > 0.01, "\(apart)")
    }

    @Test func whatCannotBeDoneIsSaid() throws {
        let world = try World()
        let good = ToyPairs.document(pairs: world.pairs)
        let zeros = String(repeating: "0", count: 64)
        for (document, more, words) in [
            ("kind: Campaign", "", "document:1"),
            (good, #", "adapter": "/nowhere#\#(zeros)""#, "/nowhere: there is no such adapter"),
            (good, #", "speed": 3"#, "there is no param speed"),
            (
                good.replacing("rank: 4", with: "type: full"), "",
                "weights.type full makes a model"
            ),
            (good.replacing(world.pairs, with: "pairs.jsonl"), "", "need absolute paths"),
            (good.replacing(world.pairs, with: "/nowhere.jsonl"), "", "does not exist"),
            (
                good + "\nheld_out: [{file: \(world.pairs)}]", "",
                "what is learned from measures nothing"
            ),
        ] {
            let fault = #expect(throws: EngineFault.self) {
                try world.run(document, name: "bad", more: more)
            }
            #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
        }
    }

    @Test func aTaskOfOtherSettingsDoesNotGoOnFromThatFolder() throws {
        let world = try World()
        _ = try world.run(ToyPairs.document(pairs: world.pairs, steps: 8))
        let other = ToyPairs.document(pairs: world.pairs).replacing("lr: 0.002", with: "lr: 0.001")
        let fault = #expect(throws: EngineFault.self) { try world.run(other, attempt: 2) }
        #expect(fault?.message.contains("belongs to a training with other settings") == true)
    }
}

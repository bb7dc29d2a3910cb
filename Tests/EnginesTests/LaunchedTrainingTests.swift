import EngineHost
import Engines
import Foundation
import Generation
import Models
import TemporaryFolders
import Tensors
import Testing
import ToyModels

/// Trainers that are other programs: here one of a few lines of Python.
@Suite struct LaunchedTrainingTests {
    /// Reads the pairs and the settings that it is given, tells its steps, writes PEFT's folder and
    /// notes how it was called.
    private static let trainer = #"""
        import json, os, struct, sys
        config, pairs, output, resume = sys.argv[1:5] if len(sys.argv) > 4 else sys.argv[1:4] + [""]
        settings = json.load(open(config.replace(".yaml", ".json")))
        rows = [json.loads(line) for line in open(pairs + "/train.jsonl")]
        assert settings["optim"]["steps"] == 3 and settings["output"] == output
        assert all(os.path.exists(os.path.join(pairs, row["chosen"])) for row in rows)
        json.dump({"rows": len(rows), "resume": resume}, open(output + "/called.json", "w"))
        if settings["name"] == "fails":
            print("out of memory")
            sys.exit(3)
        for step in range(1, 4):
            print(f"step {step}/3 loss {1 / step}")
        os.makedirs(output + "/checkpoint-3", exist_ok=True)
        names = {}
        data = b""
        for name, shape in [("lora_A", [2, WIDTH]), ("lora_B", [48, 2])]:
            size = 4 * shape[0] * shape[1]
            key = "base_model.model.blocks.0.self_attn.q." + name + ".weight"
            names[key] = {"dtype": "F32", "shape": shape,
                          "data_offsets": [len(data), len(data) + size]}
            data += struct.pack("<f", 0.5) * (size // 4)
        header = json.dumps(names).encode()
        with open(output + "/adapter_model.safetensors", "wb") as file:
            file.write(struct.pack("<Q", len(header)) + header + data)
        json.dump({"r": 2, "lora_alpha": 6}, open(output + "/adapter_config.json", "w"))
        """#

    private struct Change: Decodable {
        var weight_change, weight_change_from_start: Double
    }

    private final class World {
        let folder: TemporaryFolder
        var engine: TrainEngine

        init(width: Int = 48) throws {
            folder = try TemporaryFolder()
            try ToyModel.write(folder.file("models/toy"))
            engine = TrainEngine(ModelShelf(folder.file("models")), version: "1")
            try Data(LaunchedTrainingTests.trainer.replacing("WIDTH", with: "\(width)").utf8)
                .write(to: URL(filePath: folder.file("trainer.py")))
            var lines = ""
            for pair in 0..<2 {
                for side in ["chosen", "rejected"] {
                    try ToyModel.writeClip(folder.file("\(pair)-\(side).mkv"), seconds: 0.5)
                }
                lines += """
                    {"pair_id": "p\(pair)", "prompt": "a ball", \
                    "chosen": "\(folder.file("\(pair)-chosen.mkv"))", \
                    "rejected": "\(folder.file("\(pair)-rejected.mkv"))"}

                    """
            }
            try Data(lines.utf8).write(to: URL(filePath: folder.file("pairs.jsonl")))
        }

        func run(
            _ name: String, kind: String = "toy"
        ) throws -> (files: [String: String], told: [String]) {
            let out = folder.file("out-\(UInt32.random(in: 0 ... .max))")
            try FileManager.default.createDirectory(
                atPath: out, withIntermediateDirectories: true)
            let document = """
                kind: Training
                name: \(name)
                objective: dpo
                model: toy
                data: [{file: \(folder.file("pairs.jsonl"))}]
                output: anywhere
                optim: {steps: 3}
                """
            let launch = """
                {"type": "command", "nodes": 1, "gpus_per_node": 0, \
                "command": ["python3", "\(folder.file("trainer.py"))", "${config}", \
                "${pairs.trl}", "${output}", "${resume}"]}
                """
            let params = JSONValue.object([
                "document": .string(document), "launch": .string(launch),
                "checkpoints": .string(folder.file("shared")),
            ])
            let line = """
                {"task": "t", "kind": "train", "name": "\(kind)", "seed": "0", "ordinal": 0,
                 "folder": "\(out)",
                 "params": \(String(decoding: try JSONEncoder().encode(params), as: UTF8.self))}
                """
            let task = try JSONDecoder().decode(EngineTask.self, from: Data(line.utf8))
            var told: [String] = []
            let answer = try engine.run(task) { share, note in told.append("\(share) \(note)") }
            guard case .media(let media) = answer else { return ([:], told) }
            let files = media.map { ($0.role.rawValue, $0.path) }
            return (Dictionary(uniqueKeysWithValues: files), told)
        }

        func called() throws -> String {
            try String(contentsOfFile: folder.file("shared/output/called.json"), encoding: .utf8)
        }
    }

    @Test func aTrainerIsGivenPairsAndSettingsAndItsAdapterComesBackInOneFile() throws {
        let world = try World()
        let (files, told) = try world.run("works")
        #expect(Set(files.keys) == ["adapter", "report", "curve", "picture"])
        #expect(told.last == "1.0 step 3 of 3, loss 0.33333334")
        let adapter = try Adapter(path: #require(files["adapter"]))
        let module = try #require(adapter.modules["blocks.0.self_attn.q"])
        #expect(module.rank == 2 && module.scale == 3)
        #expect(module.down.floatArray() == [Float](repeating: 0.5, count: 96))
        #expect(try world.called() == #"{"rows": 2, "resume": ""}"#)
        let report = try String(contentsOfFile: #require(files["report"]), encoding: .utf8)
        #expect(report.contains(#""last_loss" : 0.33333333333333"#), "\(report)")
        let read = try JSONDecoder().decode(Change.self, from: Data(report.utf8))
        let model = try ModelFolder(path: world.folder.file("models/toy"))
        let weight = try #require(
            model.transformerWeights()["blocks.0.self_attn.q.weight"]?.converted(to: .f32))
        // Every number of the update is 3 · (0.5 · 0.5 + 0.5 · 0.5).
        let norm = weight.floatArray().reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(read.weight_change - 1.5 * 48 / norm) < 1e-5 * read.weight_change)
        #expect(read.weight_change_from_start == read.weight_change)
        // What is there already is where another attempt goes on from.
        _ = try world.run("works")
        let path = world.folder.file("shared/output/checkpoint-3")
        #expect(try world.called() == #"{"rows": 2, "resume": "\#(path)"}"#)
        // A worker without the model starts trainers all the same.
        #expect(try world.run("works", kind: TrainEngine.launching).files["adapter"] != nil)
    }

    @Test func aTrainerThatFailsIsQuoted() throws {
        let world = try World()
        let fault = #expect(throws: EngineFault.self) { try world.run("fails") }
        #expect(fault?.message == "the trainer ended with status 3\nout of memory")
        #expect(fault?.retryable == true)
    }

    @Test func anAdapterOfAnotherModelIsRefused() throws {
        let world = try World(width: 24)
        let fault = #expect(throws: EngineFault.self) { try world.run("works") }
        let words = "its update is [48, 24] and the model's weight [48, 48]"
        #expect(fault?.message.hasSuffix(words) == true, "\(fault?.message ?? "")")
    }
}

import Foundation
import Linux
import Testing
import ToyModels

extension EndToEnd {
    /// Trainings that are interrupted, in processes as workers start them.
    @Suite struct TrainEngine {
        private static let steps = 40

        /// A task that runs in an engine process of its own.
        private func start(
            _ folder: String, _ name: String, attempt: Int = 1, threads: Int,
            launch: String? = nil
        ) throws -> Service {
            let out = "\(folder)/\(name)-\(attempt)"
            try FileManager.default.createDirectory(
                atPath: out, withIntermediateDirectories: true)
            var params = [
                "document": ToyPairs.document(
                    pairs: "\(folder)/pairs/train.jsonl", steps: Self.steps),
                "checkpoints": "\(folder)/\(name)",
            ]
            params["launch"] = launch
            let line = """
                {"type":"run","task":"t","attempt":\(attempt),"kind":"train","name":"toy",\
                "seed":"0","ordinal":0,"folder":"\(out)","params":\
                \(String(decoding: try JSONEncoder().encode(params), as: UTF8.self))}

                """
            let input = "\(out).jsonl"
            try Data(line.utf8).write(to: URL(filePath: input))
            return try Service(
                "engine",
                command: [
                    DuetProgram.path, "engine", "--models", "\(folder)/models", "--threads",
                    "\(threads)",
                ], log: "\(out).log", input: input)
        }

        private func prepare() throws -> String {
            let folder = try makeFolder()
            try ToyModel.write("\(folder)/models/toy")
            _ = try ToyPairs.write(
                0..<10, of: ToyModel.description(), to: "\(folder)/pairs", name: "train")
            return folder
        }

        private func adapter(_ folder: String, _ name: String, _ attempt: Int = 1) throws -> Data {
            try Data(contentsOf: URL(filePath: "\(folder)/\(name)-\(attempt)/adapter.safetensors"))
        }

        @Test(.timeLimit(.minutes(2)))
        func anEngineThatIsKilledAtAnyStepIsFollowedByOneThatEndsWithTheSameBytes() throws {
            let folder = try prepare()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            #expect(try start(folder, "whole", threads: 1).end() == .exited(0))
            let step = Int.random(in: 1..<Self.steps)
            let first = try start(folder, "killed", threads: 2)
            try eventually("step \(step) was taken") { first.log.contains("step \(step) of") }
            first.signal(Signals.kill)
            #expect(try first.end() == .signalled(Signals.kill))
            let second = try start(folder, "killed", attempt: 2, threads: 1)
            #expect(try second.end() == .exited(0))
            #expect(
                try adapter(folder, "killed", 2) == adapter(folder, "whole"),
                "killed at step \(step)")
        }

        @Test(.timeLimit(.minutes(2)))
        func anEngineThatIsAskedToEndWritesACheckpointAndGoesOnElsewhere() throws {
            let folder = try prepare()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            #expect(try start(folder, "whole", threads: 1).end() == .exited(0))
            let first = try start(folder, "asked", threads: 1)
            try eventually("step 3 was taken") { first.log.contains("step 3 of") }
            first.signal(Signals.terminate)
            #expect(try first.end() == .exited(0))
            #expect(!first.log.contains(#""type":"result""#))
            let last = first.log.matches(of: /step (\d+) of/).last?.1
            let second = try start(folder, "asked", attempt: 2, threads: 2)
            #expect(try second.end() == .exited(0))
            #expect(second.log.contains("going on from step \(last ?? "none")"))
            #expect(try adapter(folder, "asked", 2) == adapter(folder, "whole"))
        }

        /// A program that is not built in hears of it as well, and the next attempt is told where
        /// it may go on.
        @Test(.timeLimit(.minutes(2)))
        func aTrainerElsewhereIsAskedToEndWithItsEngine() throws {
            let folder = try prepare()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try Data(
                #"""
                import os, signal, sys
                output, resume = sys.argv[1], sys.argv[2:]
                def save(*_):
                    os.mkdir(output + "/checkpoint-1")
                    sys.exit(0)
                signal.signal(signal.SIGTERM, save)
                if resume:
                    sys.exit("resumed from " + os.path.basename(resume[0]))
                print("step 1/2 loss 0.5")
                while True:
                    signal.pause()
                """#.utf8
            ).write(to: URL(filePath: "\(folder)/trainer.py"))
            let launch = """
                {"type": "command", "nodes": 1, "gpus_per_node": 0, "command":
                 ["python3", "\(folder)/trainer.py", "${output}", "${resume}"]}
                """
            let first = try start(folder, "asked", threads: 1, launch: launch)
            try eventually("its step was told") { first.log.contains("step 1 of 2") }
            first.signal(Signals.terminate)
            #expect(try first.end() == .exited(0))
            #expect(!first.log.contains(#""type":"error""#))
            let second = try start(folder, "asked", attempt: 2, threads: 1, launch: launch)
            #expect(try second.end() == .exited(0))
            #expect(second.log.contains("resumed from checkpoint-1"))
        }
    }
}

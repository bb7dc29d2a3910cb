import Foundation
import Linux
import Postgres
import Testing
import ToyModels
import Wire

extension EndToEnd {
    /// The engine that is built in, as workers start it.
    @Suite struct EmbeddedEngine {
        /// Processes that share nothing but the model's file make the same bytes.
        @Test(.timeLimit(.minutes(2)))
        func anotherProcessWithOtherThreadsAndOrderMakesTheSameFiles() throws {
            let folder = try makeFolder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try ToyModel.write("\(folder)/models/toy")
            let seeds = [3, 18_446_744_073_709_551_615, 12] as [UInt64]
            let one = try run(seeds, threads: 1, in: folder, "one")
            let two = try run(seeds.reversed(), threads: 3, in: folder, "two")
            #expect(one.count == 6 && one == two)
        }

        /// Runs tasks in a process of their own; returns the files' contents by seed and name.
        private func run(
            _ seeds: [UInt64], threads: Int, in folder: String, _ name: String
        ) throws -> [String: Data] {
            var lines = ""
            for seed in seeds {
                let out = "\(folder)/\(name)/\(seed)"
                try FileManager.default.createDirectory(
                    atPath: out, withIntermediateDirectories: true)
                lines += """
                    {"type":"run","task":"\(seed)","attempt":1,"kind":"generate","name":"toy",\
                    "prompt":{"id":"p","text":"\(ToyModel.prompt)"},"seed":"\(seed)","ordinal":0,\
                    "params":{},"folder":"\(out)"}

                    """
            }
            let input = "\(folder)/\(name).jsonl"
            try lines.write(toFile: input, atomically: true, encoding: .utf8)
            let outcome = try DuetProgram.run(
                ["engine", "--models", "\(folder)/models", "--threads", "\(threads)"],
                input: input)
            #expect(outcome.succeeded, "\(outcome.error)")
            let answers = outcome.output.split(separator: "\n")
            #expect(answers.first?.contains(#""type":"hello""#) == true)
            #expect(answers.count { $0.contains(#""type":"result""#) } == seeds.count)
            var files: [String: Data] = [:]
            for seed in seeds {
                for file in ["clip.mkv", "clip.safetensors"] {
                    files["\(seed)/\(file)"] = try Data(
                        contentsOf: URL(filePath: "\(folder)/\(name)/\(seed)/\(file)"))
                }
            }
            return files
        }

        /// Ground truth and candidates go through a whole campaign, and the command line makes the
        /// same candidates again.
        @Test(.timeLimit(.minutes(3)))
        func aCampaignsCandidatesAreThoseOfTheCommandLine() throws {
            let folder = try makeFolder()
            try ToyModel.write("\(folder)/models/toy")
            try ToyModel.writeClip("\(folder)/clip.mkv")
            try write(
                """
                id,text,clip
                p1,\(ToyModel.prompt),\(folder)/clip.mkv
                p2,a large blue square bounces once with a high drum sound,\(folder)/clip.mkv

                """, "\(folder)/prompts.csv")
            try write(
                """
                kind: Campaign
                name: toy
                seed: 5
                prompts: {source: prompts.csv, columns: {id: id, text: text, reference_video: clip}}
                generate: {model: toy, num_samples: 2, params: {steps: 2}}
                score: {rewards: [{name: n, scorer: instant/n, output: n, modality: audio}]}
                export:
                  - {format: webdataset, to: out/pairs}
                  - {format: trl, to: out/listed, splits: {train: 0.5, test: 0.5}}

                """, "\(folder)/campaign.yaml")
            try withStack(.init(workers: 2, isInstant: true), in: folder) { stack in
                let told = try stack.demand("campaign", "submit", "\(folder)/campaign.yaml")
                #expect(told.contains("`duet pairs export toy` writes the 2 datasets"))
                try stack.demand("campaign", "submit", "\(folder)/campaign.yaml", "--watch")
                try expectDatasets(of: stack)
                let made = try media(of: "toy", in: stack)
                #expect(made.count == 6 && made.allSatisfy { $0.count == 2 })
                let outcome = try DuetProgram.run([
                    "generate", "--model", "\(folder)/models/toy", "--prompts",
                    "\(folder)/prompts.csv", "--seed", "5", "--candidates", "2", "--steps", "2",
                    "--media", "mkv,latents", "--output", "\(folder)/out",
                ])
                #expect(outcome.succeeded, "\(outcome.error)")
                let stored = Set(made.flatMap { $0 })
                for name in ["p1-0", "p1-1", "p2-0", "p2-1"] {
                    for ending in ["mkv", "safetensors"] {
                        let file = URL(filePath: "\(folder)/out/\(name).\(ending)")
                        #expect(try stored.contains(Data(contentsOf: file)), "\(name).\(ending)")
                    }
                }
            }
        }

        /// The datasets that the campaign's file declares are written where it says, and name the
        /// model by the hash that `model show` gives; asked for again, they are made elsewhere too.
        private func expectDatasets(of stack: TestStack) throws {
            let folder = stack.folder
            let shown = try DuetProgram.run(["model", "show", "\(folder)/models/toy", "-o", "json"])
            let model = try decoded(ShownModel.self, from: shown.output).hash
            #expect(model.count == 64)
            try stack.demand("pairs", "export", "toy", "--base", "\(folder)/again")
            for name in ["pairs", "listed"] {
                try stack.demand("pairs", "verify", "\(folder)/out/\(name)")
                let manifest = try Data(
                    contentsOf: URL(filePath: "\(folder)/out/\(name)/manifest.json"))
                let header = try JSONDecoder().decode(ShownManifest.self, from: manifest).header
                #expect(header.model == ShownManifest.Weights(name: "toy", hash: model))
                let again = "\(folder)/again/out/\(name)/manifest.json"
                #expect(try Data(contentsOf: URL(filePath: again)) == manifest)
            }
            let shards = "\(folder)/out/pairs/data"
            let tar = try FileManager.default.contentsOfDirectory(atPath: shards)
            let bytes = try Data(contentsOf: URL(filePath: "\(shards)/\(tar[0])"))
            #expect(bytes.range(of: Data(model.utf8)) != nil)
            let bare = try stack.duet("pairs", "export", "toy", "--format", "mds")
            #expect(bare.ending == .exited(2), "a format without a folder says nothing")
        }

        private struct ShownModel: Decodable { var hash: String }

        private struct ShownManifest: Decodable {
            struct Weights: Decodable, Equatable { var name, hash: String }
            struct Header: Decodable { var model: Weights }
            var header: Header
        }

        /// The contents of the files of a campaign's candidates.
        private func media(of campaign: String, in stack: TestStack) throws -> [[Data]] {
            let rows = try stack.database.rows(
                """
                select string_agg(f->>'path', ' ' order by f->>'role')
                from candidates c, jsonb_array_elements(c.media) f
                where task_campaign(c.id) = \(try stack.database.campaign(campaign)) group by c.id
                """)
            return try rows.map { row in
                let paths: String = try row.value(0)
                return try paths.split(separator: " ").map {
                    try Data(contentsOf: URL(filePath: String($0)))
                }
            }
        }

        private func write(_ text: String, _ path: String) throws {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }
}

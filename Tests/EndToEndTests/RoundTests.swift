import Foundation
import Linux
import Postgres
import Testing
import ToyModels
import Wire

extension EndToEnd {
    /// Campaigns that make their generator better, with the engine that is built in.
    @Suite struct Rounds {
        @Test(.timeLimit(.minutes(6)))
        func aLoopEndsWithTheSameAdaptersWhoeverIsKilledInIt() throws {
            let calm = try makeFolder()
            let stormy = try makeFolder()
            var adapters: [[String]] = []
            let text = loop(rounds: 2, evaluate: "distances: {embedder: bounce-learned}, ")
            for folder in [calm, stormy] {
                try write(text, folder)
                try addRewards(folder)
            }
            try withStack(layout, in: calm) { stack in
                try stack.demand("campaign", "submit", "\(calm)/loop.yaml", "--watch")
                adapters.append(try self.adapters(in: stack))
                try expectRows(in: stack)
                try expectLineage(in: stack)
            }
            try withStack(layout, in: stormy) { stack in
                try stack.demand("campaign", "submit", "\(stormy)/loop.yaml")
                for (label, state) in stages { try kill(at: state, of: label, in: stack) }
                _ = try stack.duet("round", "watch", "loop")
                adapters.append(try self.adapters(in: stack))
                try expectRows(in: stack)
            }
            #expect(adapters[0].count == 2 && Set(adapters[0]).count == 2)
            #expect(adapters[0] == adapters[1])
        }

        /// A gate that no adapter can pass holds it back; a person may decide otherwise.
        @Test(.timeLimit(.minutes(3)))
        func anAdapterThatFailsAGateIsHeldAndThePolicyStays() throws {
            let folder = try makeFolder()
            try write(
                loop(
                    rounds: 2,
                    more: """
                        gates:
                          - {metric: gain/total, test: bootstrap_lower, min: 100}
                          - {metric: train/implicit_acc_audio, min: 0}
                          - {metric: eval/frechet_video, max: 4}
                        """, data: "labels: shuffled, ",
                    evaluate: "distances: {embedder: bounce-learned}, "), folder)
            try addRewards(folder)
            try withStack(layout, in: folder) { stack in
                let watched = try stack.duet("campaign", "submit", "\(folder)/loop.yaml", "--watch")
                #expect(watched.ending == .exited(1))
                #expect(watched.error.contains("round loop/1 of 2: held: gain/total is"))
                let gate = try stack.duet("round", "gate", "loop", "-o", "json")
                #expect(gate.ending == .exited(1))
                let verdicts = try decoded([Verdict].self, from: gate.output)
                #expect(verdicts.map(\.passed) == [false, true, true])
                try expectDistances(in: stack, folder)
                #expect(try rounds(in: stack).map(\.isInUse) == [false])
                // Nothing follows a round that waits for a person.
                #expect(try stack.database.number("select count(*) from rounds") == 1)
                try stack.demand("round", "promote", "loop/1")
                #expect(try rounds(in: stack)[0].isInUse)
                try eventually("the second round began") {
                    try stack.database.number("select count(*) from rounds") == 2
                }
                try stack.demand("round", "rollback", "loop/1")
                #expect(try !rounds(in: stack)[0].isInUse)
                try stack.demand("round", "cancel", "loop/2")
                let again = try stack.duet("round", "cancel", "loop/2")
                #expect(again.output.contains("already"))
                #expect(try stack.duet("round", "show", "nothing").ending == .exited(3))
            }
        }

        /// Every so many pairs a round: a campaign that is submitted again with more prompts starts
        /// the next one, whoever is killed meanwhile.
        @Test(.timeLimit(.minutes(4)))
        func aCampaignThatGrowsStartsAnotherRoundByItself() throws {
            let folder = try makeFolder()
            let text = loop(rounds: 1, after: "every: 4")
            try write(text, folder)
            try withStack(layout, in: folder) { stack in
                try stack.demand("campaign", "submit", "\(folder)/loop.yaml", "--watch")
                try stack.demand("campaign", "submit", "\(folder)/loop.yaml", "--watch")
                #expect(try stack.database.number("select count(*) from rounds") == 1)
                try write(text, folder, shapes: ["circle", "square"])
                try stack.demand("campaign", "submit", "\(folder)/loop.yaml")
                try kill(at: "waiting", of: "loop/2", in: stack)
                _ = try stack.duet("round", "watch", "loop")
                let grown = try stack.database.number(
                    """
                    select count(*) from rounds a join rounds b using (name, campaign)
                        where a.number = 1 and b.number = 2 and b.start = 1
                            and a.state = 'promoted' and b.state = 'promoted'
                            and (b.dataset->>'ranked_pairs')::integer
                                >= (a.dataset->>'ranked_pairs')::integer + 4
                            and not (b.dataset->>'is_on_policy')::boolean
                    """)
                #expect(grown == 1)
                try stack.demand("campaign", "submit", "\(folder)/loop.yaml", "--watch")
                #expect(try stack.database.number("select count(*) from rounds") == 2)
                let many = loop(rounds: 2, after: "every: 4")
                try write(many, folder, shapes: ["circle", "square"])
                let refused = try stack.duet("campaign", "submit", "\(folder)/loop.yaml")
                #expect(refused.ending == .exited(2) && refused.error.contains("keep one of the"))
            }
        }

        /// Another objective on the same pairs: for it nothing is generated or ranked, and
        /// both are compared by prompt and seed.
        @Test(.timeLimit(.minutes(4)))
        func aControlTrainsOnThePairsThatTheOtherRoundsFroze() throws {
            let folder = try makeFolder()
            let control = """
                kind: Round
                name: control
                objective: sft
                data: {round: loop}
                rounds: 2
                adapter: {rank: 2, alpha: 2}
                optim: {lr: 0.01, batch: 2, steps: 12, seed: 3}
                evaluate: {prompts: {source: held.csv, columns: {id: id}}, seed: 11}
                """
            try write(loop(rounds: 2), folder)
            try control.write(
                toFile: "\(folder)/control.yaml", atomically: true, encoding: .utf8)
            try withStack(layout, in: folder) { stack in
                let early = try stack.duet("round", "submit", "-f", "\(folder)/control.yaml")
                #expect(early.ending == .exited(3) && early.error.contains("no round 'loop'"))
                try stack.demand("campaign", "submit", "\(folder)/loop.yaml")
                // While the other loop runs, so that it waits for each of its rounds.
                try stack.demand("round", "submit", "-f", "\(folder)/control.yaml", "--watch")
                let same = try stack.database.number(
                    """
                    select count(*) from rounds c join rounds l using (number, campaign, ranking_id)
                        where c.name = 'control' and l.name = 'loop' and c.state = 'promoted'
                            and c.dataset->'train' = l.dataset->'train'
                            and c.dataset->>'frozen_by' = 'loop/' || number
                            and (c.dataset->>'is_on_policy')::boolean = (number = 1)
                    """)
                #expect(same == 2)
                #expect(
                    try stack.database.number(
                        "select count(*) from campaigns where name like 'control/%/candidates'")
                        == 0)
                for (name, seed, word) in [
                    ("control", "4", "final"), ("loop", "4", "final"), ("loop", "5", "other"),
                ] {
                    try stack.demand(
                        "round", "eval", name, "--prompts", "\(folder)/held.csv", "--seed", seed,
                        "--as", word, "-o", "json")
                }
                let found = try decoded(
                    Comparison.self,
                    from: stack.demand(
                        "round", "compare", "control/2", "loop/2", "--on", "final", "-o", "json"))
                #expect(found.before == "control/2" && found.after == "loop/2")
                #expect(found.ranked.total.prompts == 3)
                let tree = try stack.demand("round", "lineage", "control/2")
                #expect(tree.contains("frozen by round loop/2"), "\(tree)")
                try expectRefusal(in: stack, folder)
            }
        }

        /// The same training twice: once of a network that embeds words, once of one that is given
        /// what those words became, from a file that is an artifact by then.
        @Test(.timeLimit(.minutes(3)))
        func aModelWithoutWordsIsTrainedOnTheStatesOfItsTexts() throws {
            let folder = try makeFolder()
            try write(loop(rounds: 1), folder)
            let texts = "\(folder)/texts.safetensors"
            try ToyModel.write("\(folder)/models/encoded")
            try ToyModel.turnWordsIntoStates(
                "\(folder)/models/encoded",
                of: try String(contentsOfFile: "\(folder)/prompts.csv", encoding: .utf8)
                    .split(separator: "\n").dropFirst().map { String($0.split(separator: ",")[1]) }
                    + [""], to: texts, name: "encoded")
            let round = """
                kind: Round
                name: encoded
                data: {round: loop}
                policy: {base: encoded}
                texts: texts.safetensors
                adapter: {rank: 2, alpha: 2}
                loss: {beta: {audio: 20, video: 20}, winner_sft_weight: 1}
                optim: {lr: 0.01, batch: 2, steps: 12, seed: 3}
                """
            let file = "\(folder)/encoded.yaml"
            try round.write(toFile: file, atomically: true, encoding: .utf8)
            try withStack(layout, in: folder) { stack in
                try stack.demand("campaign", "submit", "\(folder)/loop.yaml")
                try stack.demand("round", "submit", "-f", file)
                let same = try stack.demand("round", "submit", "-f", file)
                #expect(same.contains("round encoded is unchanged"))
                try stack.demand("round", "watch", "encoded")
                let adapters = try adapters(in: stack)
                #expect(adapters.count == 2 && Set(adapters).count == 1)
                let hash = try stack.database.number(
                    """
                    select count(*) from rounds where name = 'encoded'
                        and dataset->'texts'->>'path' like
                            '%/artifacts/%/' || (dataset->'texts'->>'sha256') || '.safetensors'
                    """)
                #expect(hash == 1)
                try FileManager.default.removeItem(atPath: texts)
                let missing = try stack.duet("round", "submit", "-f", file)
                #expect(missing.ending == .exited(3))
                #expect(missing.error.contains("texts texts.safetensors: cannot be read"))
            }
        }

        /// What was answered with other noise, or not at all, is not compared.
        private func expectRefusal(in stack: TestStack, _ folder: String) throws {
            let compare = { (stack: TestStack) in
                try stack.duet("round", "compare", "control/2", "loop/2", "--on", "other")
            }
            let missing = try compare(stack)
            #expect(missing.ending == .exited(3))
            #expect(missing.error.contains("control/2/other"))
            try stack.demand(
                "round", "eval", "control", "--prompts", "\(folder)/held.csv", "--seed", "4",
                "--as", "other", "-o", "json")
            let differs = try compare(stack)
            #expect(differs.ending == .exited(4) && differs.error.contains("their noise differs"))
        }

        private struct Comparison: Decodable {
            struct Modalities: Decodable { var total: Total }
            struct Total: Decodable { var prompts: Int }
            var before, after: String
            var ranked: Modalities
        }

        private let layout = TestStack.Layout(workers: 2)

        /// Each stage of each round, in which everybody is killed.
        private let stages = [
            ("loop/1", "waiting"), ("loop/1", "training"), ("loop/1", "evaluating"),
            ("loop/2", "waiting"), ("loop/2", "training"), ("loop/2", "evaluating"),
        ]

        /// Kills the workers, the coordinator and Postgres when a round has come so far.
        private func kill(at state: String, of label: String, in stack: TestStack) throws {
            let parts = label.split(separator: "/")
            try eventually("round \(label) had come to \(state)", within: 120) {
                let found = stack.database.numberIfReachable(
                    """
                    select count(*) from rounds where name = \(String(parts[0]))
                        and number = \(Int32(parts[1]) ?? 0)
                        and state >= \(state)::round_state
                    """)
                return found == 1
            }
            try eventually("everybody was at work", within: 120) {
                let victims = [
                    stack.worker(1), stack.worker(2), (try? stack.database.leader())?.pid,
                    stack.postmaster,
                ].compactMap(\.self)
                guard victims.count == 4 else { return false }
                return victims.count { Glibc.kill($0, SIGKILL) == 0 } == 4
            }
        }

        /// Writes a model, ground truth, prompts and a campaign's file.
        func write(_ text: String, _ folder: String, shapes: [String] = ["circle"]) throws {
            try ToyModel.write("\(folder)/models/toy")
            try ToyModel.writeClip("\(folder)/clip.mkv")
            let colours = ["red", "green", "blue", "yellow", "purple", "white"]
            let prompts = shapes.flatMap { shape in
                colours.map {
                    "\($0)-\(shape),a small \($0) \(shape) bounces once with a low bell sound,"
                        + "clip.mkv\n"
                }
            }
            let held = colours.prefix(3).map {
                "held-\($0),a large \($0) square bounces once with a high drum sound\n"
            }
            for (name, body) in [
                ("prompts.csv", "id,text,clip\n" + prompts.joined()),
                ("held.csv", "id,text\n" + held.joined()), ("loop.yaml", text),
            ] {
                try body.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
            }
        }

        /// Puts the learned rewards that ship beside the toy model.
        private func addRewards(_ folder: String) throws {
            let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
            try FileManager.default.copyItem(
                atPath: "/\(root)/Jobs/bounce/models/rewards.safetensors",
                toPath: "\(folder)/models/rewards.safetensors")
        }

        /// Both policies were measured against the ground truth of the pairs' campaign, and so are
        /// they in an evaluation that somebody asks for.
        private func expectDistances(in stack: TestStack, _ folder: String) throws {
            let compared = try stack.demand("round", "compare", "loop/0", "loop/1", "-o", "json")
            let distances = try decoded(Compared.self, from: compared).distances
            #expect(distances.references == 6 && distances.before == 3 && distances.after == 3)
            #expect(distances.modalities.map(\.name) == ["audio", "video"])
            let database = stack.database
            #expect(
                try database.number("select count(*) from tasks where kind = 'evaluate'") == 2)
            let other = try stack.demand(
                "round", "eval", "loop", "--prompts", "\(folder)/held.csv", "--limit", "2", "--as",
                "other", "--seed", "5")
            #expect(other.contains("2 clips of each against 6 of ground truth"))
            let page = "\(folder)/report.html"
            try stack.demand("round", "report", "loop/1", page)
            let text = try String(contentsOfFile: page, encoding: .utf8)
            #expect(text.contains("data:image/png;base64,") && text.contains("</html>"))
        }

        private struct Compared: Decodable {
            struct Distances: Decodable {
                struct Modality: Decodable { var name: String }
                var references, before, after: Int
                var modalities: [Modality]
            }
            var distances: Distances
        }

        /// A campaign whose pairs start rounds.
        func loop(
            rounds: Int, after: String = "when: pairs >= 2", more: String = "", data: String = "",
            evaluate: String = ""
        ) -> String {
            """
            kind: Campaign
            name: pairs
            seed: 5
            prompts:
              source: prompts.csv
              columns: {id: id, text: text, reference_video: clip}
            generate: {model: toy, num_samples: 2, params: {steps: 2}}
            score:
              rewards:
                - {name: loud, scorer: signal-audio, output: loudness, modality: audio}
                - {name: sharp, scorer: signal-video, output: sharpness, modality: video}
            rank: {select: best-worst}
            retry: {max: 2, backoff: 1s, crash_limit: 20}
            after: [{round: loop, \(after)}]
            ---
            kind: Round
            name: loop
            rounds: \(rounds)
            data: {campaign: pairs, \(data)held_out: 0.3}
            adapter: {rank: 2, alpha: 2}
            loss: {beta: {audio: 20, video: 20}, winner_sft_weight: 1}
            optim: {lr: 0.01, batch: 2, steps: 12, seed: 3}
            checkpoint: {every: 2}
            evaluate: {prompts: {source: held.csv, columns: {id: id}}, \(evaluate)seed: 11}
            \(more)
            """
        }

        private struct Verdict: Decodable { var passed: Bool }

        private func rounds(in stack: TestStack) throws -> [Answers.Round] {
            try decoded([Answers.Round].self, from: stack.demand("round", "list", "-o", "json"))
        }

        private func adapters(in stack: TestStack) throws -> [String] {
            let listed = try stack.demand("adapter", "list", "-o", "json")
            return try decoded([Answers.Adapter].self, from: listed).map(\.sha256)
        }

        /// Each stage's rows are there, and none twice.
        private func expectRows(in stack: TestStack) throws {
            let database = stack.database
            #expect(
                try database.number("select count(*) from rounds where state = 'promoted'") == 2)
            // Two trainings, and distances of three policies.
            #expect(try database.number("select count(*) from products") == 5)
            #expect(
                try database.number(
                    """
                    select count(distinct file->>'sha256')
                        from products, jsonb_array_elements(media) file
                        where file->>'role' = 'checkpoint'
                    """) == 2)
            for (campaign, tasks) in [
                "pairs": 55, "loop/2/candidates": 55, "loop/1/train": 1, "loop/2/train": 1,
                "loop/0/evaluate": 9, "loop/1/evaluate": 9, "loop/2/evaluate": 9,
            ] {
                let found = try database.number(
                    """
                    select count(*) from tasks join campaigns c on c.id = task_campaign(tasks.id)
                        where c.name = \(campaign) and tasks.state = 'completed'
                    """)
                #expect(found == tasks, "\(campaign)")
            }
        }

        /// From the second adapter back to the first one's pairs and their seeds.
        private func expectLineage(in stack: TestStack) throws {
            let tree = try stack.demand("round", "lineage", "loop/2", "-o", "json")
            for word in ["loop/1", "loop/2/candidates", "reward", "\"seed\"", "latents"] {
                #expect(tree.contains(word), "\(word)")
            }
            let shown = try stack.demand("round", "show", "loop/1")
            #expect(shown.contains("in use") == false && shown.contains("adapter"))
            #expect(shown.contains("checkpoint"))
            #expect(try stack.demand("round", "compare", "loop/0", "loop/2").contains("loop/2"))
        }
    }
}

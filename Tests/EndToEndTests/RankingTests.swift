import Foundation
import Linux
import Testing
import Wire

extension EndToEnd {
    /// Rankings beside each other, what they say of bad scores, and pairs as datasets.
    @Suite struct Rankings {
        @Test(.timeLimit(.minutes(4)))
        func badScoresAreExplainedAndRankingsStandSideBySide() throws {
            let folder = try makeFolder()
            let engine = try JudgeEngine(in: folder)
            let layout = TestStack.Layout(slots: 2, engines: [engine.command])
            try withStack(layout, in: folder) { stack in
                let good = ["good1", "good2", "good3"]
                try engine.run(
                    "tones", prompts: good + JudgeEngine.Fault.allCases.map(\.rawValue), on: stack)
                try expectReasons(stack)
                try expectSecondRanking(stack)
                try expectRefusals(stack)
            }
        }

        /// What `why` says of candidate 1 of each prompt, and of its pair.
        private func expectReasons(_ stack: TestStack) throws {
            let good = try why("good1", stack)
            #expect(good.candidates.map(\.part) == ["competed", "competed", "competed"])
            #expect(good.candidates.map(\.place) == [3, 2, 1])
            #expect(good.rewards.map(\.isHeldOut) == [false, false, true])
            #expect(good.candidates[2].raw == [2, 2, -2])
            #expect(good.candidates[2].totals.count == 2)
            #expect(good.pairs[0].isChosen && good.pairs[0].winner == 2)
            #expect(good.pairs.dropFirst().allSatisfy { $0.sentence.contains("took its place") })
            #expect(good.sentences == ["it gives 1 pair"])
            try expect("silent", part: "ineligible", says: "pitch: silent clip", stack)
            try expect("nan", part: "ineligible", says: "(judge/ear) failed: ", stack)
            try expect("infinite", part: "ineligible", says: "(judge/ear) failed: ", stack)
            try expect(
                "absent", part: "ineligible", says: "(scores.pitch is missing)", stack)
            try expect("dies", part: "ineligible", says: "the ear fell off", stack)
            try expect("one", part: "missing", says: "no second one is to be had", stack)
            let one = try why("one", stack)
            #expect(one.sentences == ["it gives no pair: only one candidate has all its scores"])
            let equal = try why("equal", stack)
            #expect(equal.candidates.map(\.part) == ["competed", "competed", "competed"])
            #expect(equal.pairs.allSatisfy { !$0.isChosen })
            #expect(equal.sentences[0].contains("tied in something that is compared"))
            // What a person reads holds the same.
            let text = try stack.demand("campaign", "why", "tones", "silent")
            #expect(text.contains("cannot compete: pitch: silent clip"))
        }

        private func expect(
            _ prompt: String, part: String, says words: String, _ stack: TestStack
        ) throws {
            let answer = try why(prompt, stack)
            let candidate = try #require(answer.candidates.first { $0.ordinal == 1 })
            #expect(candidate.part == part, "\(prompt)")
            #expect(candidate.sentence.contains(words), "\(prompt): \(candidate.sentence)")
        }

        private func why(_ prompt: String, _ stack: TestStack) throws -> Answers.PromptWhy {
            let json = try stack.demand("campaign", "why", "tones", prompt, "-o", "json")
            return try decoded(Answers.PromptWhy.self, from: json)
        }

        private func expectSecondRanking(_ stack: TestStack) throws {
            let made = try stack.demand(
                "campaign", "rerank", "tones", "--set", "rank.select=all-dominating", "--name",
                "all", "-o", "json")
            #expect(made.contains("\"milliseconds\""))
            let again = try stack.demand(
                "campaign", "rerank", "tones", "--set", "rank.select=all-dominating", "-o", "name")
            #expect(again == "all\n")
            let names = try stack.demand("ranking", "list", "tones", "-o", "name")
            #expect(names == "r1\nall\n")
            let first = try stack.demand("pairs", "list", "tones", "-o", "name")
            let all = try stack.demand("pairs", "list", "tones", "--ranking", "all", "-o", "name")
            // Three pairs of each prompt with three candidates instead of one.
            #expect(all.split(separator: "\n").count > first.split(separator: "\n").count)
            let difference = try stack.demand("ranking", "compare", "tones/r1", "all", "-o", "json")
            #expect(difference.contains("\"only_second\": 0"))
            #expect(difference.contains("\"kappa\": 1"))
            let statistics = try stack.demand("campaign", "stats", "tones", "-o", "json")
            #expect(statistics.contains("\"winner_better_share\": 0"))
            #expect(
                try stack.demand("ranking", "use", "tones/all")
                    == "the current ranking of campaign tones is all\n")
            #expect(try stack.demand("pairs", "list", "tones", "-o", "name") == all)
            try stack.demand("ranking", "use", "tones/")
            for command in [
                ["ranking", "show", "tones/all"], ["campaign", "stats", "tones"],
                ["pairs", "stats", "tones"], ["ranking", "compare", "tones", "all"],
            ] {
                let outcome = try DuetProgram.run(
                    command, environment: ["DUET_COORDINATOR": stack.endpoint])
                #expect(outcome.succeeded, "\(command): \(outcome.error)")
                for line in outcome.output.split(separator: "\n") {
                    #expect(line.count <= 100, "\(command): \(line)")
                }
            }
        }

        private func expectRefusals(_ stack: TestStack) throws {
            for (code, command) in [
                (3, ["ranking", "show", "tones/none"]), (3, ["campaign", "why", "tones", "none"]),
                (4, ["campaign", "rerank", "tones", "--set", "generate.num_samples=4"]),
                (
                    4,
                    [
                        "campaign", "rerank", "tones", "--set", "rank.select=best-worst", "--name",
                        "r1",
                    ]
                ),
                (2, ["campaign", "rerank", "tones", "--name", "7"]),
                (2, ["campaign", "rerank", "tones", "--set", "rank.selekt=best-worst"]),
                (3, ["ranking", "use", "tones/none"]), (3, ["pairs", "show", "tones", "one"]),
            ] as [(Int32, [String])] {
                let outcome = try DuetProgram.run(
                    command, environment: ["DUET_COORDINATOR": stack.endpoint])
                #expect(outcome.ending == .exited(code), "\(command): \(outcome.error)")
            }
        }

        @Test(.timeLimit(.minutes(4)))
        func anExportThatWasKilledIsCompletedAndTheSameAsAnother() throws {
            let folder = try makeFolder()
            let engine = try JudgeEngine(in: folder)
            let layout = TestStack.Layout(slots: 2, engines: [engine.command])
            try withStack(layout, in: folder) { stack in
                try engine.run("many", prompts: (0..<60).map { "p\($0)" }, on: stack)
                let export = ["pairs", "export", "many"]
                let options = [
                    "--max-shard", "1kB", "--splits", "train=0.7,test=0.3", "-o", "json",
                ]
                let (whole, killed) = ("\(folder)/whole", "\(folder)/killed")
                try demand(export + [whole] + options, stack)
                try kill(export + [killed] + options, in: killed, stack)
                #expect(try stack.duet("pairs", "verify", killed).ending == .exited(1))
                let report = try demand(export + [killed] + options, stack)
                #expect(!report.contains("\"shards_kept\": 0"))
                try stack.demand("pairs", "verify", killed)
                let sums = try contents(whole, "SHA256SUMS")
                #expect(try contents(killed, "SHA256SUMS") == sums)
                #expect(
                    try contents(killed, "manifest.json") == contents(whole, "manifest.json"))
                let outcome = try DuetProgram.run(
                    program: "/bin/sh", ["-c", "cd '\(killed)' && sha256sum --quiet -c SHA256SUMS"])
                #expect(outcome.succeeded, "\(outcome.error)")
                try expectOfflineCommands(whole, folder, export, stack)
            }
        }

        private func expectOfflineCommands(
            _ whole: String, _ folder: String, _ export: [String], _ stack: TestStack
        ) throws {
            let few = "\(folder)/few"
            try demand(
                export + [few, "--filter", "winner.pitch=2 and prompt='p7'", "--format", "mds"],
                stack)
            let difference = try stack.demand("pairs", "diff", whole, few, "-o", "json")
            #expect(difference.contains("\"same\": 1,"))
            #expect(difference.contains("\"only_first\": 59,"))
            #expect(difference.contains("\"only_second\": 0"))
            let splits = try stack.demand("pairs", "split", whole, "-o", "csv")
            #expect(splits.contains("train,0.7,43,43"))
            let card = try stack.demand("pairs", "card", few)
            #expect(card.hasPrefix("# many\n"))
            #expect(card.contains("winner.pitch=2 and prompt='p7'"))
            let sheet = "\(folder)/pair.png"
            try stack.demand("pairs", "show", "many", "p7", "--sheet", sheet)
            #expect(FileManager.default.contents(atPath: sheet)?.count ?? 0 > 10_000)
        }

        @discardableResult
        private func demand(_ command: [String], _ stack: TestStack) throws -> String {
            let outcome = try DuetProgram.run(
                command, environment: ["DUET_COORDINATOR": stack.endpoint])
            try #require(outcome.succeeded, "\(command): \(outcome.error)")
            return outcome.output
        }

        /// Kills an export after it has some shards and before it has all of them.
        private func kill(
            _ command: [String], in folder: String, _ stack: TestStack
        ) throws {
            for attempt in 1...5 {
                try? FileManager.default.removeItem(atPath: folder)
                let process = try Service(
                    "export", command: [DuetProgram.path] + command,
                    log: "\(stack.folder)/export-\(attempt).log",
                    environment: ["DUET_COORDINATOR": stack.endpoint])
                try eventually("the export had written down some shards", within: 60) {
                    let journal = try? contents(folder, "export.journal")
                    return (journal ?? "").split(separator: "\n").count > 4
                        || FileManager.default.fileExists(atPath: folder + "/manifest.json")
                }
                process.signal(SIGKILL)
                _ = try process.end(within: 20)
                if !FileManager.default.fileExists(atPath: folder + "/manifest.json") { return }
            }
            Issue.record("the export was always faster than the kill")
        }

        private func contents(_ folder: String, _ file: String) throws -> String {
            try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        }
    }
}

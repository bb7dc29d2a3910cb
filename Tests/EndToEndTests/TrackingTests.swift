import Foundation
import Linux
import Postgres
import Testing
import Wire

extension EndToEnd {
    /// What other programs get of a round: a tracking server's runs, and adapters in their forms.
    @Suite struct Tracking {
        @Test(.timeLimit(.minutes(8)))
        func aServerThatWasAwayLearnsOfEveryRoundOnce() throws {
            let folder = try makeFolder()
            let port = Int.random(in: 20_000...32_000)
            let address = "http://127.0.0.1:\(port)"
            let declared = Rounds()
            try declared.write(
                declared.loop(
                    rounds: 2,
                    more: """
                        track: {mlflow: "\(address)", experiment: toy loops}
                        export: [peft, diffusers, comfyui, kohya]
                        """), folder)
            try withStack(.init(workers: 2), in: folder) { stack in
                // Nobody listens there yet, and the rounds go on all the same.
                try stack.demand("campaign", "submit", "\(folder)/loop.yaml", "--watch")
                try expectForms(in: stack)
                try expectDescent(in: stack)
                try eventually("it was said that the server is away") {
                    try stack.demand("round", "show", "loop/1").contains("not tracked yet:")
                }
                let server = try MLflowProcess(at: port)
                try expectKnown([1, 2], in: stack)
                let page = try stack.demand("round", "show", "loop/1")
                #expect(page.contains("tracked: \(address)/#/experiments/1/runs/"))
                try expectRuns(at: address, in: stack)

                // Killed before it wrote down what it had told, it tells again; a setting that is
                // not what it was is refused, and that is said.
                _ = try stack.database.rows("delete from trackings")
                _ = try stack.database.rows(
                    """
                    update rounds set document = replace(document, 'lr: 0.01', 'lr: 0.02')
                        where number = 2
                    """)
                #expect(Glibc.kill(try stack.database.leader().pid, SIGKILL) == 0)
                try expectKnown([1], in: stack)
                try eventually("the other was refused") {
                    try stack.database.number(
                        "select count(*) from trackings where number = 2 and problem <> ''") == 1
                }
                #expect(
                    try stack.demand("round", "show", "loop/2").contains("INVALID_PARAMETER_VALUE"))
                try expectRuns(at: address, in: stack)
                server.stop()
            }
        }

        /// Waits until the server knows all of some rounds.
        private func expectKnown(_ numbers: [Int], in stack: TestStack) throws {
            for number in numbers {
                try eventually("the server knew round \(number)", within: 180) {
                    stack.database.numberIfReachable(
                        """
                        select count(*) from trackings where number = \(Int32(number))
                            and problem = '' and page is not null
                        """) == 1
                }
            }
        }

        private struct Shown: Decodable {
            var sha256: String?
            var files: [Answers.RoundDetail.File]
        }

        /// Every form is there under the names that loaders look for, and says the same.
        private func expectForms(in stack: TestStack) throws {
            let detail = try decoded(
                Shown.self, from: stack.demand("round", "show", "loop/2", "-o", "json"))
            let adapter = try #require(detail.files.first { $0.role == "adapter" })
            let forms = detail.files.filter {
                ["peft", "diffusers", "comfyui", "kohya"].contains($0.role)
            }
            #expect(forms.map(\.role) == ["peft", "diffusers", "comfyui", "kohya"])
            for form in forms {
                #expect(form.problem == "" && form.sha256.count == 64)
                let difference = try stack.duet("adapter", "diff", adapter.path, form.path)
                #expect(difference.ending == .exited(0), "\(form.role): \(difference.output)")
            }
            #expect(forms[1].path.hasSuffix("/diffusers/pytorch_lora_weights.safetensors"))
            #expect(
                FileManager.default.fileExists(atPath: "\(forms[0].path)/adapter_config.json"))
        }
    }
}

/// From what a round was made of forward to it, and to what grew from it.
extension EndToEnd.Tracking {
    private struct Node: Decodable {
        struct Fact: Decodable { var key, value: String }

        var kind, name: String
        var facts: [Fact]
        var children: [Node]

        var pairs: [Node] {
            (kind == "pair" ? [self] : []) + children.filter { $0.kind != "round" }.flatMap(\.pairs)
        }
    }

    private func expectDescent(in stack: TestStack) throws {
        func lineage(_ arguments: String...) throws -> Node {
            let command = ["round", "lineage"] + arguments + ["-o", "json"]
            let outcome = try DuetProgram.run(
                command, environment: ["DUET_COORDINATOR": stack.endpoint])
            try #require(outcome.succeeded, "\(outcome.error)")
            return try decoded(Node.self, from: outcome.output)
        }
        let pair = try #require(try lineage("loop/1").pairs.first)
        let task = try #require(pair.children.first?.facts.first { $0.key == "task" }?.value)
        let prompt = String(pair.name.split(separator: "/")[0])
        for arguments in [
            ["--pair", "pairs/\(pair.name)"], ["--candidate", task],
            ["--prompt", "pairs/\(prompt)"], ["--ranking", "pairs/r1"],
        ] {
            let tree = try lineage(arguments[0], arguments[1])
            #expect(tree.children.map(\.name) == ["loop/1"], "\(arguments)")
            let grown = tree.children.first?.children.filter { $0.kind == "round" }
            #expect(grown?.map(\.name) == ["loop/2"], "\(arguments)")
            let isPartOfIt = tree.children.first?.pairs.contains { $0.name == pair.name }
            #expect(isPartOfIt == (arguments[0] != "--ranking"), "\(arguments)")
        }
        let own = try lineage("--prompt", "loop/2/candidates/\(prompt)")
        #expect(own.children.allSatisfy { $0.name == "loop/2" })
        let nobody = try stack.duet("round", "lineage", "--prompt", "pairs/mauve")
        #expect(nobody.ending == .exited(3) && nobody.error.contains("no prompt 'mauve'"))
    }
}

/// What the server says it knows.
extension EndToEnd.Tracking {
    private struct Found: Decodable { var runs: [Run] }

    private struct Run: Decodable {
        struct Info: Decodable { var runId, runName, status: String }
        struct Text: Decodable { var key, value: String }
        struct Metric: Decodable {
            var key: String
            var value: Double
        }
        struct Facts: Decodable {
            var params, tags: [Text]?
            var metrics: [Metric]?
        }
        struct Inputs: Decodable {
            struct Input: Decodable { var dataset: Dataset }
            struct Dataset: Decodable { var name, digest: String }

            var datasetInputs: [Input]?
        }

        var info: Info
        var data: Facts
        var inputs: Inputs?

        func parameter(_ key: String) -> String? { data.params?.first { $0.key == key }?.value }
        func tag(_ key: String) -> String? { data.tags?.first { $0.key == key }?.value }
        func number(_ key: String) -> Double? { data.metrics?.first { $0.key == key }?.value }
    }

    private struct History: Decodable {
        struct Point: Decodable { var step: Int? }

        var metrics: [Point]
    }

    private func ask<Answer: Decodable>(
        _ type: Answer.Type, _ address: String, _ body: String? = nil
    ) throws -> Answer {
        let posted = body.map { ["--json", $0] } ?? []
        let outcome = try DuetProgram.run(
            program: "curl", ["--silent", "--fail", "--max-time", "60"] + posted + [address])
        return try decoded(type, from: outcome.output)
    }

    /// One run for each round and one for all of them, with all that is known.
    private func expectRuns(at address: String, in stack: TestStack) throws {
        let api = "\(address)/api/2.0/mlflow"
        let found = try ask(
            Found.self, "\(api)/runs/search", #"{"experiment_ids": ["1"], "max_results": 100}"#)
        let runs = found.runs.sorted { $0.info.runName < $1.info.runName }
        #expect(runs.map(\.info.runName) == ["loop", "loop/1", "loop/2"])
        #expect(runs.map(\.info.status) == ["FINISHED", "FINISHED", "FINISHED"])
        guard runs.count == 3 else { return }
        let rounds = try decoded(
            [Answers.Round].self, from: stack.demand("round", "list", "-o", "json"))
        for (run, round) in zip(runs.dropFirst(), rounds) {
            #expect(run.tag("mlflow.parentRunId") == runs[0].info.runId)
            #expect(run.tag("duet.state") == "promoted")
            #expect(run.parameter("loss.beta.audio") == "20")
            #expect(run.parameter("optim.lr") == "0.01")
            #expect(run.number("gain/total") == round.gain)
            #expect(run.number("eval/loud") != nil && run.number("gain/total_lower") != nil)
            #expect(run.number("train/implicit_acc_audio") != nil)
            #expect(run.number("guard/weight_change") ?? 0 > 0)
            let detail = try decoded(
                Shown.self, from: stack.demand("round", "show", round.label, "-o", "json"))
            #expect(run.tag("duet.adapter_sha256") == detail.sha256)
            let datasets = run.inputs?.datasetInputs?.map(\.dataset) ?? []
            let digest = String((run.tag("duet.pairs") ?? "").prefix(36))
            #expect(digest.count == 36 && datasets.contains { $0.digest == digest })
            let query = "run_id=\(run.info.runId)&metric_key=train/loss"
            let history = try ask(History.self, "\(api)/metrics/get-history?\(query)")
            #expect(history.metrics.map { $0.step ?? 0 }.sorted() == Array(1...12))
        }
        let query = "run_id=\(runs[0].info.runId)&metric_key=gain/total"
        let history = try ask(History.self, "\(api)/metrics/get-history?\(query)")
        #expect(history.metrics.map { $0.step ?? 0 }.sorted() == [1, 2])
    }
}

/// A tracking server from PyPI.
private final class MLflowProcess {
    private let service: Service

    init(at port: Int) throws {
        let folder = try makeFolder()
        let here = URL(filePath: #filePath).resolvingSymlinksInPath()
        let root = here.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        service = try Service(
            "mlflow",
            command: [
                "\(root)/.build/venv/bin/mlflow", "server", "--host", "127.0.0.1", "--port",
                "\(port)", "--workers", "1", "--backend-store-uri", "sqlite:///\(folder)/runs.db",
                "--default-artifact-root", "\(folder)/artifacts",
            ], log: "\(folder)/mlflow.log",
            environment: [
                "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            ])
        try service.waitUntilItSays("Application startup complete", within: 300)
    }

    func stop() { service.signal(SIGTERM) }
}

import Foundation
import Linux
import Postgres
import Testing
import Wire

extension EndToEnd {
    @Suite struct Batches {
        @Test(.timeLimit(.minutes(3)))
        func aScorerThatTakesBatchesIsHandedThem() throws {
            let folder = try makeFolder()
            let engine = try BatchEngine(in: folder)
            try withStack(.init(workers: 0), in: folder) { stack in
                let maker = try stack.startWorker(
                    "maker", ["--no-embedded", "--engine", engine.command("generate")])
                try engine.submit("plain", prompts: 8, batch: nil, to: stack)
                try engine.submit("small", prompts: 4, batch: 2, to: stack)
                try engine.submit("broken", prompts: 4, batch: nil, to: stack)
                try engine.submit("garbled", prompts: 4, batch: nil, to: stack)
                try engine.submit("dropped", prompts: 4, batch: nil, to: stack)
                try eventually("all clips were there") {
                    try stack.database.number("select count(*) from candidates") == 24
                }
                let door = try FileLock(path: "\(folder)/batch/door")
                let scorer = try stack.startWorker(
                    "scorer",
                    ["--slots", "1", "--no-embedded", "--engine", engine.command("score")])
                try dropOne(of: engine, in: stack)
                _ = consume door
                try expectAnswers(of: engine, in: stack)
                for worker in [maker, scorer] {
                    worker.signal(SIGTERM)
                    _ = try worker.end(within: 30)
                }
            }
        }

        /// Cancels one of four tasks that run as a batch, which waits behind a door.
        private func dropOne(of engine: BatchEngine, in stack: TestStack) throws {
            try eventually("the batch ran") { engine.batches["dropped"] != nil }
            var tasks: [Answers.Task] = []
            // Leases are recorded when they are a second old.
            try eventually("all of the batch were seen to run") {
                let list = try stack.demand(
                    "task", "list", "dropped", "--state", "leased", "-o", "json")
                tasks = try decoded([Answers.Task].self, from: list)
                return tasks.count == 4
            }
            let dropped = try #require(tasks.first { $0.prompt == "p2" })
            try stack.demand("task", "cancel", "\(dropped.id)", "--yes")
        }

        private func expectAnswers(of engine: BatchEngine, in stack: TestStack) throws {
            for name in ["plain", "small", "broken", "garbled", "dropped"] {
                _ = try stack.duet("wait", "campaign", name, "--timeout", "60", "--quiet")
            }
            let sizes = engine.batches.mapValues { $0.map(\.count) }
            // Later ones are of what had come when the slot became free.
            #expect(sizes["plain"]?.first == 4 && sizes["plain"]?.max() == 4, "\(sizes)")
            #expect(sizes["small"]?.max() == 2, "\(sizes)")
            // The engine answers the last prompt first, and each score is its prompt's.
            for (name, count) in ["plain": 8, "small": 4, "broken": 4, "garbled": 4, "dropped": 3] {
                let right = try stack.database.number(
                    """
                    select count(*) from scores
                        join prompts on prompts.number = (candidate_id >> 12) & 268435455
                            and prompts.campaign_id = candidate_id >> 40
                        join campaigns on campaigns.id = prompts.campaign_id
                        where campaigns.name = \(name) and 'p' || value = key
                    """)
                #expect(right == count, "\(name)")
            }
            // p4 was answered before the engine ended in the middle of p3.
            for (name, reason) in ["broken": "%status 3%", "garbled": "%what it may not%"] {
                let failed = try stack.database.number(
                    """
                    select count(*) from attempts
                        join campaigns on campaigns.id = task_campaign(task_id)
                        where campaigns.name = \(name) and outcome = 'failed'
                        and message like \(reason)
                    """)
                #expect(failed == 3, "\(name)")
            }
        }
    }
}

/// An external engine that generates at once and scores in batches, with the campaigns for it.
struct BatchEngine {
    private let folder: String

    /// Writes the engine into a folder.
    init(in folder: String) throws {
        self.folder = folder + "/batch"
        try FileManager.default.createDirectory(
            atPath: self.folder, withIntermediateDirectories: true)
        try Self.source.write(
            toFile: self.folder + "/engine.py", atomically: true, encoding: .utf8)
    }

    /// How a worker is told to start it, for one kind of tasks.
    func command(_ kind: String) -> String { "python3 -B \(folder)/engine.py \(folder) \(kind)" }

    /// The prompts of each batch so far, by campaign; single runs are not there.
    var batches: [String: [[Substring]]] {
        let text = (try? String(contentsOfFile: folder + "/batches", encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        return Dictionary(grouping: lines) { String($0[0]) }
            .mapValues { $0.map { Array($0.dropFirst()) } }
    }

    /// Submits a campaign with one clip and one score for each of so many prompts.
    func submit(_ name: String, prompts: Int, batch: Int?, to stack: TestStack) throws {
        let rows = (1...prompts).map { "p\($0),\(name)" }
        try (["id,text"] + rows).joined(separator: "\n")
            .write(toFile: "\(folder)/\(name).csv", atomically: true, encoding: .utf8)
        try """
        kind: Campaign
        name: \(name)
        prompts: {source: \(name).csv, columns: {id: id, text: text}}
        generate: {model: made, num_samples: 1, include_reference: false}
        score:
          rewards: [{name: n, scorer: batch, output: n, modality: audio}]
          \(batch.map { "batch: \($0)" } ?? "")
        resources: {generate: {cpus: 0.1}, score: {cpus: 0.1}}
        retry: {max: 1, backoff: 50ms}
        """.write(toFile: "\(folder)/\(name).yaml", atomically: true, encoding: .utf8)
        try stack.demand("campaign", "submit", "\(folder)/\(name).yaml")
    }

    private static let source = """
        import fcntl, json, os, sys

        folder, kind = sys.argv[1:]

        def send(**message):
            print(json.dumps(message), flush=True)

        def score(task, size):
            prompt, text = task["prompt"]["id"], task["prompt"]["text"]
            if size > 1 and prompt == "p3" and task["attempt"] == 1:
                if text == "broken":
                    os._exit(3)
                if text == "garbled":
                    print("Loading weights", flush=True)
            send(type="result", task=task["task"], scores={"n": int(prompt[1:])})

        provides = [{"kind": "generate", "name": "made"}]
        if kind == "score":
            provides = [{"kind": "score", "name": "batch", "batch": 4}]
        send(type="hello", protocol=1, name="batch", version="1", provides=provides)
        for line in sys.stdin:
            message = json.loads(line)
            tasks = message.get("tasks", [message])
            if message["type"] == "load":
                send(type="loaded", model=message["model"])
            elif kind == "generate":
                clip = message["folder"] + "/clip.wav"
                with open(clip, "w") as file:
                    file.write(message["seed"])
                media = [{"role": "audio", "path": clip}]
                send(type="result", task=message["task"], media=media)
            else:
                if len(tasks) > 1:
                    with open(folder + "/batches", "a") as batches:
                        prompts = [task["prompt"]["id"] for task in tasks]
                        print(tasks[0]["prompt"]["text"], *prompts, file=batches)
                if tasks[0]["prompt"]["text"] == "dropped":
                    with open(folder + "/door") as door:
                        fcntl.flock(door, fcntl.LOCK_SH)
                for task in sorted(tasks, key=lambda task: task["prompt"]["id"], reverse=True):
                    score(task, len(tasks))
        """
}

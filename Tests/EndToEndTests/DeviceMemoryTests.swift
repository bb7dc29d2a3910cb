import Foundation
import Linux
import Testing

extension EndToEnd {
    @Suite struct DeviceMemory {
        /// A device of 10 GiB: weights that lie idle stay while there is room, and no longer, be
        /// they in an engine of their own or in that of the others.
        @Test(
            .timeLimit(.minutes(2)),
            arguments: [(4, "second beside first"), (8, "second")], [true, false])
        func idleWeightsMakeRoomForOthers(
            expected: (gibibytes: Int, last: String), areApart: Bool
        ) throws {
            let (gibibytes, last) = expected
            let folder = try makeFolder()
            try Self.engine.write(
                toFile: "\(folder)/engine.py", atomically: true, encoding: .utf8)
            try "id,text\np1,a bell rings\n"
                .write(toFile: "\(folder)/prompts.csv", atomically: true, encoding: .utf8)
            let device = "{cpus: 0.1, gpus: 1, gpu_memory: \(gibibytes)GiB}"
            try """
            kind: Campaign
            name: room
            prompts: {source: prompts.csv, columns: {id: id, text: text}}
            generate: {model: first, num_samples: 1, include_reference: false}
            score: {rewards: [{name: n, scorer: second, output: n, modality: audio}]}
            resources: {generate: \(device), score: \(device)}
            """.write(toFile: "\(folder)/room.yaml", atomically: true, encoding: .utf8)
            try withStack(.init(workers: 0), in: folder) { stack in
                let engines = areApart ? ["first", "second"] : ["first second"]
                let commands = engines.flatMap {
                    ["--engine", "python3 -B \(folder)/engine.py \(folder) \($0)"]
                }
                let worker = try stack.startWorker(
                    "gpu", ["--gpus", "1", "--gpu-memory", "10GiB"] + commands)
                try stack.demand("campaign", "submit", "\(folder)/room.yaml")
                try stack.demand("wait", "campaign", "room", "--timeout", "60", "--quiet")
                let runs = try String(contentsOfFile: "\(folder)/runs", encoding: .utf8)
                #expect(runs.split(separator: "\n") == ["first", Substring(last)])
                worker.signal(SIGTERM)
                _ = try worker.end(within: 30)
            }
        }

        /// Writes down each run, and which other weights an engine holds meanwhile.
        private static let engine = """
            import json, os, sys

            folder, names = sys.argv[1], sys.argv[2:]
            kinds = {"first": "generate", "second": "score"}

            def send(**message):
                print(json.dumps(message), flush=True)

            def holder(name):
                return f"{folder}/{name}.pid"

            def is_held(name):
                try:
                    with open(holder(name)) as file:
                        return os.path.exists(f"/proc/{file.read()}")
                except FileNotFoundError:
                    return False

            send(type="hello", protocol=1, name=" and ".join(names), version="1",
                 provides=[{"kind": kinds[name], "name": name} for name in names])
            for line in sys.stdin:
                message = json.loads(line)
                if message["type"] == "load":
                    with open(holder(message["model"]), "w") as file:
                        file.write(str(os.getpid()))
                    send(type="loaded", model=message["model"])
                if message["type"] == "unload":
                    os.remove(holder(message["model"]))
                if message["type"] != "run":
                    continue
                name = message["name"]
                others = [other for other in kinds if other != name and is_held(other)]
                with open(folder + "/runs", "a") as runs:
                    runs.write(" beside ".join([name] + others) + "\\n")
                if kinds[name] == "score":
                    send(type="result", task=message["task"], scores={"n": 1})
                    continue
                clip = message["folder"] + "/clip.wav"
                with open(clip, "w") as file:
                    file.write("clip")
                send(type="result", task=message["task"],
                     media=[{"role": "joint", "path": clip}])
            """
    }
}

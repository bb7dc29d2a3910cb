import Foundation
import Linux
import Testing

/// An external engine whose clips are not ready before the test says so, and which writes down
/// each run; with the campaigns for it.
///
/// A clip waits behind a door, a file that the test holds locked.
final class GateEngine {
    private let folder: String
    private var doors: [String: Door] = [:]

    private final class Door {
        let lock: FileLock
        init(_ path: String) throws { lock = try FileLock(path: path) }
    }

    /// Writes the engine into a folder.
    init(in folder: String) throws {
        self.folder = folder + "/gate"
        try FileManager.default.createDirectory(
            atPath: self.folder, withIntermediateDirectories: true)
        try Self.source.write(
            toFile: self.folder + "/engine.py", atomically: true, encoding: .utf8)
    }

    /// How a worker is told to start it.
    var command: String { "python3 -B \(folder)/engine.py \(folder)" }

    /// The runs so far, in their order: `KIND PROMPT ATTEMPT`.
    var runs: [String] {
        let text = try? String(contentsOfFile: folder + "/runs", encoding: .utf8)
        return (text ?? "").split(separator: "\n").map { String($0) }
    }

    /// Processes of the engine.
    var processes: [SystemProcess] {
        // The command line of a worker holds that of its engine.
        SystemProcess.mentioning("\(folder)/engine.py").filter {
            !$0.commandLine.contains("--engine")
        }
    }

    /// Lets the clips of a prompt become ready, or of all prompts.
    func open(_ prompt: String? = nil) {
        if let prompt { doors[prompt] = nil } else { doors = [:] }
    }

    /// Submits a campaign with one clip and one score for each of so many prompts, `p1` and on.
    func submit(_ name: String, prompts: Int, to stack: TestStack) throws {
        for prompt in (1...prompts).map({ "p\($0)" }) where doors[prompt] == nil {
            doors[prompt] = try Door("\(folder)/\(prompt).door")
        }
        let rows = (1...prompts).map { "p\($0),a bell rings \($0) times" }
        try (["id,text"] + rows).joined(separator: "\n")
            .write(toFile: "\(folder)/\(name).csv", atomically: true, encoding: .utf8)
        try """
        kind: Campaign
        name: \(name)
        prompts: {source: \(name).csv, columns: {id: id, text: text}}
        generate: {model: gate, num_samples: 1, include_reference: false}
        score: {rewards: [{name: n, scorer: gate, output: n, modality: audio}]}
        resources: {generate: {cpus: 0.1}, score: {cpus: 0.1}}
        retry: {max: 0, crash_limit: 1}
        """.write(toFile: "\(folder)/\(name).yaml", atomically: true, encoding: .utf8)
        try stack.demand("campaign", "submit", "\(folder)/\(name).yaml")
    }

    /// What `runs` must hold once everything has run exactly once, at the first attempt.
    static func everyRun(prompts: Int) -> Set<String> {
        Set((1...prompts).flatMap { ["generate p\($0) 1", "score p\($0) 1"] })
    }

    private static let source = """
        import fcntl, json, sys

        folder = sys.argv[1]

        def send(**message):
            print(json.dumps(message), flush=True)

        provides = [{"kind": kind, "name": "gate"} for kind in ("generate", "score")]
        send(type="hello", protocol=1, name="gate", version="1", provides=provides)
        for line in sys.stdin:
            message = json.loads(line)
            if message["type"] == "load":
                send(type="loaded", model=message["model"])
            if message["type"] != "run":
                continue
            task, prompt = message["task"], message["prompt"]["id"]
            with open(folder + "/runs", "a") as runs:
                runs.write(f"{message['kind']} {prompt} {message['attempt']}\\n")
            if message["kind"] == "score":
                send(type="result", task=task, scores={"n": len(prompt)})
                continue
            with open(f"{folder}/{prompt}.door") as door:
                fcntl.flock(door, fcntl.LOCK_SH)
            clip = message["folder"] + "/clip.wav"
            with open(clip, "w") as file:
                file.write(message["seed"])
            send(type="result", task=task, media=[{"role": "joint", "path": clip}])
        """
}

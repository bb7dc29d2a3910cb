import Foundation
import Testing

/// An external engine that does well with the model `bad/nothing`, and with other models what an
/// engine should not do; with the campaigns for it.
struct BadEngine {
    /// What the engine does with a generate task.
    enum Fault: String, CaseIterable {
        /// Makes a clip, as it should.
        case nothing
        /// Prints to stdout what is no message.
        case garbage
        /// Never answers, and does not end on SIGTERM either.
        case hang
        /// Writes 20 MB to stderr, then reports an error.
        case flood
        /// Starts a process that would live for ever, then ends by SIGSEGV.
        case fork
        /// Exits with status 3.
        case exit
    }

    private let folder: String

    /// Writes the engine into a folder.
    init(in folder: String) throws {
        self.folder = folder + "/bad"
        try FileManager.default.createDirectory(
            atPath: self.folder, withIntermediateDirectories: true)
        try Self.source.write(
            toFile: self.folder + "/engine.py", atomically: true, encoding: .utf8)
    }

    /// How a worker is told to start it.
    var command: String { "python3 -B \(folder)/engine.py \(folder)/engine" }

    /// Processes of the engine, and of what its runs have started.
    var processes: [SystemProcess] {
        // The command lines of `duet up` and its workers hold that of the engine.
        SystemProcess.mentioning("\(folder)/engine").filter {
            !$0.commandLine.contains("--engine")
        }
    }

    /// Processes that its runs have started.
    var grandchildren: [SystemProcess] { SystemProcess.mentioning("\(folder)/engine-grandchild") }

    /// Submits a campaign of one prompt whose generate task meets the fault, and waits for its end.
    func run(_ fault: Fault, on stack: TestStack) throws -> DuetProgram.Outcome {
        try "id,text\np1,a bell rings\n"
            .write(toFile: "\(folder)/prompts.csv", atomically: true, encoding: .utf8)
        let file = "\(folder)/\(fault).yaml"
        try """
        kind: Campaign
        name: \(fault)
        prompts: {source: prompts.csv, columns: {id: id, text: text}}
        generate: {model: bad/\(fault), num_samples: 1, include_reference: false}
        score: {rewards: [{name: n, scorer: bad/score, output: n, modality: audio}]}
        resources: {generate: {cpus: 0.1, timeout: \(fault == .hang ? 1 : 100)s}}
        retry: {max: 1, backoff: 50ms}
        """.write(toFile: file, atomically: true, encoding: .utf8)
        try stack.demand("campaign", "submit", file)
        return try stack.duet("wait", "campaign", "\(fault)", "--timeout", "100")
    }

    private static let source = #"""
        import json, os, signal, subprocess, sys

        marker = sys.argv[1]

        def send(**message):
            print(json.dumps(message), flush=True)

        def misbehave(fault):
            if fault == "garbage":
                print("Loading checkpoint shards: 100%|####| 2/2", flush=True)
                signal.pause()
            if fault == "hang":
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                signal.pause()
            if fault == "flood":
                sys.stderr.write("the first line\n" + ("x" * 99 + "\n") * 200_000)
                sys.stderr.write("the last line\n")
                sys.stderr.flush()
                raise OSError("the disk of the node is full")
            if fault == "fork":
                forever = "import signal; signal.signal(15, signal.SIG_IGN); signal.pause()"
                subprocess.Popen([sys.executable, "-c", forever, marker + "-grandchild"])
                print("RuntimeError: CUDA error: device-side assert", file=sys.stderr, flush=True)
                os.kill(os.getpid(), signal.SIGSEGV)
            if fault == "exit":
                print("ImportError: no module named torch", file=sys.stderr, flush=True)
                os._exit(3)

        provides = [{"kind": kind, "name": "bad/*"} for kind in ("generate", "score")]
        send(type="hello", protocol=1, name="bad", version="1", provides=provides)
        for line in sys.stdin:
            message = json.loads(line)
            if message["type"] == "load":
                send(type="loaded", model=message["model"])
            if message["type"] != "run":
                continue
            task = message["task"]
            if message["kind"] == "score":
                send(type="result", task=task, scores={"n": 1})
                continue
            try:
                misbehave(message["name"].removeprefix("bad/"))
            except OSError as error:
                send(type="error", task=task, message=str(error), retryable=True)
                continue
            clip = message["folder"] + "/clip.wav"
            with open(clip, "w") as file:
                file.write(message["seed"])
            send(type="result", task=task, media=[{"role": "joint", "path": clip}])
        """#
}

import Foundation
import Testing

/// An external engine that makes short sounds and judges them, well or badly as the prompt's key
/// says; with the campaign for it.
///
/// A prompt whose key is none of the words below has three candidates of which the last is best.
struct JudgeEngine {
    /// What becomes of candidate 1, or of the prompt.
    enum Fault: String, CaseIterable {
        /// Its score is NaN, which is no JSON.
        case nan
        /// Its score is larger than any number.
        case infinite
        /// Its score is null, and a reason says why.
        case silent
        /// The result lacks the score.
        case absent
        /// The engine ends while it scores it.
        case dies
        /// Candidates 1 and 2 cannot be made.
        case one
        /// All candidates have the same scores.
        case equal
    }

    private let folder: String

    /// Writes the engine into a folder.
    init(in folder: String) throws {
        self.folder = folder + "/judge"
        try FileManager.default.createDirectory(
            atPath: self.folder, withIntermediateDirectories: true)
        try Self.source.write(
            toFile: self.folder + "/engine.py", atomically: true, encoding: .utf8)
    }

    /// How a worker is told to start it.
    var command: String { "python3 -B \(folder)/engine.py" }

    /// Submits a campaign of these prompts and waits for its end; some of its tasks may fail.
    func run(_ name: String, prompts: [String], on stack: TestStack) throws {
        let rows = prompts.map { "\($0),a sound called \($0)" }
        try (["id,text"] + rows).joined(separator: "\n")
            .write(toFile: "\(folder)/\(name).csv", atomically: true, encoding: .utf8)
        let file = "\(folder)/\(name).yaml"
        try """
        kind: Campaign
        name: \(name)
        seed: 7
        prompts: {source: \(name).csv, columns: {id: id, text: text}}
        generate: {model: judge/tone, num_samples: 3, include_reference: false}
        score:
          rewards:
            - {name: pitch, scorer: judge/ear, output: pitch, modality: audio}
            - {name: level, scorer: judge/meter, output: level, modality: video}
            - {name: taste, scorer: judge/taste, output: taste, role: held_out}
        resources: {generate: {cpus: 0.1}, score: {cpus: 0.1}}
        retry: {max: 0, crash_limit: 1}
        limits: {max_failed: 100}
        """.write(toFile: file, atomically: true, encoding: .utf8)
        try stack.demand("campaign", "submit", file)
        _ = try stack.duet("wait", "campaign", name, "--timeout", "110")
    }

    private static let source = #"""
        import json, math, os, struct, sys, wave

        def send(text):
            print(text, flush=True)

        def tone(path, prompt, ordinal):
            step = (sum(prompt.encode()) % 40 + 10 * (ordinal + 1)) / 8000 * 20
            with wave.open(path, "wb") as file:
                file.setparams((1, 2, 8000, 0, "NONE", ""))
                samples = (int(9000 * math.sin(step * i)) for i in range(800))
                file.writeframes(b"".join(struct.pack("<h", value) for value in samples))

        def score(name, prompt, ordinal):
            value = json.dumps(1.0 if prompt == "equal" else float(ordinal))
            if name == "judge/taste":
                return '{"taste": %s}' % json.dumps(-float(ordinal)), ""
            if name == "judge/meter":
                return '{"level": %s}' % value, ""
            if ordinal == 1:
                if prompt == "dies":
                    print("RuntimeError: the ear fell off", file=sys.stderr, flush=True)
                    os._exit(3)
                if prompt == "absent":
                    return "{}", ""
                if prompt == "silent":
                    return '{"pitch": null}', ', "reasons": {"pitch": "silent clip"}'
                value = {"nan": "NaN", "infinite": "1e999"}.get(prompt, value)
            return '{"pitch": %s}' % value, ""

        provides = [{"kind": kind, "name": "judge/*"} for kind in ("generate", "score")]
        hello = {"type": "hello", "protocol": 1, "name": "judge", "version": "2"}
        send(json.dumps(hello | {"provides": provides}))
        for line in sys.stdin:
            message = json.loads(line)
            if message["type"] == "load":
                send(json.dumps({"type": "loaded", "model": message["model"]}))
            if message["type"] != "run":
                continue
            task, prompt = message["task"], message["prompt"]["id"]
            ordinal = message["ordinal"]
            if message["kind"] == "score":
                scores, rest = score(message["name"], prompt, ordinal)
                send('{"type": "result", "task": "%s", "scores": %s%s}' % (task, scores, rest))
            elif prompt == "one" and ordinal > 0:
                error = {"message": "no second one is to be had", "retryable": False}
                send(json.dumps({"type": "error", "task": task} | error))
            else:
                path = message["folder"] + "/clip.wav"
                tone(path, prompt, ordinal)
                media = [{"role": "audio", "path": path}]
                send(json.dumps({"type": "result", "task": task, "media": media}))
        """#
}

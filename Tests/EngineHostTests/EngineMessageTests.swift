import FoundationEssentials
import Testing

@testable import EngineHost

private func parse(_ line: String) throws(MalformedLine) -> EngineMessage {
    try EngineMessage.parse(ArraySlice(line.utf8), with: JSONDecoder())
}

@Suite struct EngineMessageTests {
    @Test func everyMessageIsRead() throws {
        let hello = """
            {"type":"hello","protocol":1,"name":"n","version":"2","later":[1],"provides":\
            [{"kind":"generate","name":"ball@1"},{"kind":"score","name":"s","outputs":["a"]}]}
            """
        #expect(
            try parse(hello)
                == .hello(
                    EngineHello(
                        name: "n", version: "2",
                        provides: [
                            .init(kind: "generate", name: "ball@1"),
                            .init(kind: "score", name: "s", outputs: ["a"]),
                        ])))
        #expect(try parse(#"{"type":"hello","protocol":7}"#) == .foreignHello(version: 7))
        #expect(try parse(#"{"type":"loaded","model":"m"}"#) == .loaded(model: "m"))
        #expect(
            try parse(#"{"type":"progress","task":"t","fraction":1.5,"note":"n"}"#)
                == .progress(EngineProgress(task: "t", fraction: 1, note: "n")))
        #expect(
            try parse(#"{"type":"result","task":"t","media":[{"role":"joint","path":"/p"}]}"#)
                == .result(EngineResult(task: "t", media: [.init(role: .joint, path: "/p")])))
        #expect(
            try parse(
                #"{"type":"result","task":"t","scores":{"a":-1.5,"b":null},"reasons":{"b":"r"}}"#)
                == .result(
                    EngineResult(task: "t", scores: ["a": -1.5, "b": nil], reasons: ["b": "r"])))
        #expect(
            try parse(#"{"type":"error","model":"m","message":"no","retryable":false}"#)
                == .error(EngineReport(model: "m", message: "no", retryable: false)))
    }

    @Test(arguments: [
        ("", "it is not JSON"),
        ("hello", "it is not JSON"),
        (#"{"type":"loaded","model":"m"} and more"#, "it is not JSON"),
        ("[1]", " is not an object"),
        ("{}", "type is missing"),
        (#"{"type":"greeting"}"#, "there is no message of type \"greeting\""),
        (#"{"type":"loaded"}"#, "model is missing"),
        (#"{"type":"loaded","model":null}"#, "model is null instead of a text"),
        (#"{"type":"hello","protocol":"1"}"#, "protocol is not a number"),
        (#"{"type":"progress","task":"t","fraction":NaN}"#, "it is not JSON"),
        (#"{"type":"result","task":"t","scores":{"a":NaN}}"#, "it is not JSON"),
        (#"{"type":"result","task":"t","scores":{"a":-Infinity}}"#, "it is not JSON"),
        (#"{"type":"result","task":"t","scores":{"a":"high"}}"#, "scores.a is not a number"),
        (#"{"type":"error","task":"t","message":"m"}"#, "retryable is missing"),
    ])
    func aLineThatIsNoMessageSaysWhatIsWrong(line: String, reason: String) {
        #expect(throws: MalformedLine(reason: reason)) { try parse(line) }
    }

    @Test(arguments: [
        #"{"type":"result","task":"t","scores":{"a":1e999}}"#,
        #"{"type":"result","task":"t","media":[{"role":"smell","path":"/p"}]}"#,
        String(repeating: "[", count: 100_000),
        "\u{0}\u{0}\u{0}",
    ])
    func otherLinesAreRefusedAsWell(line: String) {
        #expect(throws: MalformedLine.self) { try parse(line) }
    }

    @Test func aNameEndingInAStarCoversAllThatBeginSo() {
        let entry = EngineHello.Entry(kind: "generate", name: "ball@*")
        #expect(entry.covers(kind: "generate", name: "ball@1"))
        #expect(!entry.covers(kind: "generate", name: "cube@1"))
        #expect(!entry.covers(kind: "score", name: "ball@1"))
        #expect(EngineHello.Entry(kind: "ingest", name: "*").covers(kind: "ingest", name: "x"))
        #expect(!EngineHello.Entry(kind: "ingest", name: "x").covers(kind: "ingest", name: "xy"))
    }
}

@Suite struct WorkerMessageTests {
    private let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    private func text(_ message: WorkerMessage) throws -> String {
        String(decoding: try message.line(with: encoder), as: UTF8.self)
    }

    @Test func aRunSaysEverythingOfItsAttempt() throws {
        var attempt = EngineAttempt(
            task: "t", attempt: 2, kind: "generate", name: "m", folder: "/out",
            timeLimit: .seconds(1), logPath: "/log")
        attempt.model = "m+/adapter"
        attempt.prompt = EnginePrompt(
            id: "p", text: "a \"ball\"\n", groundTruth: .init(video: "/v", audio: nil))
        attempt.seed = .max
        attempt.ordinal = 3
        attempt.params = try JSONValue(
            json: #"{"b": [1, 0.1, null, true], "a": 18446744073709551615}"#)
        let expected = """
            {"attempt":2,"folder":"/out","kind":"generate","model":"m+/adapter","name":"m",\
            "ordinal":3,\
            "params":{"a":18446744073709551615,"b":[1,0.1,null,true]},\
            "prompt":{"ground_truth":{"video":"/v"},"id":"p","text":"a \\"ball\\"\\n"},\
            "seed":"18446744073709551615","task":"t","type":"run"}

            """
        #expect(try text(.run([attempt])) == expected)
    }

    @Test func aRunForAScoreNamesTheCandidateAndTheOutputs() throws {
        var attempt = EngineAttempt(
            task: "t", attempt: 1, kind: "score", name: "s", folder: "/out",
            timeLimit: .seconds(1), logPath: "/log")
        attempt.candidate = EngineCandidate(
            id: "c", media: [.init(role: .joint, path: "/p", sha256: "ab")])
        attempt.outputs = ["a"]
        let expected = """
            {"attempt":1,"candidate":{"id":"c",\
            "media":[{"path":"/p","role":"joint","sha256":"ab"}]},\
            "folder":"/out","kind":"score","name":"s","ordinal":0,"outputs":["a"],"params":{},\
            "seed":"0","task":"t","type":"run"}

            """
        #expect(try text(.run([attempt])) == expected)
    }

    @Test func loadAndUnloadNameTheModel() throws {
        #expect(try text(.load(model: "m/1")) == "{\"model\":\"m/1\",\"type\":\"load\"}\n")
        #expect(try text(.unload(model: "m")) == "{\"model\":\"m\",\"type\":\"unload\"}\n")
    }

    @Test func whatCannotBeALineIsRefused() {
        let long = String(repeating: "x", count: engineLineLimit)
        #expect(throws: EngineRefusal.self) { try text(.load(model: long)) }
        var attempt = EngineAttempt(
            task: "t", attempt: 1, kind: "score", name: "s", folder: "/out",
            timeLimit: .seconds(1), logPath: "/log")
        attempt.params = .object(["a": .number(.nan)])
        #expect(throws: EngineRefusal.notJSON("nan")) { try text(.run([attempt])) }
    }
}

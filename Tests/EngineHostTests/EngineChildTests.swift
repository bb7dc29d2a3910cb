import Glibc
import Linux
import TemporaryFolders
import Testing

@testable import EngineHost

@Suite struct EngineChildTests {
    @Test func aGoodEngineLoadsRunsAndEnds() throws {
        var rig = try EngineRig(
            """
            hello(provides=[{"kind": "score", "name": "s", "outputs": ["a", "b"]}])
            model = receive()["model"]
            log("loading " + model)
            send(type="loaded", model=model)
            run = receive()
            log("running " + run["seed"])
            send(type="progress", task=run["task"], fraction=0.5, note="half")
            scores = {"a": 0.25, "b": None}
            send(type="result", task=run["task"], scores=scores, reasons={"b": "dark"})
            log("after " + receive()["model"])
            sys.stdin.read()
            log("bye")
            """)
        let entry = EngineHello.Entry(kind: "score", name: "s", outputs: ["a", "b"])
        let hello = EngineHello(name: "test", version: "1", provides: [entry])
        #expect(try rig.next() == .hello(hello))
        var attempt = rig.attempt(kind: "score")
        attempt.model = "m1"
        attempt.seed = 9_541_266_253_617_023_151
        attempt.outputs = ["a", "b"]
        try rig.start(attempt)
        #expect(try rig.next() == .loaded(model: "m1"))
        let progress = EngineProgress(task: "t1", fraction: 0.5, note: "half")
        #expect(try rig.next() == .progress(progress))
        let result = EngineResult(
            task: "t1", scores: ["a": 0.25, "b": nil], reasons: ["b": "dark"])
        #expect(try rig.next() == .finished(result))
        #expect(try rig.attemptLog == "loading m1\nrunning 9541266253617023151\n")
        try rig.child.unload("m1")
        rig.stop()
        #expect(try rig.untilExit() == [.exited(.exited(0))])
        #expect(try text(ofFile: rig.folder.file("engine.log")).hasSuffix("bye\n"))
    }

    @Test func oneChildRunsManyAttempts() throws {
        var rig = try EngineRig(
            """
            hello()
            for line in sys.stdin:
                run = json.loads(line)
                log("log of " + run["task"])
                send(type="result", task=run["task"])
            """)
        guard case .hello = try rig.next() else { throw Unexpected() }
        for number in 0..<200 {
            var attempt = rig.attempt("t\(number)")
            attempt.logPath = rig.folder.file("\(number).log")
            try rig.start(attempt)
            #expect(try rig.next() == .finished(EngineResult(task: "t\(number)")))
            #expect(try text(ofFile: attempt.logPath) == "log of t\(number)\n")
        }
    }

    @Test func anErrorThatTheEngineReportsLeavesItAlive() throws {
        var rig = try EngineRig(
            """
            hello()
            receive()
            send(type="error", task="t1", message="prompt is empty", retryable=False)
            receive()
            send(type="result", task="t2")
            """)
        try rig.startAfterHello(rig.attempt())
        let failure = try rig.failure()
        #expect(failure.kind == .reported && failure.message == "prompt is empty")
        #expect(!failure.retryable)
        try rig.start(rig.attempt("t2"))
        #expect(try rig.next() == .finished(EngineResult(task: "t2")))
    }

    @Test func aLineInPartsIsOneLine() throws {
        var rig = try EngineRig(
            """
            hello()
            receive()
            for byte in b'{"type": "result", "task": "t1"}\\n':
                os.write(1, bytes([byte]))
            sys.stdin.read()
            """)
        try rig.startAfterHello(rig.attempt())
        #expect(try rig.next() == .finished(EngineResult(task: "t1")))
    }

    @Test(arguments: [
        (#"print("Loading weights: 10%")"#, "Loading weights: 10%"),
        (#"print('{"type": "result", "task": "t1", "scores": {"a": NaN}}')"#, "NaN"),
        (#"print('{"type": "result", "task": "t9"}')"#, "t9"),
        (#"os.write(1, b"\x00\xff\n")"#, "\\x00\\xff"),
        (#"print("x" * (1 << 20) + "x")"#, "xxx"),
        (#"os.write(1, b"y" * (3 << 20))"#, "yyy"),
    ])
    func garbageFailsTheAttemptAndKillsTheChild(statement: String, shown: String) throws {
        var rig = try EngineRig("hello()\nreceive()\n\(statement)\nsys.stdin.read()")
        try rig.startAfterHello(rig.attempt())
        let failure = try rig.failure()
        guard case .garbage(let line) = failure.kind else { throw Unexpected() }
        #expect(line.contains(shown) && line.count <= 201)
        #expect(failure.task == "t1" && failure.retryable)
        #expect(failure.message.contains(shown))
        // A child may have ended by itself before the signal came.
        guard case .exited = try rig.next() else { throw Unexpected() }
        #expect(rig.child.hasEnded && rig.child.interests.isEmpty && rig.child.deadline == nil)
    }

    @Test func garbageWithoutAnAttemptKillsTheChildToo() throws {
        var rig = try EngineRig("hello()\nprint('oops', flush=True)\nsys.stdin.read()")
        let events = try rig.untilExit()
        guard case .hello = events[0], case .failed(let failure) = events[1] else {
            throw Unexpected()
        }
        #expect(failure.kind == .garbage(line: "oops") && failure.task == nil)
        #expect(events[2...] == [.exited(.signalled(SIGKILL))])
    }

    @Test func aMissingCommandIsKnownAtTheStart() {
        #expect(throws: SpawnError.self) {
            _ = try EngineRig(command: ["no-such-engine"], in: TemporaryFolder()).now
        }
    }

    @Test func anotherProtocolIsRefused() throws {
        var rig = try EngineRig("hello(protocol=2)\nsys.stdin.read()")
        let failure = try rig.failure()
        #expect(failure.kind == .protocolMismatch(offered: 2))
        #expect(failure.message.contains("protocol 2"))
        #expect(try rig.next() == .exited(.signalled(SIGKILL)))
    }

    @Test func aHelloThatDoesNotComeEndsTheChild() throws {
        var rig = try EngineRig("log('importing')\nsys.stdin.read()")
        rig.skipToDeadline()
        let failure = try rig.failure()
        #expect(failure.kind == .helloTimeout)
        #expect(try rig.next() == .exited(.signalled(SIGKILL)))
    }

    @Test func aCrashTellsTheStatusAndTheLastWords() throws {
        var rig = try EngineRig("hello()\nreceive()\nraise ValueError('no weights')")
        try rig.startAfterHello(rig.attempt())
        let failure = try rig.failure()
        #expect(failure.kind == .crashed(.exited(1)))
        #expect(failure.task == "t1" && failure.message.hasSuffix("ValueError: no weights"))
        #expect(failure.logTail.contains("Traceback"))
        #expect(try rig.attemptLog.hasSuffix("ValueError: no weights\n"))
        #expect(try rig.next() == .exited(.exited(1)))
    }

    @Test func aCrashBySignalTellsTheSignal() throws {
        var rig = try EngineRig("hello()\nreceive()\nos.kill(os.getpid(), signal.SIGSEGV)")
        try rig.startAfterHello(rig.attempt())
        #expect(try rig.failure().kind == .crashed(.signalled(SIGSEGV)))
    }

    @Test func aCrashBeforeTheHelloQuotesTheEngineLog() throws {
        var rig = try EngineRig("import no_such_module")
        let failure = try rig.failure()
        #expect(failure.kind == .crashed(.exited(1)) && failure.task == nil)
        #expect(failure.message.contains("No module named 'no_such_module'"))
    }

    @Test func aResultCountsEvenIfTheEngineEndsAtOnce() throws {
        var rig = try EngineRig(
            "hello()\nreceive()\nsend(type='result', task='t1')\nos._exit(7)")
        try rig.startAfterHello(rig.attempt())
        let events = try rig.untilExit()
        #expect(events == [.finished(EngineResult(task: "t1")), .exited(.exited(7))])
    }

    @Test func anEngineThatClosesItsOutputIsGivenUp() throws {
        var rig = try EngineRig("hello()\nreceive()\nos.close(1)\nsys.stdin.read()\nos._exit(5)")
        try rig.startAfterHello(rig.attempt())
        #expect(try rig.failure().kind == .crashed(.exited(5)))
    }

    @Test func aLogThatCannotBeWrittenHarmsNothing() throws {
        var rig = try EngineRig(
            "hello()\nreceive()\nlog('x')\nsend(type='result', task='t1')\nsys.stdin.read()")
        var attempt = rig.attempt()
        attempt.logPath = "/dev/full"
        try rig.startAfterHello(attempt)
        guard case .logLost(let error) = try rig.next() else { throw Unexpected() }
        #expect(error.isDiskFull)
        #expect(try rig.next() == .finished(EngineResult(task: "t1")))
    }
}

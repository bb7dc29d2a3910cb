import Glibc
import Linux
import TemporaryFolders
import Testing

@testable import EngineHost

/// Real children that take several tasks at once.
@Suite struct EngineBatchTests {
    private static let hello = """
        hello(provides=[{"kind": "train", "name": "m", "batch": 8}])
        tasks = [task["task"] for task in receive()["tasks"]]

        """

    @Test func aBatchIsOneLineAndIsAnsweredInAnyOrder() throws {
        var rig = try EngineRig(
            """
            hello(provides=[{"kind": "train", "name": "m", "batch": 8}])
            batch = receive()
            log(batch["type"] + " " + " ".join(sorted(batch["tasks"][0])))
            for task in reversed(batch["tasks"]):
                send(type="progress", task=task["task"], fraction=0.5)
                send(type="result", task=task["task"])
            send(type="result", task=receive()["task"])
            """)
        guard case .hello(let hello) = try rig.next() else { throw Unexpected() }
        #expect(hello.provides.map(\.batch) == [8])
        try rig.start(rig.attempt("t1"), rig.attempt("t2"), rig.attempt("t3"))
        for task in ["t3", "t2", "t1"] {
            #expect(try rig.next() == .progress(EngineProgress(task: task, fraction: 0.5)))
            #expect(try rig.next() == .finished(EngineResult(task: task)))
        }
        #expect(
            try rig.attemptLog
                == "run_batch attempt folder kind name ordinal params seed task\n")
        try rig.start(rig.attempt("t4"))
        #expect(try rig.next() == .finished(EngineResult(task: "t4")))
    }

    @Test func oneThatFailsLeavesTheOthersAlone() throws {
        var rig = try EngineRig(
            Self.hello + """
                log("cannot read the second")
                send(type="error", task="t2", message="no sound", retryable=False)
                for task in ["t1", "t3"]: send(type="result", task=task)
                sys.stdin.read()
                """)
        guard case .hello = try rig.next() else { throw Unexpected() }
        try rig.start(rig.attempt("t1"), rig.attempt("t2"), rig.attempt("t3"))
        let failure = try rig.failure()
        #expect((failure.task, failure.message) == ("t2", "no sound"))
        #expect(failure.logTail.isEmpty, "the log is that of all of them")
        for task in ["t1", "t3"] {
            #expect(try rig.next() == .finished(EngineResult(task: task)))
        }
        #expect(rig.child.isIdle == true)
    }

    @Test func aCrashCostsWhatWasNotAnswered() throws {
        var rig = try EngineRig(
            Self.hello + """
                send(type="result", task="t2")
                raise ValueError("out of memory")
                """)
        guard case .hello = try rig.next() else { throw Unexpected() }
        try rig.start(rig.attempt("t1"), rig.attempt("t2"), rig.attempt("t3"))
        #expect(try rig.next() == .finished(EngineResult(task: "t2")))
        for task in ["t1", "t3"] {
            guard case .failed(let failure) = try rig.next() else { throw Unexpected() }
            #expect((failure.task, failure.kind) == (task, .crashed(.exited(1))))
            #expect(failure.message.hasSuffix("ValueError: out of memory"))
        }
        #expect(try rig.next() == .exited(.exited(1)))
    }

    @Test(arguments: ["print('oops')", "send(type='result', task='t9')"])
    func aBadLineCostsWhatWasNotAnswered(statement: String) throws {
        var rig = try EngineRig(
            Self.hello + "send(type='result', task='t1')\n\(statement)\nsys.stdin.read()")
        guard case .hello = try rig.next() else { throw Unexpected() }
        try rig.start(rig.attempt("t1"), rig.attempt("t2"), rig.attempt("t3"))
        #expect(try rig.next() == .finished(EngineResult(task: "t1")))
        for task in ["t2", "t3"] {
            guard case .failed(let failure) = try rig.next() else { throw Unexpected() }
            guard case .garbage = failure.kind else { throw Unexpected() }
            #expect(failure.task == task)
        }
    }

    @Test func aStoppedTaskOfABatchIsDroppedAndTheOthersGoOn() throws {
        var rig = try EngineRig(
            Self.hello + "for task in tasks: send(type='result', task=task)\nsys.stdin.read()")
        guard case .hello = try rig.next() else { throw Unexpected() }
        try rig.start(rig.attempt("t1"), rig.attempt("t2"))
        rig.child.stop("t1", now: rig.now)
        let stopped = try rig.failure()
        #expect((stopped.task, stopped.kind) == ("t1", .stopped))
        #expect(try rig.next() == .finished(EngineResult(task: "t2")))
        #expect(rig.child.isIdle == true, "the engine lives on")
    }

    @Test func theEngineEndsWhenAllOfABatchAreStopped() throws {
        var rig = try EngineRig(Self.hello + "sys.stdin.read()")
        guard case .hello = try rig.next() else { throw Unexpected() }
        try rig.start(rig.attempt("t1"), rig.attempt("t2"))
        for task in ["t2", "t1"] { rig.child.stop(task, now: rig.now) }
        for task in ["t1", "t2"] {
            guard case .failed(let failure) = try rig.next() else { throw Unexpected() }
            #expect((failure.task, failure.kind) == (task, .stopped))
        }
        #expect(try rig.next() == .exited(.signalled(SIGTERM)))
    }

    @Test func aBatchMayTakeWhatItsTasksCouldOneAfterTheOther() throws {
        var rig = try EngineRig(Self.hello + "sys.stdin.read()")
        guard case .hello = try rig.next() else { throw Unexpected() }
        try rig.start(rig.attempt("t1"), rig.attempt("t2"))
        let twoHours: Int64 = 7_200_000_000_000
        #expect(rig.child.deadline == twoHours)
        rig.skipToDeadline()
        let failure = try rig.failure()
        #expect((failure.task, failure.kind) == ("t1", .timedOut))
        #expect(failure.message.hasPrefix("a batch of 2 tasks outlived the sum of their time"))
    }

    @Test func theLogOfABatchIsThatOfEachOfItsTasks() throws {
        var rig = try EngineRig(
            Self.hello + """
                log("both")
                for task in tasks: send(type='result', task=task)
                sys.stdin.read()
                """)
        guard case .hello = try rig.next() else { throw Unexpected() }
        var second = rig.attempt("t2")
        second.logPath = rig.folder.file("second.log")
        try rig.start(rig.attempt("t1"), second)
        for _ in 0..<2 { _ = try rig.next() }
        #expect(try rig.attemptLog == "both\n")
        #expect(try text(ofFile: second.logPath) == "both\n")
    }

    @Test(arguments: ["0", "1025"])
    func aBatchBeyondReasonIsRefused(batch: String) throws {
        let entry = #"{"kind": "score", "name": "s", "batch": \#(batch)}"#
        var rig = try EngineRig("hello(provides=[\(entry)])\nsys.stdin.read()")
        #expect(try rig.failure().message.contains("the batch of s is not from 1 to 1024"))
    }
}

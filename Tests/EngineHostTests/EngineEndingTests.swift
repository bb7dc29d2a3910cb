import Glibc
import Linux
import TemporaryFolders
import Testing

@testable import EngineHost

/// Engines that hang, flood and leave processes behind.
@Suite struct EngineEndingTests {
    @Test func anAttemptThatHangsIsTerminated() throws {
        var rig = try EngineRig("hello()\nreceive()\nsys.stdin.read()")
        var attempt = rig.attempt()
        attempt.timeLimit = .milliseconds(10)
        try rig.startAfterHello(attempt)
        rig.skipToDeadline()
        let failure = try rig.failure()
        #expect(failure.kind == .timedOut && failure.task == "t1" && failure.retryable)
        #expect(try rig.next() == .exited(.signalled(SIGTERM)))
    }

    @Test func anEngineThatIgnoresSIGTERMIsKilled() throws {
        var rig = try EngineRig(
            """
            signal.signal(signal.SIGTERM, lambda *_: send(type="progress", task="t1", fraction=1))
            hello()
            receive()
            send(type="progress", task="t1", fraction=0)
            while True: signal.pause()
            """)
        try rig.startAfterHello(rig.attempt())
        guard case .progress = try rig.next() else { throw Unexpected() }
        rig.skipToDeadline()
        _ = rig.child.pump(now: rig.now)  // SIGTERM
        rig.skipToDeadline()
        #expect(try rig.failure().kind == .timedOut)
        #expect(try rig.next() == .exited(.signalled(SIGKILL)))
    }

    @Test func aLoadThatHangsCountsAgainstTheLimit() throws {
        var rig = try EngineRig("hello()\nreceive()\nsys.stdin.read()")
        var attempt = rig.attempt()
        attempt.model = "m"
        try rig.startAfterHello(attempt)
        rig.skipToDeadline()
        #expect(try rig.failure().kind == .timedOut)
    }

    @Test func aFloodOfLogIsCutAndNeverHoldsTheEngineUp() throws {
        var rig = try EngineRig(
            """
            hello()
            receive()
            log("first words")
            block = b"0123456789abcde\\n" * 65536
            for _ in range(64): sys.stderr.buffer.write(block)
            log("last words")
            send(type="result", task="t1")
            sys.stdin.read()
            """)
        try rig.startAfterHello(rig.attempt())
        #expect(try rig.next() == .finished(EngineResult(task: "t1")))
        let log = try rig.attemptLog
        let left = 12 + 11 + (64 << 20) - (1 << 20)
        #expect(log.utf8.count <= (1 << 20) + 100)
        #expect(log.hasPrefix("first words\n") && log.hasSuffix("last words\n"))
        #expect(log.contains("\n[\(left) bytes are left out here]\n"))
    }

    @Test(arguments: [
        "sys.stdin.read()",  // hangs
        "os._exit(3)",  // crashes
        "print('garbage', flush=True); sys.stdin.read()",
        "send(type='result', task='t1'); sys.stdin.read()",  // is stopped when idle
    ])
    func whatTheEngineStartedEndsWithIt(statement: String) throws {
        var rig = try EngineRig(
            """
            hello()
            receive()
            if os.fork() == 0:
                fifo = open(sys.argv[1], "w")
                fifo.write("grandchild")
                fifo.flush()
                while True: signal.pause()
            open(sys.argv[2]).read()
            \(statement)
            """, makingPipes: ["grandchild", "go"])
        // A pipe that only the grandchild holds open ends when the grandchild does.
        let grandchild = open(rig.folder.file("grandchild"), O_RDONLY | O_NONBLOCK)
        defer { close(grandchild) }
        try rig.startAfterHello(rig.attempt())
        _ = try Interest.wait(for: [Interest(grandchild, .reading)], until: nil)
        var chunk = [UInt8](repeating: 0, count: 100)
        #expect(read(grandchild, &chunk, 100) == 10)
        close(open(rig.folder.file("go"), O_WRONLY))
        if statement.hasPrefix("send") {
            guard case .finished = try rig.next() else { throw Unexpected() }
            rig.stop()
        } else if statement.hasPrefix("sys") {
            rig.skipToDeadline()
        }
        _ = try rig.untilExit()
        _ = try Interest.wait(for: [Interest(grandchild, .reading)], until: nil)
        #expect(read(grandchild, &chunk, 100) == 0)
    }

    @Test func stoppingInTheMiddleIsAFailureOfTheAttempt() throws {
        var rig = try EngineRig("hello()\nreceive()\nsys.stdin.read()")
        try rig.startAfterHello(rig.attempt())
        rig.stop()
        #expect(try rig.failure().kind == .stopped)
        #expect(try rig.next() == .exited(.signalled(SIGTERM)))
    }

    @Test func anIdleEngineThatDoesNotEndIsKilledInTheEnd() throws {
        var rig = try EngineRig(
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nhello()\nwhile True: signal.pause()")
        guard case .hello = try rig.next() else { throw Unexpected() }
        rig.stop()
        rig.skipToDeadline()
        _ = rig.child.pump(now: rig.now)  // SIGTERM
        rig.skipToDeadline()
        #expect(try rig.untilExit() == [.exited(.signalled(SIGKILL))])
    }

    @Test func aDroppedChildEnds() throws {
        func startAndDrop() throws -> Int32 {
            var rig = try EngineRig("hello()\nsys.stdin.read()")
            guard case .hello = try rig.next() else { throw Unexpected() }
            return rig.child.pid
        }
        let pid = try startAndDrop()
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }
}

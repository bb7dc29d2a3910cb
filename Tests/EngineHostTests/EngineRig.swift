import Glibc
import Linux
import TemporaryFolders
import Testing

@testable import EngineHost

/// What every engine of these tests begins with.
private let prelude = """
    import json, os, signal, sys
    sys.stdout.reconfigure(line_buffering=True)
    def send(**message): print(json.dumps(message), flush=True)
    def hello(**more):
        send(**{**dict(type="hello", protocol=1, name="test", version="1", provides=[]), **more})
    def receive(): return json.loads(sys.stdin.readline())
    def log(text): print(text, file=sys.stderr, flush=True)

    """

/// A real child with the loop of an owner, whose clock stands until it is put forward.
///
/// So no limit of the engine's life can run out because the machine is busy.
struct EngineRig: ~Copyable {
    let folder: TemporaryFolder
    var child: EngineChild
    private(set) var now: Int64 = 0
    private var waiting: [EngineEvent] = []

    /// Starts a Python engine; its arguments are the paths of the named pipes made for it.
    init(_ script: String, makingPipes pipes: [String] = []) throws {
        let folder = try TemporaryFolder()
        let paths = pipes.map { folder.file($0) }
        for path in paths where mkfifo(path, 0o600) != 0 {
            throw SystemError(call: "mkfifo", errno: errno, path: path)
        }
        try self.init(command: ["python3", "-c", prelude + script] + paths, in: folder)
    }

    init(command: [String], in folder: consuming TemporaryFolder) throws {
        self.folder = folder
        child = try EngineChild(
            command: command, environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
            logPath: self.folder.file("engine.log"), now: 0)
    }

    var attemptLog: String {
        get throws { try text(ofFile: folder.file("attempt.log")) }
    }

    /// An attempt that this rig's folder can hold.
    func attempt(_ task: String = "t1", kind: String = "rank") -> EngineAttempt {
        EngineAttempt(
            task: task, attempt: 1, kind: kind, name: "m", folder: folder.path,
            timeLimit: .seconds(3600), logPath: folder.file("attempt.log"))
    }

    mutating func start(_ attempts: EngineAttempt...) throws {
        try child.start(attempts, now: now)
    }

    mutating func stop() {
        child.stop(now: now)
    }

    /// Waits for the hello, and starts an attempt then.
    mutating func startAfterHello(_ attempt: EngineAttempt) throws {
        guard case .hello = try next() else { throw Unexpected() }
        try start(attempt)
    }

    /// Puts the clock forward to when the child has to do something next.
    mutating func skipToDeadline() {
        if let deadline = child.deadline { now = max(now, deadline) }
    }

    /// Returns the next event, waiting for it.
    mutating func next() throws -> EngineEvent {
        // Only so that a broken test ends at all.
        let limit = Clock.monotonic + 120_000_000_000
        while waiting.isEmpty {
            guard Clock.monotonic < limit, !child.hasEnded else { throw Unexpected() }
            waiting = child.pump(now: now)
            if waiting.isEmpty {
                _ = try Interest.wait(for: child.interests, until: limit)
            }
        }
        return waiting.removeFirst()
    }

    /// Returns all events up to the end of the child.
    mutating func untilExit() throws -> [EngineEvent] {
        var events: [EngineEvent] = []
        while true {
            let event = try next()
            events.append(event)
            if case .exited = event { return events }
        }
    }

    /// Returns the failure that comes next, with what else comes before it.
    mutating func failure() throws -> EngineFailure {
        while true {
            if case .failed(let failure) = try next() { return failure }
        }
    }
}

/// What a test did not expect to happen.
struct Unexpected: Error {}

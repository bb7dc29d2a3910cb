import Foundation
import Linux
import LocalPostgres
import Logging

/// A private Postgres and the child processes of one stack, kept alive until told to stop.
struct Stack: ~Copyable {
    /// One process of the stack: what it is, and how to start it again.
    private final class Member {
        let name: String
        let arguments: [String]
        var process: ChildProcess?
        var pid: Int32 = 0
        /// Nanoseconds; nil while it runs.
        var startAgain: Int64?
        var isDone = false

        init(name: String, arguments: [String]) {
            self.name = name
            self.arguments = arguments
        }
    }

    let folder: String
    let endpoints: Endpoints
    private let log: Logger
    private var postgres: LocalPostgres
    private let members: [Member]
    private let lock: FileLock

    /// Nanoseconds before a process that died is started again.
    private static let pause: Int64 = 500_000_000

    init(
        folder: String, workers: Int, slots: Int32, engines: [String],
        embedded: EmbeddedOptions, instant: Bool,
        standby: Bool, log: Logger
    ) throws {
        let path = URL(filePath: folder).standardizedFileURL.path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // The server runs as another user when the caller is root, and must get to its folder.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        let endpoints = Endpoints(folder: path)
        try endpoints.makeFolders()
        let lock = try lockStack(path)
        let postgres = try makePostgres(path)
        let coordinator = [
            "coordinator", "--database", postgres.conninfo, "--listen", endpoints.coordinator,
            "--events", endpoints.events, "--artifacts", path + "/artifacts",
        ]
        var members = [Member(name: "coordinator", arguments: coordinator)]
        if standby { members.append(Member(name: "standby", arguments: coordinator)) }
        for number in 0..<workers {
            let name = "worker-\(number + 1)"
            var arguments = [
                "worker", "start", "--coordinator", endpoints.coordinator, "--name", name,
                "--slots", "\(slots)", "--folder", "\(path)/workers/\(name)",
                "--artifacts", path + "/artifacts",
            ]
            arguments += embedded.arguments(
                in: path, workers: workers, slots: Int(slots))
            for engine in engines { arguments += ["--engine", engine] }
            if instant { arguments.append("--instant") }
            members.append(Member(name: name, arguments: arguments))
        }
        self.folder = path
        self.endpoints = endpoints
        self.log = log
        self.members = members
        self.lock = lock
        self.postgres = postgres
    }

    /// Starts everything; returns when the coordinator answers and the workers are attached.
    ///
    /// A signal that comes before ends what has been started.
    mutating func start(until signals: borrowing Signals) throws {
        do throws(LocalPostgresError) {
            try postgres.start()
        } catch { throw Failure.work("\(error)") }
        for member in members { launch(member) }
        let workers = members.count { $0.name.hasPrefix("worker") }
        do {
            try waitUntilReady(endpoints.coordinator, workers: workers, seconds: 60) {
                try expectAllAlive()
                if signals.next().map(Self.endings.contains) == true {
                    throw Failure.work("stopped before it was ready")
                }
            }
        } catch {
            try? endAll()
            throw error
        }
        log.info("ready: coordinator \(endpoints.coordinator), \(workers) workers")
        log.info("database: \(postgres.conninfo)")
    }

    /// The connection string of its database.
    var database: String { postgres.conninfo }

    /// Process numbers by name, for measurements.
    var processes: [(name: String, pid: Int32)] {
        let own = members.filter { $0.process != nil }.map { ($0.name, $0.pid) }
        return own + (postgres.processID.map { [("postgres", $0)] } ?? [])
    }

    /// The signals that end a stack.
    private static let endings = [Signals.terminate, Signals.interrupt]

    /// Starts again whatever dies, until a signal comes.
    mutating func supervise(until signals: borrowing Signals) {
        while true {
            _ = try? Interest.wait(
                for: [Interest(signals.descriptor, .reading)],
                until: Clock.monotonic + Self.pause)
            while let signal = signals.next() {
                if Self.endings.contains(signal) { return }
            }
            tend()
        }
    }

    /// Looks once after everything, and starts again what has died.
    mutating func tend() {
        lookAfterPostgres()
        for member in members { lookAfter(member) }
    }

    /// Ends the workers first, so that the coordinator still takes their results.
    mutating func stop() throws { try endAll() }

    /// A further signal stops running tasks too.
    mutating func stop(until signals: borrowing Signals) throws {
        log.info("stopping: running tasks finish; a second signal stops them")
        let workers = members.filter { $0.name.hasPrefix("worker") }
        // The others are still looked after: a worker drains only when somebody acknowledges.
        for worker in workers {
            worker.isDone = true
            worker.startAgain = nil
            worker.process?.signal(Signals.terminate)
        }
        while workers.contains(where: { $0.process != nil }) {
            _ = try? Interest.wait(
                for: [Interest(signals.descriptor, .reading)],
                until: Clock.monotonic + Self.pause / 10)
            while let signal = signals.next() {
                guard Self.endings.contains(signal) else { continue }
                for worker in workers { worker.process?.signal(Signals.terminate) }
            }
            tend()
        }
        try endAll()
    }

    private mutating func endAll() throws {
        for member in members.reversed() {
            member.isDone = true
            member.process?.signal(Signals.terminate)
            if member.name.hasPrefix("worker") { _ = member.process?.wait() }
        }
        for member in members where !member.name.hasPrefix("worker") {
            _ = member.process?.wait()
        }
        do throws(LocalPostgresError) {
            try postgres.stop()
        } catch { throw Failure.work("\(error)") }
        log.info("stopped")
    }

    /// Throws when a process ended before the stack was ready, with the last it said.
    private func expectAllAlive() throws {
        for member in members {
            guard let status = member.process?.poll() else { continue }
            member.process = nil
            let path = "\(folder)/\(member.name).log"
            let said = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            let tail = said.split(separator: "\n").suffix(5).joined(separator: "\n")
            throw Failure.work("\(member.name) did not start (\(status)):\n\(tail)")
        }
    }

    private mutating func lookAfterPostgres() {
        guard !postgres.isRunning() else { return }
        log.warning("Postgres has died; starting it again")
        do throws(LocalPostgresError) {
            try postgres.start()
            log.info("Postgres is back")
        } catch {
            log.error("Postgres does not start: \(error)")
        }
    }

    private func lookAfter(_ member: Member) {
        if let status = member.process?.poll() {
            member.process = nil
            if !member.isDone {
                log.warning("\(member.name) ended (\(status)); starting it again")
                member.startAgain = Clock.monotonic + Self.pause
            }
        }
        if let due = member.startAgain, Clock.monotonic >= due { launch(member) }
    }

    private func launch(_ member: Member) {
        member.startAgain = nil
        let program = CommandLine.executablePath
        var request = SpawnRequest(
            command: [program] + member.arguments,
            environment: ProcessInfo.processInfo.environment)
        request.endsWithParent = true
        request.error = .file("\(folder)/\(member.name).log")
        request.output = .file("\(folder)/\(member.name).log")
        do throws(SpawnError) {
            let process = try ChildProcess.spawn(request)
            member.pid = process.pid
            member.process = consume process
        } catch {
            log.error("\(member.name) does not start: \(error)")
            member.startAgain = Clock.monotonic + 4 * Self.pause
        }
    }
}

/// Two stacks in one folder would fight for its database.
private func lockStack(_ path: String) throws -> FileLock {
    do throws(FileLockError) {
        return try FileLock(path: path + "/lock")
    } catch {
        throw Failure.conflict("a stack is running in \(path) already (\(error))")
    }
}

private func makePostgres(_ path: String) throws -> LocalPostgres {
    do throws(LocalPostgresError) {
        return try LocalPostgres(folder: path + "/postgres")
    } catch { throw Failure.work("\(error)") }
}

extension CommandLine {
    /// The path of this program, wherever it was found.
    static var executablePath: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }
}

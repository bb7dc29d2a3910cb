import Foundation
import Linux
import Testing
import Wire

/// A stack that `duet up` runs in a folder of its own.
final class TestStack {
    /// What `duet up` is asked for.
    struct Layout {
        var workers = 1
        var slots = 1
        var engines: [String] = []
        var isInstant = false
        var hasStandby = false
    }

    let folder: String
    let layout: Layout
    private(set) var up: Service
    private(set) var endpoint = ""
    private(set) var database: Database
    private var starts = 1

    fileprivate init(_ layout: Layout, folder: String) throws {
        self.folder = folder
        self.layout = layout
        up = try Self.launch(layout, folder, start: 1)
        database = Database("")
    }

    private static func launch(
        _ layout: Layout, _ folder: String, start: Int
    ) throws -> Service {
        var command = [
            DuetProgram.path, "up", "--folder", folder, "--workers", "\(layout.workers)",
            "--slots", "\(layout.slots)",
        ]
        for engine in layout.engines { command += ["--engine", engine] }
        if layout.isInstant { command.append("--instant") }
        if layout.hasStandby { command.append("--standby") }
        return try Service("duet up", command: command, log: "\(folder)/up-\(start).log")
    }

    /// Waits until the stack has said where everything is.
    fileprivate func waitUntilReady() throws {
        let log = try up.waitUntilItSays("database: ", within: 120)
        for line in log.split(separator: "\n") {
            if let part = line.split(separator: "ready: coordinator ").last, line != part {
                endpoint = String(part.prefix { $0 != "," })
            }
            if let part = line.split(separator: "database: ").last, line != part {
                database = Database(String(part))
            }
        }
    }

    /// Runs `duet up` again on the same folder, after the first one has ended.
    func startAgain() throws {
        starts += 1
        up = try Self.launch(layout, folder, start: starts)
        try waitUntilReady()
    }

    /// Runs a command against this stack's coordinator.
    func duet(_ arguments: String...) throws -> DuetProgram.Outcome {
        try DuetProgram.run(arguments, environment: ["DUET_COORDINATOR": endpoint])
    }

    /// Runs a command that has to succeed, and returns what it printed.
    @discardableResult
    func demand(_ arguments: String...) throws -> String {
        let outcome = try DuetProgram.run(
            arguments, environment: ["DUET_COORDINATOR": endpoint], within: 240)
        try #require(
            outcome.succeeded,
            "duet \(arguments.joined(separator: " ")): \(outcome.ending)\n\(outcome.error)")
        return outcome.output
    }

    /// Starts a worker beside those of `duet up`; `prefix` is a program that starts it.
    func startWorker(
        _ name: String, _ options: [String], prefix: [String] = []
    ) throws -> Service {
        let command =
            prefix + [
                DuetProgram.path, "worker", "start", "--coordinator", endpoint, "--name", name,
                "--folder", "\(folder)/workers/\(name)", "--artifacts", "\(folder)/artifacts",
            ] + options
        return try Service(name, command: command, log: "\(folder)/\(name).log")
    }

    /// The log of a process that `duet up` started.
    func log(_ name: String) -> String {
        (try? String(contentsOfFile: "\(folder)/\(name).log", encoding: .utf8)) ?? ""
    }

    /// The process of a worker that `duet up` started; nil while it is not there.
    func worker(_ number: Int) -> Int32? {
        SystemProcess.mentioning("\(folder)/workers/worker-\(number) ").first {
            $0.parent == up.pid
        }?.pid
    }

    /// The process of Postgres' postmaster; nil while it is not there.
    var postmaster: Int32? {
        let servers = SystemProcess.mentioning("/postgres -D \(folder)/postgres/data ")
        // A child of it has the same command line for a moment.
        return servers.first { server in !servers.contains { $0.pid == server.parent } }?.pid
    }

    /// Ends everything, by force what does not end by itself.
    fileprivate func endAll() {
        up.signal(SIGCONT)
        up.signal(SIGTERM)
        if (try? up.end(within: 30)) == nil {
            Issue.record("duet up did not end on SIGTERM:\n\(tails)")
            up.signal(SIGKILL)
        }
        if let postmaster { kill(postmaster, SIGQUIT) }
        do {
            try eventually("no process of the stack was left", within: 20) {
                SystemProcess.mentioning(folder).isEmpty
            }
        } catch {
            let left = SystemProcess.mentioning(folder)
            Issue.record("left behind: \(left.map(\.commandLine))")
            for process in left { kill(process.pid, SIGKILL) }
        }
    }

    /// The ends of all logs, for a test that failed.
    fileprivate var tails: String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".log") }.sorted().map { name in
            let text = (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
            return "--- \(name)\n\(text.suffix(3000))"
        }.joined(separator: "\n")
    }
}

/// Makes an empty folder whose path is short enough for sockets.
func makeFolder() throws -> String {
    let name = "duet-e2e-\(UInt32.random(in: 0 ... .max))"
    let folder = FileManager.default.temporaryDirectory.path + "/" + name
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
}

/// Runs a test's body with a stack, which is ended afterwards and must leave no process behind.
///
/// The folder is removed with all in it; the test makes it when its engines lie there.
func withStack(
    _ layout: TestStack.Layout, in given: String? = nil, _ body: (TestStack) throws -> Void
) throws {
    let folder = try given ?? makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let stack = try TestStack(layout, folder: folder)
    defer { stack.endAll() }
    do {
        try stack.waitUntilReady()
        try body(stack)
    } catch {
        Issue.record("\(error)\n\(stack.tails)")
    }
}

extension TestStack {
    /// Tasks that run on workers which the coordinator hears of; the ranker not counted.
    func runningTasks() throws -> Int? {
        let outcome = try duet("worker", "list", "-o", "json")
        guard outcome.succeeded else { return nil }
        return try decoded([Answers.Worker].self, from: outcome.output)
            .filter { $0.silenceMs != nil && $0.name != "coordinator" }
            .reduce(0) { $0 + $1.running }
    }
}

/// Reads what `-o json` printed.
func decoded<Answer: Decodable>(_ type: Answer.Type, from json: String) throws -> Answer {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(json.utf8))
}

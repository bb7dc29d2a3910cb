import Foundation
import Linux

/// A program that runs until it is told to end, with all it says in a file.
///
/// When the test is done with it, it and all it started in its group are killed.
final class Service {
    let name: String
    private let logPath: String
    private var process: ChildProcess

    /// Starts a program.
    init(
        _ name: String, command: [String], log: String, environment: [String: String] = [:],
        input: String? = nil
    ) throws {
        self.name = name
        logPath = log
        var request = SpawnRequest(
            command: command, environment: DuetProgram.environment(environment))
        if let input { request.input = .file(input) }
        request.output = .file(log)
        request.error = .file(log)
        process = try ChildProcess.spawn(request)
    }

    var pid: Int32 { process.pid }

    /// What it has said so far.
    var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    /// How it ended; nil while it runs.
    var ending: Ending? { process.poll() }

    func signal(_ number: Int32) { process.signal(number) }

    /// Waits for its end.
    func end(within seconds: Int64 = 60) throws -> Ending {
        try awaited("\(name) ended", within: seconds) { ending }
    }

    /// Waits until it has said something; returns all it has said.
    @discardableResult
    func waitUntilItSays(_ words: String, within seconds: Int64 = 60) throws -> String {
        try awaited("\(name) said \"\(words)\"", within: seconds) {
            let log = log
            if log.contains(words) { return log }
            guard let ending else { return nil }
            throw EndedEarly(name: name, ending: ending, log: log)
        }
    }

    private struct EndedEarly: Error, CustomStringConvertible {
        var name: String
        var ending: Ending
        var log: String

        var description: String { "\(name) ended (\(ending)):\n\(log.suffix(4000))" }
    }
}

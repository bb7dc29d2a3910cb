import Foundation
import Linux

/// The program under test, run as a person runs it.
enum DuetProgram {
    /// Where it is: DUET_BINARY, or beside this test bundle, where the same build puts it.
    static let path: String = {
        if let named = ProcessInfo.processInfo.environment["DUET_BINARY"] { return named }
        let bundle =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
        return URL(filePath: bundle).deletingLastPathComponent().path + "/duet"
    }()

    /// What a run came to.
    struct Outcome {
        var ending: Ending
        var output = ""
        var error = ""

        var succeeded: Bool { ending == .exited(0) }
    }

    /// This process's environment without what would lead to a stack of somebody else.
    static func environment(_ added: [String: String] = [:]) -> [String: String] {
        var all = ProcessInfo.processInfo.environment
        all["DUET_COORDINATOR"] = nil
        all["DUET_DATABASE"] = nil
        return all.merging(added) { $1 }
    }

    /// Runs a command to its end and returns what it printed.
    ///
    /// `program` is another program to run, and `input` a file that it reads.
    static func run(
        program: String = path, _ arguments: [String], environment added: [String: String] = [:],
        input: String? = nil, within seconds: Int64 = 120
    ) throws -> Outcome {
        var request = SpawnRequest(
            command: [program] + arguments, environment: environment(added))
        if let input { request.input = .file(input) }
        request.output = .pipe
        request.error = .pipe
        var process = try ChildProcess.spawn(request)
        var output: [UInt8] = []
        var error: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let deadline = Clock.monotonic + seconds * 1_000_000_000
        while true {
            // Asked before reading: what it wrote before its end is in the pipes by now.
            let ending = process.poll()
            while case .bytes(let count) = try process.readOutput(into: &chunk) {
                output += chunk[..<count]
            }
            while case .bytes(let count) = try process.readError(into: &chunk) {
                error += chunk[..<count]
            }
            if let ending {
                return Outcome(
                    ending: ending, output: String(decoding: output, as: UTF8.self),
                    error: String(decoding: error, as: UTF8.self))
            }
            guard Clock.monotonic < deadline else {
                let command = arguments.joined(separator: " ")
                throw NeverHappened(fact: "`duet \(command)` ended", seconds: seconds)
            }
            let soon = Clock.monotonic + 20_000_000
            let ends = [process.endDescriptor].compactMap { $0 }
            _ = try Interest.wait(for: ends.map { Interest($0, .reading) }, until: soon)
        }
    }
}

import Foundation
import Linux

/// A program that somebody else wrote, run to its end.
struct Tool {
    var ending: Ending
    var output: String
    var error: String

    /// The project's root.
    static let root: String = {
        let here = URL(filePath: #filePath).resolvingSymlinksInPath()
        return here.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }()

    /// Where `make venv` puts the Python packages.
    static let packages = "\(root)/.build/venv/bin"

    /// Runs a command; `temporary` is where it may keep files of its own.
    static func run(
        _ command: [String], in folder: String? = nil, temporary: String = "/tmp"
    ) throws -> Tool {
        var environment = ProcessInfo.processInfo.environment
        // No test may depend on the network or on what an earlier one has kept.
        environment["HF_HUB_OFFLINE"] = "1"
        environment["HF_HOME"] = "\(temporary)/hub"
        environment["TMPDIR"] = temporary
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        var request = SpawnRequest(
            command: command, environment: environment, directory: folder)
        let (output, error) = ("\(temporary)/tool.out", "\(temporary)/tool.err")
        for file in [output, error] { try? FileManager.default.removeItem(atPath: file) }
        request.output = .file(output)
        request.error = .file(error)
        var child = try ChildProcess.spawn(request)
        let ending = child.wait()
        return Tool(
            ending: ending, output: try String(contentsOfFile: output, encoding: .utf8),
            error: try String(contentsOfFile: error, encoding: .utf8))
    }

    /// Runs a program of `.build/venv`.
    static func python(_ command: [String], temporary: String) throws -> Tool {
        guard FileManager.default.isExecutableFile(atPath: "\(packages)/python") else {
            throw MissingPackages()
        }
        return try run(
            ["\(packages)/\(command[0])"] + command.dropFirst(), temporary: temporary)
    }

    struct MissingPackages: Error, CustomStringConvertible {
        var description: String {
            "\(packages) is not there; make it with `make venv`, then run the tests again"
        }
    }
}

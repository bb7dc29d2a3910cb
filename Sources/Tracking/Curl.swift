import FoundationEssentials
import Glibc
import Linux

/// Sends requests with the program `curl`.
///
/// It knows certificates, proxies and time limits, and a request that hangs or crashes harms only
/// itself. Foundation's URLSession would add 31 libraries and 14 ms to the start of every command.
struct Curl: Sendable {
    /// The seconds that one request may take, and those that a server has to be found in.
    var seconds = 30
    var secondsToConnect = 5
    /// The environment of the program, for `PATH` and proxies.
    var environment: [String: String]
    /// Options that no list of processes may show, such as a password.
    var secrets: [(name: String, value: String)] = []

    /// The answer to a request.
    struct Answer {
        var status: Int
        var body: Data
    }

    /// Sends JSON by POST, or asks by GET without it, and waits for the answer.
    func send(_ address: String, _ body: Data?) throws(TrackingError) -> Answer {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "duet-curl-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            // For us alone: the configuration may hold a password.
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try body?.write(to: folder.appending(path: "body"))
            let configuration = configuration(address, hasBody: body != nil)
            try Data(configuration.utf8).write(to: folder.appending(path: "config"))
            let ending = try run(in: folder.path)
            let told = try? String(
                contentsOf: folder.appending(path: "told"), encoding: .utf8)
            guard ending == .exited(0), let status = told.flatMap({ Int($0) }) else {
                let said = try? String(
                    contentsOf: folder.appending(path: "errors"), encoding: .utf8)
                throw TrackingError(
                    "\(address) did not answer: \(firstLine(said) ?? "curl ended with \(ending)")")
            }
            let answer = try? Data(contentsOf: folder.appending(path: "answer"))
            return Answer(status: status, body: answer ?? Data())
        } catch let error as TrackingError {
            throw error
        } catch {
            throw TrackingError("\(address) could not be asked: \(error)")
        }
    }

    private func run(in folder: String) throws -> Ending {
        var request = SpawnRequest(
            command: ["curl", "--disable", "--config", "config"], environment: environment,
            directory: folder)
        request.output = .file("\(folder)/told")
        request.error = .file("\(folder)/errors")
        request.endsWithParent = true
        do {
            var child = try ChildProcess.spawn(request)
            return child.wait()
        } catch SpawnError.commandNotFound {
            throw TrackingError("tracking needs the program curl; install it on this machine")
        }
    }

    private func configuration(_ address: String, hasBody: Bool) -> String {
        var lines = [
            "silent", "show-error", "globoff", "max-time = \(seconds)",
            "connect-timeout = \(secondsToConnect)",
            option("proto", "=http,https"), option("output", "answer"),
            option("write-out", "%{http_code}"), option("header", "Accept: application/json"),
            option("url", address),
        ]
        if hasBody {
            lines += [
                option("header", "Content-Type: application/json"), option("data-binary", "@body"),
            ]
        }
        lines += secrets.map { option($0.name, $0.value) }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Quotes as curl's configuration wants them, so that no text becomes an option.
    private func option(_ name: String, _ value: String) -> String {
        let quoted = value.map { character in
            switch character {
            case "\\": "\\\\"
            case "\"": "\\\""
            case _ where character.isNewline: " "
            default: String(character)
            }
        }
        return "\(name) = \"\(quoted.joined())\""
    }

    private func firstLine(_ text: String?) -> String? {
        text?.split(separator: "\n").first.map(String.init)
    }
}

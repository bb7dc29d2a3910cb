import ArgumentParser
import Console
import Foundation
import Linux
import Logging

/// Where the coordinator is.
struct CoordinatorAddress: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The coordinator's endpoint; by default $DUET_COORDINATOR, else ./.duet.",
            valueName: "endpoint"))
    var coordinator: String?

    var endpoint: String { coordinator ?? Self.usual }

    /// Where the coordinator is when nobody says.
    static var usual: String {
        ProcessInfo.processInfo.environment["DUET_COORDINATOR"]
            ?? Endpoints(folder: ".duet").coordinator
    }
}

/// Leave to do what cannot be undone.
struct Consent: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do it without asking.")
    var yes = false

    /// Says what will happen and asks, unless told not to or nobody is there to answer.
    func demand(_ sentences: [String]) throws {
        guard !yes, Confirmation.isPossible else { return }
        guard Confirmation.ask(sentences) else {
            throw Failure.work("nothing was done; --yes does it without asking")
        }
    }
}

/// The endpoints of a coordinator whose sockets lie in a state folder.
struct Endpoints {
    var coordinator: String
    var events: String

    /// A Unix socket's path must stay below 108 bytes; a long one moves to /tmp.
    init(folder: String) {
        let path = URL(filePath: folder).standardizedFileURL.path
        var base = path.hasSuffix("/") ? String(path.dropLast()) : path
        if base.utf8.count > 80 {
            let hash = base.utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
                ($0 ^ UInt64($1)) &* 1_099_511_628_211
            }
            base = "/tmp/duet-\(String(hash, radix: 16))"
        }
        coordinator = "ipc://\(base)/coordinator"
        events = "ipc://\(base)/events"
    }

    /// Makes the folders that the sockets lie in.
    func makeFolders() throws {
        for endpoint in [coordinator, events] where endpoint.hasPrefix("ipc://") {
            let folder = URL(filePath: String(endpoint.dropFirst(6))).deletingLastPathComponent()
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
        }
    }
}

/// A logger to stderr, as services use it.
func makeLogger(_ name: String) -> Logger {
    Logger(label: name) { StreamLogHandler.standardError(label: $0) }
}

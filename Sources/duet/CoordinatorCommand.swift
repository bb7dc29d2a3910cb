import ArgumentParser
import Coordinator
import Foundation
import Linux

struct CoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Run a coordinator; one leads, further ones stand by.",
        usage: "duet coordinator [<options>]",
        discussion: """
            EXAMPLES
              duet coordinator --database "host=db dbname=duet" --listen tcp://*:5570 \\
                --events tcp://*:5571
            """)

    @Option(help: "libpq connection string; by default $DUET_DATABASE.")
    var database: String?

    @Option(help: "ZeroMQ endpoint for workers and the command line; by default in .duet.")
    var listen: String?

    @Option(help: "ZeroMQ endpoint on which events are published; by default in .duet.")
    var events: String?

    @Option(help: "The name of this coordinator; by default node and process.")
    var name: String?

    @Option(help: "The shared artifact folder, to say where logs lie.")
    var artifacts = ".duet/artifacts"

    func run() throws {
        let signals = try Signals()
        let database = try database ?? databaseFromEnvironment()
        let usual = Endpoints(folder: ".duet")
        var options = CoordinatorOptions(
            database: database, endpoint: listen ?? usual.coordinator,
            events: events ?? usual.events,
            name: name ?? "\(Machine.hostName)/\(ProcessInfo.processInfo.processIdentifier)")
        options.artifacts = URL(filePath: artifacts).standardizedFileURL.path
        let log = makeLogger("coordinator")
        switch runCoordinator(options, signals: signals, log: log) {
        case .stopped: break
        case .fenced:
            throw Failure.work(
                "another coordinator leads now; start this one again to stand by")
        case .failed(let message): throw Failure.work(message)
        }
    }
}

/// The database named by the environment.
func databaseFromEnvironment() throws -> String {
    guard let database = ProcessInfo.processInfo.environment["DUET_DATABASE"] else {
        throw Failure.usage(
            "say which database to use with --database or DUET_DATABASE, for example "
                + "\"host=db dbname=duet\"; `duet up` brings its own")
    }
    return database
}

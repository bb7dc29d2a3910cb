import ArgumentParser
import Foundation
import Linux
import LocalPostgres
import Logging

struct UpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract:
            "Run the whole stack on this machine: a private Postgres, a coordinator, workers.",
        usage: "duet up [<options>]",
        discussion: """
            Everything lies in one folder and is still there the next time. What dies is started \
            again; SIGTERM or Ctrl-C ends everything in good order.

            EXAMPLES
              duet up --workers 2 --engine "python3 deploy/engines/example.py"
              duet up --folder /data/duet --workers 4 --slots 2 --engine ./my-engine
            """)

    @Option(help: "The folder of the stack.")
    var folder = ".duet"

    @Option(help: "Worker processes.")
    var workers = 1

    @Option(help: "Tasks that each worker runs at once.")
    var slots: Int32 = 1

    @Option(help: "Command of an external engine; may be given several times.")
    var engine: [String] = []

    @OptionGroup var embedded: EmbeddedOptions

    @Flag(help: "Give the workers the instant engine, which serves to measure.")
    var instant = false

    @Flag(help: "Run a second coordinator that stands by.")
    var standby = false

    func run() throws {
        let signals = try Signals()
        for command in engine { _ = try splitCommand(command) }
        var stack = try Stack(
            folder: folder, workers: workers, slots: slots, engines: engine,
            embedded: embedded, instant: instant, standby: standby, log: makeLogger("up"))
        try stack.start(until: signals)
        stack.supervise(until: signals)
        try stack.stop(until: signals)
    }
}

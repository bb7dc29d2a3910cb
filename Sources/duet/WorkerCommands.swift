import ArgumentParser
import Console
import Scheduling
import Wire
import Words

struct WorkerCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Run workers, look at them, take them out of service.",
        discussion: """
            WORKER is a number, a name, the beginning of one name only, a list like 3-7,9, or \
            `last` or `all`.
            """,
        subcommands: [
            WorkerStart.self, WorkerList.self, WorkerShow.self, WorkerDrain.self,
            WorkerCordon.self, WorkerUncordon.self, WorkerLabel.self, WorkerStop.self,
        ])
}

struct WorkerList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show workers with what they run and which models they hold.",
        usage: "duet worker list [<worker>] [<options>]",
        discussion: """
            EXAMPLES
              duet worker list
              duet worker list --filter 'state=ready and running=0'
              duet worker list --filter 'labels.gpu.model=H100' -o wide
              duet worker list --watch
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions
    @OptionGroup var options: ListOptions

    @Argument(help: "Only these workers.", completion: .custom(Completion.workers))
    var worker = "all"

    func run() throws {
        var client = try Client(address.endpoint)
        try list(
            try format.layout(Columns.workers), options,
            empty: "There is no worker; `duet worker start` runs one."
        ) { try client.workers(worker) }
    }
}

struct WorkerShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a worker: what it runs, what it offers, why it is idle.",
        discussion: "EXAMPLES\n  duet worker show node-7\n  duet worker show node-7 -o json")

    @OptionGroup var address: CoordinatorAddress

    @OptionGroup var format: AnswerOptions

    @Argument(help: "The worker.", completion: .custom(Completion.workers))
    var worker: String

    func run() throws {
        var client = try Client(address.endpoint)
        let found = try client.workers(worker)
        guard found.count == 1, let only = found.first else {
            throw Failure.usage(
                "\(worker) means \(found.count) workers, and this shows one; "
                    + "`duet worker list` shows all of them")
        }
        let detail = try client.value(.worker(only["name"].plain))
        if format.print(detail, name: "worker.name") { return }
        Terminal.write(
            workerText(detail, width: Terminal.listingColumns, Paint(for: Terminal.output)))
    }
}

/// Which workers a command changes.
struct WorkerTargets: ParsableArguments {
    @OptionGroup var address: CoordinatorAddress

    @Argument(
        help: "The workers: a number, a name, a list like 3-7,9, last or all.",
        completion: .custom(Completion.workers))
    var worker: String

    /// Sends the request for each, after asking where there is something to lose.
    func change(
        asking consent: Consent? = nil, loss: (Value) -> String = { _ in "" },
        _ command: WorkerCommand
    ) throws {
        var client = try Client(address.endpoint)
        var rows = try client.workers(worker)
        // The coordinator's own ranker and workers of long ago are not meant by `all`.
        if worker == "all" {
            rows = rows.filter { $0["silence_ms"] != .null && $0["name"].plain != "coordinator" }
        }
        if rows.isEmpty { return remark("There is no worker that this concerns.") }
        try consent?.demand(rows.map { "worker \($0["name"].plain): \(loss($0))" })
        for row in rows { say(try client.done(.worker(row["name"].plain, command))) }
    }
}

struct WorkerDrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Let a worker finish what runs, and give it nothing new; it stays attached.",
        discussion: """
            `duet worker uncordon` puts it back to work, `duet worker stop` ends it.

            EXAMPLES
              duet worker drain node-7
            """)

    @OptionGroup var targets: WorkerTargets

    func run() throws { try targets.change(.drain) }
}

struct WorkerCordon: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cordon",
        abstract: "Give a worker nothing new; what it holds already goes on.",
        discussion: "EXAMPLES\n  duet worker cordon node-7")

    @OptionGroup var targets: WorkerTargets

    func run() throws { try targets.change(.cordon) }
}

struct WorkerUncordon: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uncordon",
        abstract: "Give a worker tasks again.",
        discussion: "EXAMPLES\n  duet worker uncordon node-7")

    @OptionGroup var targets: WorkerTargets

    func run() throws { try targets.change(.uncordon) }
}

struct WorkerLabel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "label",
        abstract: "Set labels of a worker, or take them back.",
        discussion: """
            Labels that are set here stand over those the worker was started with.

            EXAMPLES
              duet worker label node-7 zone=a gpu.model=H100
              duet worker label node-7 zone-              # takes it back
            """)

    @OptionGroup var targets: WorkerTargets

    @Argument(help: "Labels as key=value, or key- to take one back.")
    var labels: [String]

    func run() throws {
        var set: [String: String] = [:]
        var remove: [String] = []
        for label in labels {
            let parts = label.split(separator: "=", maxSplits: 1).map { String($0) }
            if parts.count == 2 {
                set[parts[0]] = parts[1]
            } else if label.hasSuffix("-"), label.count > 1 {
                remove.append(String(label.dropLast()))
            } else {
                throw Failure.usage("\(label): write a label as key=value, or key- to remove it")
            }
        }
        try targets.change(.label(set: set, remove: remove))
    }
}

struct WorkerStop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Let a worker finish what runs, and end its process.",
        discussion: "EXAMPLES\n  duet worker stop node-7\n  duet worker stop all --yes")

    @OptionGroup var targets: WorkerTargets
    @OptionGroup var consent: Consent

    func run() throws {
        try targets.change(
            asking: consent,
            loss: { row in
                "\(counted(row["running"].integer ?? 0, "running task")) will finish, "
                    + "\(counted(row["prefetched"].integer ?? 0, "queued task")) go back, "
                    + "then its process ends"
            }, .stop)
    }
}

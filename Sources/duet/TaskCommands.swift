import ArgumentParser
import Console
import Scheduling
import Wire
import Words

struct TaskCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Look at single tasks and their logs; run them again or drop them.",
        subcommands: [
            TaskList.self, TaskShow.self, TaskLogs.self, TaskRetry.self, TaskCancel.self,
        ])
}

struct TaskList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show tasks, of one campaign or of all.",
        usage: "duet task list [<campaign>] [<options>]",
        discussion: """
            EXAMPLES
              duet task list first --filter 'state=failed and kind=score'
              duet task list --filter 'state=leased and worker~gpu'
              duet task list first --filter 'duration_ms>90s' -o csv
              duet task list first --filter 'error~CUDA' --quiet
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions
    @OptionGroup var paging: PageOptions

    @Argument(
        help: "Its campaign; by default all.", completion: .custom(Completion.campaigns))
    var campaign: String?

    @Option(help: "Only tasks in this state: available, leased, completed, failed, cancelled.")
    var state: String?

    @Option(help: "Only tasks of this kind: ingest, generate, score, rank.")
    var kind: String?

    func run() throws {
        var client = try Client(address.endpoint)
        let name = try campaign.map { try client.campaign($0)["name"].plain } ?? ""
        let filter = taskFilter(paging.filter, state: state, kind: kind)
        var columns = Columns.tasks
        // Its name in each row would say nothing.
        if campaign != nil, let index = columns.firstIndex(where: { $0.key == "campaign" }) {
            columns[index].isWide = true
        }
        try stream(
            try format.layout(columns, name: "id"), limit: paging.limit,
            after: paging.after, empty: "There is no such task."
        ) { after, limit in
            try client.value(
                .tasks(campaign: name, filter: filter, after: after, limit: limit)
            ).list
        }
    }
}

/// A filter together with what the short options ask for.
private func taskFilter(_ filter: String?, state: String? = nil, kind: String? = nil) -> String {
    var parts = filter.map { ["(\($0))"] } ?? []
    if let state { parts.append("state = '\(state)'") }
    if let kind { parts.append("kind = '\(kind)'") }
    // A filter alone goes as it was written, so that messages point at its own characters.
    return parts.count == 1 ? filter ?? parts[0] : parts.joined(separator: " and ")
}

struct TaskShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a task: why it is where it is, its attempts, the end of its log.",
        discussion: """
            EXAMPLES
              duet task show 1099511631872
              duet task show 1099511631872 -o json
            """)

    @OptionGroup var address: CoordinatorAddress

    @OptionGroup var format: AnswerOptions

    @Argument(help: "The task's number, from `duet task list`.")
    var task: Int64

    func run() throws {
        var client = try Client(address.endpoint)
        let detail = try client.value(.task(task))
        if format.print(detail, name: "task.id") { return }
        Terminal.write(
            taskText(detail, width: Terminal.listingColumns, Paint(for: Terminal.output)))
    }
}

struct TaskLogs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what the engine of a task wrote to stderr.",
        discussion: """
            EXAMPLES
              duet task logs 1099511631872
              duet task logs 1099511631872 --attempt 1
              duet task logs 1099511631872 -f        # goes on while the task runs
            """)

    @OptionGroup var address: CoordinatorAddress

    @Argument(help: "The task's number, from `duet task list`.")
    var task: Int64

    @Option(help: "Which attempt; by default the last.")
    var attempt: Int32 = 0

    @Flag(name: .shortAndLong, help: "Go on until the attempt has ended.")
    var follow = false

    func run() throws {
        var client = try Client(address.endpoint)
        try printLog(of: task, attempt: attempt, follow: follow, with: &client)
    }
}

/// Prints what the engine of an attempt wrote; following, until the attempt has ended.
func printLog(
    of task: Int64, attempt: Int32 = 0, follow: Bool, with client: inout Client
) throws {
    var after: Int64 = 0
    var isEmpty = true
    while true {
        let page = try client.value(.log(task: task, attempt: attempt, after: after))
        let text = page["text"].plain
        guard Terminal.write(text) else { return }
        isEmpty = isEmpty && text.isEmpty
        let next = page["next"].integer ?? after
        if page["ended"].flag == true || (!follow && next == after) { break }
        if next == after { pause(seconds: 0.5) }
        after = next
    }
    if isEmpty {
        remark("Its engine wrote nothing; `duet task show \(task)` says how it is.")
    }
}

/// Which tasks a command changes: by number, or by campaign and filter.
struct TaskTargets: ParsableArguments {
    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var consent: Consent

    @Argument(help: "Tasks by number, such as 12 or 3-7,9.")
    var tasks: [String] = []

    @Option(help: "Tasks of this campaign.", completion: .custom(Completion.campaigns))
    var campaign: String?

    @Option(help: "Tasks for which this holds, such as 'kind=score and error~CUDA'.")
    var filter: String?

    func validate() throws {
        if tasks.isEmpty && campaign == nil && filter == nil {
            throw ValidationError("Name tasks by number, or with --campaign and --filter.")
        }
        if !tasks.isEmpty && (campaign != nil || filter != nil) {
            throw ValidationError("Name tasks by number or by --campaign and --filter, not both.")
        }
    }

    /// Sends a request for each task, after saying how many there are.
    func change(
        only states: String, _ verb: String, asks: Bool, _ request: (Int64) -> Request
    ) throws {
        var client = try Client(address.endpoint)
        let ids = try ids(states, &client)
        if ids.isEmpty { return remark("There is no such task.") }
        if ids.count > 1 || asks {
            try consent.demand(["\(counted(ids.count, "task")) will be \(verb)."])
        }
        var failures: [Failure] = []
        for id in ids {
            do {
                say(try client.done(request(id)))
            } catch let failure as Failure where ids.count > 1 && failure.code != 5 {
                remark(failure.message)
                failures.append(failure)
            }
        }
        if let first = failures.first {
            throw Failure(
                code: first.code,
                message: "\(failures.count) of \(counted(ids.count, "task")) were not \(verb)")
        }
    }

    private func ids(_ states: String, _ client: inout Client) throws -> [Int64] {
        var ids: [Int64] = []
        for text in tasks {
            guard let ranges = Selector.ranges(text) else {
                throw Failure.usage("\(text) is no task; write numbers, such as 12 or 3-7,9")
            }
            for range in ranges {
                guard range.count <= 10_000 else {
                    throw Failure.usage("\(text) is too long a range; use --campaign and --filter")
                }
                ids += range
            }
        }
        if !tasks.isEmpty { return ids }
        let name = try campaign.map { try client.campaign($0)["name"].plain } ?? ""
        let whole = [filter.map { "(\($0))" }, states].compactMap { $0 }.joined(separator: " and ")
        while true {
            let page = try client.value(
                .tasks(campaign: name, filter: whole, after: ids.last ?? 0, limit: 2000)
            ).list
            ids += page.compactMap { $0["id"].integer }
            if page.count < 2000 { return ids }
        }
    }
}

struct TaskRetry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Run failed tasks again, with all their attempts before them.",
        usage: "duet task retry [<tasks> ...] [<options>]",
        discussion: """
            EXAMPLES
              duet task retry 1099511631872
              duet task retry --campaign first --filter 'kind=score'
            """)

    @OptionGroup var targets: TaskTargets

    func run() throws {
        try targets.change(only: "state=failed", "run again", asks: false) { .task($0, .retry) }
    }
}

struct TaskCancel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Drop tasks, and with each what waits for its result.",
        usage: "duet task cancel [<tasks> ...] [<options>]",
        discussion: """
            EXAMPLES
              duet task cancel 1099511631872
              duet task cancel --campaign first --filter 'prompt~bell' --yes
            """)

    @OptionGroup var targets: TaskTargets

    func run() throws {
        try targets.change(
            only: "state in (available, leased)", "dropped, with what waits for their results",
            asks: true
        ) { .task($0, .cancel) }
    }
}

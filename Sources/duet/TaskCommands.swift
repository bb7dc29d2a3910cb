import ArgumentParser
import Foundation
import Wire

struct TaskCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Look at tasks.",
        subcommands: [TaskList.self, TaskLogs.self])
}

struct TaskList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the tasks of a campaign.",
        discussion: """
            EXAMPLES
              duet task list bouncing-balls --state failed
              duet task list bouncing-balls --kind score --limit 20 -o json
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions

    @Argument(help: "The campaign's name or number.")
    var campaign: String

    @Option(help: "Only tasks in this state: available, leased, completed, failed, cancelled.")
    var state = ""

    @Option(help: "Only tasks of this kind: ingest, generate, score, rank.")
    var kind = ""

    @Option(help: "At most so many.")
    var limit: Int32 = 100

    @Option(help: "Only tasks after this one, to page on.")
    var after: Int64 = 0

    func run() throws {
        try reportingFailures {
            var client = try Client(address.endpoint)
            let wanted = [("state", state), ("kind", kind)].filter { !$0.1.isEmpty }
            let filter = wanted.map { "\($0.0) = '\($0.1)'" }.joined(separator: " and ")
            let json = try client.query(
                .tasks(campaign: campaign, filter: filter, after: after, limit: limit))
            if format.output == .json { return printJSON(json) }
            var table = Table(["TASK", "KIND", "NAME", "PROMPT", "STATE", "WORKER", "MS", "ERROR"])
            let tasks = try decodeAnswer([Answers.Task].self, from: json)
            for task in tasks {
                let error = task.error?.split(separator: "\n").first.map(String.init) ?? ""
                table.add([
                    "\(task.id)", task.kind, task.name, task.prompt, task.state,
                    task.worker ?? "", task.durationMs.map { "\(Int($0))" } ?? "", error,
                ])
            }
            table.show(limit: 40)
            if tasks.count == Int(limit), let last = tasks.last {
                print("there may be more: duet task list \(campaign) --after \(last.id)")
            }
        }
    }
}

struct TaskLogs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show a task, its attempts, and what its engine wrote to stderr.",
        discussion: "EXAMPLES\n  duet task logs 1099511631872")

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions

    @Argument(help: "The task's number.")
    var task: Int64

    func run() throws {
        try reportingFailures {
            var client = try Client(address.endpoint)
            let json = try client.query(.task(task))
            if format.output == .json { return printJSON(json) }
            let detail = try decodeAnswer(Answers.TaskDetail.self, from: json)
            let shown = detail.task
            print("task \(shown.id): \(shown.kind) \(shown.name) for \(shown.prompt)")
            print("  \(shown.state): \(detail.explanation.joined(separator: "; "))")
            for attempt in detail.attempts {
                let outcome = attempt.outcome ?? "running"
                print("  attempt \(attempt.number) on \(attempt.worker): \(outcome)")
                for line in attempt.message.split(separator: "\n") { print("    \(line)") }
            }
            try showLogs(detail.logFolder)
        }
    }

    private func showLogs(_ folder: String) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        if names.isEmpty { print("no attempt of it wrote to stderr (logs lie in \(folder))") }
        for name in names.sorted() {
            print("--- \(folder)/\(name)")
            let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            print(text ?? "(not UTF-8)")
        }
    }
}

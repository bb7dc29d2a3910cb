import Scheduling
import Store
import Wire
import Words

/// One task, and what its engine wrote.
extension Listings {
    func task(
        _ number: Int64, _ live: LiveState, _ store: inout Store
    ) throws -> Answers.TaskDetail {
        let id = TaskID(rawValue: number)
        guard number > 0, live.names[id.campaign] != nil, let found = try store.task(id) else {
            var message = "there is no task \(number); `duet task list` shows those that there are"
            if let explanation = live.explanation, explanation != .notOpen {
                message = "task \(number) has not begun: \(explanation.sentence)"
            }
            throw Problem(code: .notFound, message: message)
        }
        let spec = try store.taskClass(of: id)
        let logs = AttemptLogs(artifacts: artifacts, task: id)
        let hasEnded = live.explanation.map { $0 == .notOpen } ?? true
        return Answers.TaskDetail(
            task: Answers.Task(found.task),
            explanation: hasEnded
                ? ended(found.task, live) : [live.explanation?.sentence ?? ""],
            attempts: found.attempts.map { attempt in
                Answers.Attempt(
                    epoch: attempt.attempt.epoch, number: attempt.attempt.number,
                    worker: attempt.worker, outcome: attempt.outcome,
                    startedAt: attempt.startedAt.map(iso8601),
                    endedAt: attempt.endedAt.map(iso8601), message: attempt.message)
            },
            resources: spec.map { Answers.Resources($0) } ?? Answers.Resources(),
            logTail: logs.tail(of: logs.newest), logFolder: logs.folder)
    }

    private func ended(_ task: TaskListing, _ live: LiveState) -> [String] {
        let line = task.error?.split(separator: "\n").first.map { ": \($0)" } ?? ""
        switch task.state {
        case .completed:
            let took = task.duration.map { " in \(span($0 / 1000))" } ?? ""
            return ["it has its result, made\(took) by \(task.engine ?? "an engine")"]
        case .failed:
            var sentences: [String] = []
            if task.crashes > 0 {
                sentences.append("it lost \(counted(Int(task.crashes), "worker"))")
            }
            let times = task.failures == 1 ? "once" : "\(task.failures) times"
            sentences.append(
                task.failures > 0
                    ? "it failed \(times), the last time with\(line)" : "it failed\(line)")
            sentences.append("`duet task retry \(task.id.rawValue)` runs it again")
            return sentences
        case .cancelled: return ["it was cancelled\(line)"]
        case .available, .leased:
            return ["its campaign has ended, or its file no longer asks for it"]
        }
    }

    func log(
        _ task: Int64, _ attempt: Int32, _ after: Int64, _ live: LiveState
    ) throws -> Answers.LogPage {
        let id = TaskID(rawValue: task)
        guard task > 0, live.names[id.campaign] != nil else {
            throw Problem(
                code: .notFound,
                message: "there is no task \(task); `duet task list` shows those that there are")
        }
        let logs = AttemptLogs(artifacts: artifacts, task: id)
        var running: Int32?
        if case .leased(_, let number, _?, _)? = live.explanation { running = number }
        guard let wanted = attempt == 0 ? logs.newest : logs.newest(number: attempt) else {
            // An attempt that has just begun has no file yet.
            if let running, attempt == 0 || attempt == running {
                return Answers.LogPage(
                    task: task, attempt: running, epoch: 0, text: "", next: 0, ended: false)
            }
            let which = attempt == 0 ? "no attempt" : "attempt \(attempt)"
            throw Problem(
                code: .notFound,
                message: "\(which) of task \(task) has a log in \(logs.folder); engines write "
                    + "one by writing to stderr")
        }
        let page = logs.read(wanted, from: after)
        return Answers.LogPage(
            task: task, attempt: wanted.number, epoch: wanted.epoch, text: page.text,
            next: page.next, ended: page.isLast && running != wanted.number)
    }
}

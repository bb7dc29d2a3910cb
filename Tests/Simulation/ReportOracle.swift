import Scheduling

/// Remembers what workers really reported, and compares it with what is counted and acknowledged.
struct ReportOracle {
    private struct Key: Hashable {
        var worker: Int
        var sequence: UInt64
    }

    /// Reports by worker and number until they are acknowledged; a number used again replaces.
    private var pending: [Key: Report] = [:]
    private var completed: Set<TaskID> = []
    private var failed: Set<TaskAttempt> = []
    private var counted: [TaskID: Int32] = [:]
    private(set) var acknowledged: Set<TaskID> = []
    /// Tasks that an operator had tried again, whatever was known of them before.
    private(set) var reopened: Set<TaskID> = []
    /// The last attempts of tasks before they were taken back.
    private var withdrawn: [TaskID: Attempt] = [:]

    mutating func made(_ reports: [Report], by worker: Int) {
        for report in reports {
            pending[Key(worker: worker, sequence: report.sequence)] = report
            switch report.outcome {
            case .completed: completed.insert(report.task)
            case .failed:
                failed.insert(TaskAttempt(task: report.task, attempt: report.attempt))
            case .returned: break
            }
        }
    }

    /// The result that the worker forgets with this acknowledgement, if it is one.
    mutating func forgotten(_ sequence: UInt64, by worker: Int) -> TaskID? {
        guard let report = pending.removeValue(forKey: Key(worker: worker, sequence: sequence)),
            case .completed = report.outcome
        else { return nil }
        acknowledged.insert(report.task)
        return report.task
    }

    mutating func reopens(_ task: TaskID) {
        reopened.insert(task)
        counted[task] = nil
    }

    mutating func withdraws(_ task: TaskID, after last: Attempt) {
        reopens(task)
        withdrawn[task] = last
    }

    /// Whether a result is of what a task was before it was taken back.
    func isOfBefore(_ report: Report) -> Bool {
        withdrawn[report.task].map { report.attempt <= $0 } ?? false
    }

    func reallyCompleted(_ task: TaskID) -> Bool { completed.contains(task) }

    /// Whether the count of a task's failures may stand at `failures` because of this attempt.
    ///
    /// An attempt's failure counts once; the coordinator's own word for a worker that does not
    /// end an attempt counts too.
    mutating func mayCount(
        _ failures: Int32, of task: TaskID, attempt: Attempt?, isOwnWord: Bool
    ) -> Bool {
        let before = counted[task] ?? 0
        guard failures != before else { return true }
        counted[task] = failures
        guard failures == before + 1, let attempt else { return false }
        if isOwnWord { return true }
        return failed.remove(TaskAttempt(task: task, attempt: attempt)) != nil
    }
}

import Scheduling
import Wire
import Words

/// What a command does to a campaign, in numbers.
struct CampaignSentence {
    var name: String
    var before: CampaignStatus

    /// The sentence; throws when the command contradicts the campaign's state.
    func of(_ command: CampaignCommand) throws(Problem) -> String {
        switch command {
        case .pause: try pause()
        case .resume: try resume()
        case .cancel, .kill: try end(isKill: command == .kill)
        case .retry: "what failed of campaign \(name) is tried again"
        }
    }

    private var running: String { counted(before.leased, "running task") }

    private func pause() throws(Problem) -> String {
        switch before.state {
        case .paused: return "campaign \(name) is paused already"
        case .running:
            return "campaign \(name) is paused; \(running) will finish and "
                + "\(counted(before.ready + before.waiting, "task")) that could run next "
                + "\(before.ready + before.waiting == 1 ? "waits" : "wait")"
        case .halted, .cancelling, .cancelled, .completed, .deleting:
            throw conflict("and leases nothing as it is")
        }
    }

    private func resume() throws(Problem) -> String {
        switch before.state {
        case .running: return "campaign \(name) runs already"
        case .paused:
            return "campaign \(name) runs again; \(counted(before.ready, "task")) can run now"
        case .halted:
            let failed = before.counts.reduce(0) { $0 + $1[.failed] }
            let more =
                before.failureLimit.map { "; it is halted again when more than \($0) others fail" }
                ?? ""
            return "campaign \(name) runs again; its \(counted(failed, "failed task")) "
                + "\(failed == 1 ? "no longer counts" : "no longer count")\(more)"
        case .cancelling, .cancelled, .completed, .deleting:
            throw conflict("and cannot be resumed")
        }
    }

    private func end(isKill: Bool) throws(Problem) -> String {
        let open = before.counts.reduce(0) { $0 + $1[.open] + $1[.blocked] }
        let rest = max(open - before.leased, 0)
        let what =
            isKill
            ? "\(running) \(before.leased == 1 ? "is" : "are") stopped"
            : "\(running) will finish"
        switch before.state {
        case .cancelling where !isKill:
            return "campaign \(name) is being cancelled already; \(what)"
        case .cancelling: return "campaign \(name) is being cancelled; \(what)"
        case .running, .paused, .halted:
            return "campaign \(name) is cancelled; \(what) and \(counted(rest, "waiting task")) "
                + "\(rest == 1 ? "is" : "are") dropped"
        case .cancelled, .completed, .deleting: throw conflict("")
        }
    }

    private func conflict(_ words: String) -> Problem {
        Problem(
            code: .conflict,
            message: "campaign \(name) is \(before.state)" + (words.isEmpty ? "" : " \(words)"))
    }
}

extension WorkerCommand {
    /// Whether it makes sense for a worker that is away.
    var isForAbsent: Bool {
        switch self {
        case .label: true
        case .cordon, .uncordon, .drain, .stop: false
        }
    }

    /// What it does, given the worker before, and its labels after.
    func sentence(
        _ name: String, _ before: WorkerStatus?, _ labels: [String: String]
    ) -> String {
        let running = counted(before?.running ?? 0, "running task")
        let waiting = counted(before?.prefetched ?? 0, "task")
        switch self {
        case .cordon:
            return
                "worker \(name) gets no new tasks; \(running) and \(waiting) that wait in it go on"
        case .uncordon: return "worker \(name) gets tasks again"
        case .drain:
            return "worker \(name) gets no new tasks; \(running) will finish and \(waiting) that "
                + "wait in it go to others"
        case .stop: return "worker \(name) finishes \(running), gives back \(waiting) and stops"
        case .label:
            let words = labels.keys.sorted().map { "\($0)=\(labels[$0] ?? "")" }
            return words.isEmpty
                ? "worker \(name) has no labels"
                : "worker \(name) has the labels \(listed(words, most: 20))"
        }
    }
}

import Scheduling
import Store
import Wire
import Words

/// Workers, and what one of them does.
extension Listings {
    func workers(_ live: LiveState, _ store: inout Store) throws -> [Answers.Worker] {
        let attached = Set(live.workers.map(\.id))
        var rest: [WorkerListing] = []
        while true {
            let page = try store.workers(after: rest.last?.id ?? 0, limit: 1000)
            rest += page
            if page.count < 1000 { break }
        }
        let all =
            live.workers.map { Answers.Worker($0) }
            + rest.filter { !attached.contains($0.id) }.map { Answers.Worker($0) }
        return all.sorted { $0.id < $1.id }
    }

    func worker(
        _ selector: String, _ live: LiveState, _ store: inout Store
    ) throws -> Answers.WorkerDetail {
        let id = try Selection.worker(selector, among: live.workerNumbers)
        guard let status = live.workers.first else {
            let found = try store.workers(after: id - 1, limit: 1).first
            guard let row = found, row.id == id else {
                throw Problem(code: .notFound, message: "there is no worker \(selector)")
            }
            let since = iso8601(row.changedAt)
            return Answers.WorkerDetail(
                worker: Answers.Worker(row), tasks: [],
                sentences: [
                    row.state == .lost
                        ? "it was lost at \(since): it was silent, and its tasks went to others"
                        : "it left at \(since); start it again with `duet worker start`"
                ], operatorLabels: live.operatorLabels.added)
        }
        let tasks = try live.held.map { held in
            let found = try store.task(held.task)?.task
            return Answers.WorkerDetail.HeldTask(
                id: held.task.rawValue, campaign: live.names[held.task.campaign] ?? "",
                kind: found.map { "\($0.kind)" } ?? "", name: found?.name ?? "",
                prompt: found?.prompt ?? "", attempt: held.attempt, isRunning: held.isRunning,
                elapsedMs: held.elapsed)
        }
        return Answers.WorkerDetail(
            worker: Answers.Worker(status), tasks: tasks, sentences: sentences(status, live),
            operatorLabels: live.operatorLabels.added)
    }

    /// What there is to say of a worker that is attached or awaited.
    private func sentences(_ worker: WorkerStatus, _ live: LiveState) -> [String] {
        guard let registration = worker.registration else {
            return [
                "it was there before the coordinator was restarted and has not come back yet; it "
                    + "is given up \(span(max(live.lease - worker.silence, 0))) from now"
            ]
        }
        var sentences: [String] = []
        let slots = Int(registration.capacity.slots)
        if worker.isCordoned {
            sentences.append(
                "an operator keeps new tasks from it; `duet worker uncordon \(worker.identity)` "
                    + "lets it have some")
        } else if worker.state == .draining {
            sentences.append(
                worker.running == 0
                    ? "it takes no tasks: it is stopping, or cannot write to its spool"
                    : "it finishes \(counted(worker.running, "task")) and takes no new ones: it is "
                        + "stopping, or cannot write to its spool")
        }
        if !worker.loading.isEmpty { sentences.append("it loads \(listed(worker.loading))") }
        if worker.running >= slots {
            sentences.append("all its \(counted(slots, "slot")) are taken")
        } else if sentences.isEmpty {
            sentences.append(idle(worker, slots - worker.running, live))
        }
        if worker.silence > 3000 {
            sentences.append("its last sign of life came \(span(worker.silence)) ago")
        }
        return sentences
    }

    private func idle(_ worker: WorkerStatus, _ free: Int, _ live: LiveState) -> String {
        let slots = "\(counted(free, "slot")) \(free == 1 ? "is" : "are") free"
        let running = live.campaigns.values.filter { $0.status.state == .running }
        guard !running.isEmpty else {
            return live.campaigns.isEmpty
                ? "\(slots): no campaign is under way"
                : "\(slots): every campaign under way is paused, halted or being cancelled"
        }
        let ready = running.reduce(0) { $0 + $1.status.ready }
        guard ready > 0 else { return "\(slots): no campaign has a task that could run now" }
        return "\(slots): \(counted(ready, "task")) could run, and this worker lacks the engine, "
            + "a label or the room for them; `duet campaign why` names what is missing"
    }
}

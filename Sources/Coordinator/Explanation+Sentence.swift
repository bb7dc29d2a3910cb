import Scheduling
import Words

extension Explanation {
    /// The reason in a sentence for a person.
    var sentence: String {
        switch self {
        case .notOpen: "it has ended"
        case .blockedBy(let task): "it waits for task \(task.rawValue), which comes before it"
        case .beyondWindow: "tasks of earlier prompts go first"
        case .comesLast: "it comes when all other tasks of its campaign have ended"
        case .skipped: "it will not run, because the task before it failed or was cancelled"
        case .campaign(let state): "its campaign is \(state), so nothing of it is leased"
        case .campaignLimit(let limit):
            "its campaign has \(counted(limit, "task")) leased, which is its max_running"
        case .backoff(let milliseconds, let failures):
            "it failed \(failures == 1 ? "once" : "\(failures) times") and is tried again in "
                + span(milliseconds)
        case .rollCall: "the coordinator has just started and waits for its workers to come back"
        case .noWorkers: "no worker is attached; start one with `duet worker start`"
        case .closed(let workers):
            "\(listed(workers)) \(workers.count == 1 ? "is" : "are") attached and cordoned or "
                + "draining, so no worker takes tasks; `duet worker uncordon` opens one again"
        case .noCapableWorker(let spec, let obstacles): needs(spec, obstacles)
        case .waiting(let workers, let ahead):
            "\(workers.count == 1 ? "worker" : "workers") \(listed(workers)) could run it and "
                + "\(workers.count == 1 ? "is" : "are") busy; "
                + (ahead == 0 ? "it is next of its kind" : "\(counted(ahead, "task")) go before it")
        case .leased(let worker, let attempt, nil, _):
            "attempt \(attempt) waits in worker \(worker) for a slot"
        case .leased(let worker, let attempt, let running?, let loading):
            loading.map { "attempt \(attempt) waits while worker \(worker) loads \($0)" }
                ?? "attempt \(attempt) has been running on worker \(worker) for \(span(running))"
        }
    }

    private func needs(_ spec: TaskClass, _ obstacles: [WorkerObstacle]) -> String {
        // What the worker that comes nearest lacks is what a person would change.
        if let short = obstacles.compactMap(\.shortage).max(by: { $0.rank < $1.rank }) {
            return short.sentence(spec.resources, obstacles)
        }
        for case .label(let rule) in obstacles.map(\.obstacle) {
            let found = obstacles.compactMap { obstacle in
                obstacle.labels[rule.key].map { "\($0) on worker \(obstacle.worker)" }
            }
            return "it waits for a worker with the label \(rule.key)="
                + "\(rule.values.joined(separator: " or ")), which none has; there is "
                + (found.isEmpty ? "no worker with that label" : listed(found))
                + "; `duet worker label` sets one"
        }
        return "it waits for a worker that provides \(spec.need.kind)/\(spec.need.name), and none "
            + "of the \(counted(obstacles.count, "worker")) attached does; start one with an "
            + "engine for it"
    }
}

extension Explanation.WorkerObstacle {
    fileprivate var shortage: Shortage? {
        if case .short(let shortage) = obstacle { shortage } else { nil }
    }
}

extension Shortage {
    /// How far a worker came before this was missing.
    fileprivate var rank: Int {
        switch self {
        case .slots: 0
        case .cpus: 1
        case .memory: 2
        case .gpuMemory: 3
        case .gpus: 4
        case .named: 5
        }
    }

    /// What is asked for that no worker has, and the most that one has.
    fileprivate func sentence(
        _ need: Resources, _ workers: [Explanation.WorkerObstacle]
    ) -> String {
        switch self {
        case .slots: return "it waits for a worker with a slot, and none has any"
        case .cpus:
            return "it waits for \(amount(Int64(need.cpus))) cores on one worker, which none has; "
                + most(workers, { Int64($0.cpus) }, amount)
        case .memory:
            return "it waits for \(size(need.memory)) of memory on one worker, which none has; "
                + most(workers, \.memory, size, "largest")
        case .gpuMemory:
            let largest = { (capacity: Capacity) in capacity.devices.map(\.memory).max() ?? 0 }
            guard workers.contains(where: { !$0.capacity.devices.isEmpty }) else {
                return "it waits for a GPU, and no worker has one"
            }
            return "it waits for a GPU with \(size(need.gpuMemory)) that no worker has; "
                + most(workers, largest, size, "largest")
        case .gpus:
            let gpus = need.gpus >= 1000 ? counted(Int(need.gpus) / 1000, "GPU") : "a GPU"
            return "it waits for \(gpus) with \(size(need.gpuMemory)) each on one worker, which "
                + "none has; " + most(workers, { Int64($0.devices.count) * 1000 }, amount)
        case .named(let name):
            let wanted = need.named.first { $0.name == name }?.amount ?? 0
            let amounts = { (capacity: Capacity) in
                capacity.named.first { $0.name == name }?.amount ?? 0
            }
            return "it waits for \(amount(wanted)) of \(name) on one worker, which none has; "
                + most(workers, amounts, amount)
        }
    }

    private func most(
        _ workers: [Explanation.WorkerObstacle], _ value: (Capacity) -> Int64,
        _ words: (Int64) -> String, _ most: String = "most"
    ) -> String {
        let best = workers.max { value($0.capacity) < value($1.capacity) }
        guard let best, value(best.capacity) > 0 else { return "no worker has any" }
        return "the \(most) is \(words(value(best.capacity))) on worker \(best.worker)"
    }
}

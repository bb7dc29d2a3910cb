import Scheduling

extension Explanation {
    /// The reason in a sentence for a person.
    var sentence: String {
        switch self {
        case .notOpen: "it has ended"
        case .blockedBy(let task): "it waits for task \(task.rawValue), which comes before it"
        case .beyondWindow: "tasks of earlier prompts go first"
        case .skipped: "it never will run, because the task before it failed"
        case .campaign(let state): "its campaign is \(state), so nothing of it is leased"
        case .campaignLimit(let limit):
            "its campaign has \(limit) tasks leased, which is its max_running"
        case .backoff(let milliseconds, let failures):
            "it failed \(failures) times and is tried again in \(milliseconds) ms"
        case .rollCall: "the coordinator has just started and waits for its workers to come back"
        case .noWorkers:
            "no worker is attached that takes tasks; start one with `duet worker start`"
        case .noCapableWorker(let obstacles):
            "no worker can run it: "
                + obstacles.map { "\($0.worker) \($0.obstacle.words)" }.joined(separator: "; ")
        case .waiting(let workers, let ahead):
            "it waits for \(workers.joined(separator: ", ")); \(ahead) tasks go before it"
        case .leased(let worker, let attempt, let running):
            "attempt \(attempt) \(running ? "runs on" : "waits for a slot of") \(worker)"
        }
    }
}

extension Obstacle {
    /// What is missing, after a worker's name.
    fileprivate var words: String {
        switch self {
        case .absent: "has not come back yet"
        case .noEngine: "has no engine for it"
        case .label(let rule):
            "lacks the label \(rule.key) = \(rule.values.joined(separator: " or "))"
        case .short(let shortage): shortage.words
        }
    }
}

extension Shortage {
    fileprivate var words: String {
        switch self {
        case .slots: "has no slots"
        case .cpus: "has too few cores"
        case .memory: "has too little memory"
        case .gpus: "has too few GPUs"
        case .gpuMemory: "has no GPU with enough memory"
        case .named(let name): "has too little \(name)"
        }
    }
}

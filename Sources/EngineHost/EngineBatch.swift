/// The attempts that an engine is at: one, or several alike, answered one by one in any order.
struct EngineBatch: Equatable {
    /// Those not answered yet, in the order in which they were handed over.
    private(set) var open: [EngineAttempt]
    /// Tasks among them that somebody has stopped: the engine goes on for the sake of the others.
    private(set) var stopped: Set<String> = []
    /// How many there were.
    let size: Int
    /// What all of them may take: as long as one after the other.
    let timeLimit: Duration

    /// Takes at least one attempt; their models are the same.
    init(_ attempts: [EngineAttempt]) {
        open = attempts
        size = attempts.count
        // Beyond a century is for ever, and does not overflow.
        timeLimit = attempts.reduce(.zero) { $0 + min($1.timeLimit, .seconds(3_000_000_000)) }
    }

    /// The model that they need; nil for none.
    var model: String? { open.first?.model }

    /// Whether a checkpoint may have to be written before it ends.
    var isTraining: Bool { open.contains { $0.kind == "train" } }

    /// Whether no answer is of use any more.
    var isStopped: Bool { open.allSatisfy { stopped.contains($0.task) } }

    /// What it is, for a person.
    var words: String { size == 1 ? "task \(open[0].task)" : "a batch of \(size) tasks" }

    /// Returns the attempt of a task that was not answered yet.
    func attempt(of task: String?) -> EngineAttempt? {
        open.first { $0.task == task }
    }

    /// Takes out what was answered.
    mutating func answer(_ task: String) {
        open.removeAll { $0.task == task }
    }

    /// Notes that a task's answer is of no use any more; false for a task that is not among them.
    mutating func stop(_ task: String) -> Bool {
        guard attempt(of: task) != nil else { return false }
        stopped.insert(task)
        return true
    }

    /// Says of each attempt that it failed in this way, or that it was stopped.
    func failures(_ failure: EngineFailure) -> [EngineAction] {
        open.map { attempt in
            var failure = stopped.contains(attempt.task) ? .stopped : failure
            failure.task = attempt.task
            return .tell(.failed(failure))
        }
    }
}

extension EngineFailure {
    /// The owner stopped the attempt.
    static let stopped = EngineFailure(
        task: nil, kind: .stopped, message: "the engine was stopped", retryable: true)
}

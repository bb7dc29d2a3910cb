import Linux

/// What the shell of an engine child is told to do.
enum EngineAction: Equatable {
    case send(WorkerMessage)
    /// Close the child's stdin, which asks it to end.
    case closeInput
    /// Send SIGTERM to the process group.
    case terminate
    /// Send SIGKILL to the process group.
    case kill
    /// Stop waiting for a child that SIGKILL does not end.
    case abandon
    case tell(EngineEvent)
}

/// Decides what to do with an engine child: messages, time and its end come in, actions go out.
///
/// Pure: times are given, in nanoseconds of the monotonic clock.
struct EngineMachine {
    /// How long a child may take, in nanoseconds.
    enum Limit {
        static let hello: Int64 = 60_000_000_000
        /// From closed stdin to SIGTERM, and from SIGTERM to SIGKILL.
        static let grace: Int64 = 2_000_000_000
        /// From SIGTERM to SIGKILL in a training, which finishes its step and writes a checkpoint.
        static let trainingGrace: Int64 = 30_000_000_000
        /// From SIGKILL to giving up on a child that hangs in the kernel.
        static let burial: Int64 = 10_000_000_000
    }

    enum State: Equatable {
        /// Waits for the hello. Can become: idle, stopping, dead.
        case starting(until: Int64)
        /// Runs nothing. Can become: loading, running, stopping, dead.
        case idle
        /// Loads the model of an attempt. Can become: running, idle, stopping, dead.
        case loading(EngineAttempt, until: Int64)
        /// Runs an attempt. Can become: idle, stopping, dead.
        case running(EngineAttempt, until: Int64)
        /// Is being ended; the cause is told once it has ended. Can become: dead.
        case stopping(Cause, Phase, until: Int64)
        /// Has ended.
        case dead
    }

    /// Why a child is being ended.
    enum Cause: Equatable {
        /// The owner wants no more of it.
        case dismissed
        /// It closed its stdout in the middle, so it is about to end or useless.
        case silent(task: String?, moment: String)
        case failure(EngineFailure)
    }

    /// How a child is being ended, from polite to not.
    enum Phase: Equatable {
        case closing
        case terminating
        case killing
    }

    private(set) var state: State
    /// The models that the engine holds, in the order in which they were loaded.
    private(set) var loadedModels: [String] = []

    init(now: Int64) {
        state = .starting(until: now + Limit.hello)
    }

    /// The attempt that the engine loads for or runs.
    var attempt: EngineAttempt? {
        switch state {
        case .loading(let attempt, _), .running(let attempt, _): attempt
        case .starting, .idle, .stopping, .dead: nil
        }
    }

    /// The model that the engine is loading; nil for none.
    var loadingModel: String? {
        if case .loading(let attempt, _) = state { attempt.model } else { nil }
    }

    /// When `timePassed` has something to do; nil = never.
    var deadline: Int64? {
        switch state {
        case .starting(let until), .loading(_, let until), .running(_, let until),
            .stopping(_, _, let until):
            until
        case .idle, .dead: nil
        }
    }

    /// Whether lines from the engine still matter.
    var listens: Bool {
        switch state {
        case .starting, .idle, .loading, .running: true
        case .stopping, .dead: false
        }
    }

    /// Starts an attempt on an idle engine, with a load before it where that is needed.
    mutating func start(
        _ attempt: EngineAttempt, now: Int64
    ) throws(EngineRefusal) -> [EngineAction] {
        guard case .idle = state else { throw .notIdle }
        let until = deadline(of: attempt, now)
        if let model = attempt.model, !loadedModels.contains(model) {
            state = .loading(attempt, until: until)
            return [.send(.load(model: model))]
        }
        state = .running(attempt, until: until)
        return [.send(.run(attempt))]
    }

    /// Lets an idle engine forget a model; nothing happens if it does not hold it.
    mutating func unload(_ model: String) throws(EngineRefusal) -> [EngineAction] {
        guard case .idle = state else { throw .notIdle }
        guard let index = loadedModels.firstIndex(of: model) else { return [] }
        loadedModels.remove(at: index)
        return [.send(.unload(model: model))]
    }

    /// Ends the engine: politely when it is idle, with SIGTERM when it runs an attempt.
    mutating func stop(now: Int64) -> [EngineAction] {
        switch state {
        case .starting, .idle:
            state = .stopping(.dismissed, .closing, until: now + Limit.grace)
            return [.closeInput]
        case .loading(let attempt, _), .running(let attempt, _):
            let failure = EngineFailure(
                task: attempt.task, kind: .stopped, message: "the engine was stopped",
                retryable: true)
            return end(failure, .terminating, now)
        case .stopping, .dead:
            return []
        }
    }

    /// Takes a message, with the line that it was.
    mutating func received(
        _ message: EngineMessage, line: ArraySlice<UInt8>, now: Int64
    ) -> [EngineAction] {
        switch (state, message) {
        case (.starting, .hello(let hello)):
            state = .idle
            return [.tell(.hello(hello))]
        case (.starting, .foreignHello(let version)):
            return end(mismatch(version), .killing, now)
        case (.idle, .progress):
            // A thread of the engine that was late; the result has been told.
            return []
        case (.loading(let attempt, let until), .loaded(let model)) where model == attempt.model:
            loadedModels.append(model)
            state = .running(attempt, until: until)
            return [.tell(.loaded(model: model)), .send(.run(attempt))]
        case (.loading(let attempt, _), .error(let report))
        where report.task == attempt.task || report.task == nil && report.model == attempt.model:
            return finish(report, attempt)
        case (.running(let attempt, _), .error(let report)) where report.task == attempt.task:
            return finish(report, attempt)
        case (.running(let attempt, _), .result(let result)) where result.task == attempt.task:
            switch complete(result, attempt) {
            case .success(let result):
                state = .idle
                return [.tell(.finished(result))]
            case .failure(let error):
                return malformed(error.reason, line: line, now: now)
            }
        case (.loading(let attempt, _), .progress(let progress)),
            (.running(let attempt, _), .progress(let progress)):
            guard progress.task == attempt.task else { fallthrough }
            return [.tell(.progress(progress))]
        case (.starting, _), (.idle, _), (.loading, _), (.running, _):
            return malformed(misplaced(message), line: line, now: now)
        case (.stopping, _), (.dead, _):
            return []
        }
    }

    /// Takes a line that is no message, and ends the child for it.
    mutating func malformed(
        _ reason: String, line: ArraySlice<UInt8>, now: Int64
    ) -> [EngineAction] {
        guard listens else { return [] }
        let shown = excerpt(line)
        let failure = EngineFailure(
            task: attempt?.task, kind: .garbage(line: shown),
            message: "the engine wrote to its stdout what it may not (\(reason)): \(shown)",
            retryable: true)
        return end(failure, .killing, now)
    }

    /// Takes the end of the child's stdout, which mostly comes a moment before its own.
    mutating func outputClosed(now: Int64) -> [EngineAction] {
        guard listens else { return [] }
        let cause = moment.map { Cause.silent(task: attempt?.task, moment: $0) } ?? .dismissed
        state = .stopping(cause, .closing, until: now + Limit.grace)
        return [.closeInput]
    }

    /// Takes the end of the child.
    mutating func exited(_ status: Ending) -> [EngineAction] {
        defer { state = .dead }
        let end = EngineAction.tell(.exited(status))
        switch state {
        case .starting, .loading, .running:
            let crash = crash(status, task: attempt?.task, moment: moment ?? "")
            return [.tell(.failed(crash)), end]
        case .stopping(.silent(let task, let moment), _, _):
            return [.tell(.failed(crash(status, task: task, moment: moment))), end]
        case .stopping(.failure(let failure), _, _):
            return [.tell(.failed(failure)), end]
        case .idle, .stopping(.dismissed, _, _):
            return [end]
        case .dead:
            return []
        }
    }

    /// Takes the time, at `deadline` or whenever.
    mutating func timePassed(now: Int64) -> [EngineAction] {
        guard let deadline, now >= deadline else { return [] }
        switch state {
        case .starting:
            let failure = EngineFailure(
                task: nil, kind: .helloTimeout,
                message: "no hello from the engine within \(Limit.hello / 1_000_000_000) s",
                retryable: true)
            return end(failure, .killing, now)
        case .loading(let attempt, _), .running(let attempt, _):
            let failure = EngineFailure(
                task: attempt.task, kind: .timedOut,
                message: "the attempt outlived its time limit of \(attempt.timeLimit)",
                retryable: true)
            return end(failure, .terminating, now)
        case .stopping(let cause, .closing, _):
            return end(cause, .terminating, now)
        case .stopping(let cause, .terminating, _):
            return end(cause, .killing, now)
        case .stopping(_, .killing, _):
            return [.abandon] + exited(.unknown)
        case .idle, .dead:
            return []
        }
    }
}

extension EngineMachine {
    private mutating func end(
        _ failure: EngineFailure, _ phase: Phase, _ now: Int64
    ) -> [EngineAction] {
        end(.failure(failure), phase, now)
    }

    private mutating func end(_ cause: Cause, _ phase: Phase, _ now: Int64) -> [EngineAction] {
        let limit =
            switch phase {
            case .killing: Limit.burial
            case .terminating where attempt?.kind == "train": Limit.trainingGrace
            case .closing, .terminating: Limit.grace
            }
        state = .stopping(cause, phase, until: now + limit)
        return [phase == .killing ? .kill : .terminate]
    }

    private mutating func finish(
        _ report: EngineReport, _ attempt: EngineAttempt
    ) -> [EngineAction] {
        state = .idle
        let failure = EngineFailure(
            task: attempt.task, kind: .reported, message: report.message,
            retryable: report.retryable)
        return [.tell(.failed(failure))]
    }

    /// Checks that a result has what its kind of task is for, and adds the reasons not given.
    private func complete(
        _ result: EngineResult, _ attempt: EngineAttempt
    ) -> Result<EngineResult, MalformedLine> {
        var result = result
        if let outputs = attempt.outputs {
            guard let scores = result.scores else {
                return .failure(MalformedLine(reason: "scores is missing"))
            }
            if let missing = outputs.first(where: { scores[$0] == nil }) {
                return .failure(MalformedLine(reason: "scores.\(missing) is missing"))
            }
            for output in outputs where scores[output] == .some(nil) {
                if result.reasons?[output] == nil {
                    result.reasons = result.reasons ?? [:]
                    result.reasons?[output] = "the engine gave no reason"
                }
            }
        } else if ["generate", "ingest", "train"].contains(attempt.kind),
            result.media?.isEmpty ?? true
        {
            return .failure(MalformedLine(reason: "media is missing"))
        }
        return .success(result)
    }

    private func misplaced(_ message: EngineMessage) -> String {
        let name =
            switch message {
            case .hello, .foreignHello: "a hello"
            case .loaded(let model): "loaded for model \(model)"
            case .progress(let progress): "progress of task \(progress.task)"
            case .result(let result): "a result of task \(result.task)"
            case .error(let report): "an error of task \(report.task ?? "none")"
            }
        switch state {
        case .starting: return "\(name) before the hello"
        case .loading(let attempt, _): return "\(name) while it loads for task \(attempt.task)"
        case .running(let attempt, _): return "\(name) while task \(attempt.task) runs"
        case .idle, .stopping, .dead: return "\(name) while no task runs"
        }
    }

    /// What an end would interrupt; nil = nothing.
    private var moment: String? {
        switch state {
        case .starting: "before its hello"
        case .loading: "while it loaded a model"
        case .running: "in the middle of the task"
        case .idle, .stopping, .dead: nil
        }
    }

    private func crash(_ status: Ending, task: String?, moment: String) -> EngineFailure {
        EngineFailure(
            task: task, kind: .crashed(status),
            message: "the engine ended with \(status) \(moment)", retryable: true)
    }

    private func mismatch(_ version: Int) -> EngineFailure {
        EngineFailure(
            task: nil, kind: .protocolMismatch(offered: version),
            message: "the engine speaks protocol \(version) and this worker speaks "
                + "\(EngineMessage.protocolVersion); use an engine made for it",
            retryable: true)
    }

    private func deadline(of attempt: EngineAttempt, _ now: Int64) -> Int64 {
        let (seconds, attoseconds) = attempt.timeLimit.components
        // Beyond a century is for ever, and does not overflow.
        let whole = min(max(0, seconds), 3_000_000_000)
        return now + whole * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

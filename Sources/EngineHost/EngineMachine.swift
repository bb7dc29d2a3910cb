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
        /// Loads the model of attempts. Can become: running, idle, stopping, dead.
        case loading(EngineBatch, until: Int64)
        /// Runs attempts. Can become: idle, stopping, dead.
        case running(EngineBatch, until: Int64)
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
        case silent(EngineBatch?, moment: String)
        case failure(EngineFailure, EngineBatch?)
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

    /// What the engine loads for or runs.
    var batch: EngineBatch? {
        switch state {
        case .loading(let batch, _), .running(let batch, _): batch
        case .starting, .idle, .stopping, .dead: nil
        }
    }

    /// The model that the engine is loading; nil for none.
    var loadingModel: String? {
        if case .loading(let batch, _) = state { batch.model } else { nil }
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

    /// Starts one attempt, or several alike, on an idle engine, with a load before where that is
    /// needed.
    mutating func start(
        _ attempts: [EngineAttempt], now: Int64
    ) throws(EngineRefusal) -> [EngineAction] {
        guard case .idle = state, !attempts.isEmpty else { throw .notIdle }
        let batch = EngineBatch(attempts)
        let until = deadline(of: batch, now)
        if let model = batch.model, !loadedModels.contains(model) {
            state = .loading(batch, until: until)
            return [.send(.load(model: model))]
        }
        state = .running(batch, until: until)
        return [.send(.run(attempts))]
    }

    /// Stops one of the attempts: the engine ends with the last of them, and until then it goes on
    /// with the others; the attempt's failure is told when the engine has answered it or ended.
    mutating func stop(_ task: String, now: Int64) -> [EngineAction] {
        guard var batch, batch.stop(task) else { return [] }
        switch state {
        case .loading(_, let until): state = .loading(batch, until: until)
        case .running(_, let until): state = .running(batch, until: until)
        case .starting, .idle, .stopping, .dead: break
        }
        return batch.isStopped ? stop(now: now) : []
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
        case .loading, .running:
            return end(.stopped, .terminating, now)
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
        case (.loading(let batch, let until), .loaded(let model)) where model == batch.model:
            loadedModels.append(model)
            state = .running(batch, until: until)
            return [.tell(.loaded(model: model)), .send(.run(batch.open))]
        case (.loading(let batch, _), .error(let report))
        where batch.attempt(of: report.task) != nil
            || report.task == nil && report.model == batch.model:
            state = .idle
            return batch.failures(EngineFailure(report))
        case (.running(let batch, let until), .error(let report))
        where batch.attempt(of: report.task) != nil:
            var failure = EngineFailure(report)
            failure.task = report.task
            return answer(report.task ?? "", .failed(failure), batch, until)
        case (.running(let batch, let until), .result(let result))
        where batch.attempt(of: result.task) != nil:
            switch complete(result, batch.attempt(of: result.task)) {
            case .success(let result):
                return answer(result.task, .finished(result), batch, until)
            case .failure(let error):
                return malformed(error.reason, line: line, now: now)
            }
        case (.loading(let batch, _), .progress(let progress)),
            (.running(let batch, _), .progress(let progress)):
            guard batch.attempt(of: progress.task) != nil else { fallthrough }
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
            task: nil, kind: .garbage(line: shown),
            message: "the engine wrote to its stdout what it may not (\(reason)): \(shown)",
            retryable: true)
        return end(failure, .killing, now)
    }

    /// Takes the end of the child's stdout, which mostly comes a moment before its own.
    mutating func outputClosed(now: Int64) -> [EngineAction] {
        guard listens else { return [] }
        let cause = moment.map { Cause.silent(batch, moment: $0) } ?? .dismissed
        state = .stopping(cause, .closing, until: now + Limit.grace)
        return [.closeInput]
    }

    /// Takes the end of the child.
    mutating func exited(_ status: Ending) -> [EngineAction] {
        defer { state = .dead }
        let end = EngineAction.tell(.exited(status))
        switch state {
        case .starting, .loading, .running:
            return failures(crash(status, moment: moment ?? ""), of: batch) + [end]
        case .stopping(.silent(let batch, let moment), _, _):
            return failures(crash(status, moment: moment), of: batch) + [end]
        case .stopping(.failure(let failure, let batch), _, _):
            return failures(failure, of: batch) + [end]
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
        case .loading(let batch, _), .running(let batch, _):
            return end(overdue(batch), .terminating, now)
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
        end(.failure(failure, batch), phase, now)
    }

    private mutating func end(_ cause: Cause, _ phase: Phase, _ now: Int64) -> [EngineAction] {
        let limit =
            switch phase {
            case .killing: Limit.burial
            case .terminating where batch?.isTraining == true: Limit.trainingGrace
            case .closing, .terminating: Limit.grace
            }
        state = .stopping(cause, phase, until: now + limit)
        return [phase == .killing ? .kill : .terminate]
    }

    /// An attempt was answered; with the last of its batch the engine is idle.
    private mutating func answer(
        _ task: String, _ event: EngineEvent, _ batch: EngineBatch, _ until: Int64
    ) -> [EngineAction] {
        var left = batch
        left.answer(task)
        state = left.open.isEmpty ? .idle : .running(left, until: until)
        guard batch.stopped.contains(task) else { return [.tell(event)] }
        var failure = EngineFailure.stopped
        failure.task = task
        return [.tell(.failed(failure))]
    }

    /// What is told of each attempt, or without any of the engine itself.
    private func failures(_ failure: EngineFailure, of batch: EngineBatch?) -> [EngineAction] {
        batch?.failures(failure) ?? [.tell(.failed(failure))]
    }

    /// Checks that a result has what its kind of task is for, and adds the reasons not given.
    private func complete(
        _ result: EngineResult, _ attempt: EngineAttempt?
    ) -> Result<EngineResult, MalformedLine> {
        var result = result
        if let outputs = attempt?.outputs {
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
        } else if ["generate", "ingest", "train", "evaluate"].contains(attempt?.kind),
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
        case .loading(let batch, _): return "\(name) while it loads for \(batch.words)"
        case .running(let batch, _): return "\(name) while \(batch.words) runs"
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

    private func overdue(_ batch: EngineBatch) -> EngineFailure {
        let limit = batch.timeLimit
        return EngineFailure(
            task: nil, kind: .timedOut,
            message: batch.size == 1
                ? "the attempt outlived its time limit of \(limit)"
                : "\(batch.words) outlived the sum of their time limits, \(limit)",
            retryable: true)
    }

    private func crash(_ status: Ending, moment: String) -> EngineFailure {
        EngineFailure(
            task: nil, kind: .crashed(status),
            message: "the engine ended with \(status) \(moment)", retryable: true)
    }

    private func mismatch(_ version: Int) -> EngineFailure {
        EngineFailure(
            task: nil, kind: .protocolMismatch(offered: version),
            message: "the engine speaks protocol \(version) and this worker speaks "
                + "\(EngineMessage.protocolVersion); use an engine made for it",
            retryable: true)
    }

    private func deadline(of batch: EngineBatch, _ now: Int64) -> Int64 {
        let (seconds, attoseconds) = batch.timeLimit.components
        // A century, in nanoseconds, fits 64 bits.
        let whole = min(max(0, seconds), 3_000_000_000)
        return now + whole * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

extension EngineFailure {
    /// The engine's own word.
    fileprivate init(_ report: EngineReport) {
        self.init(
            task: nil, kind: .reported, message: report.message, retryable: report.retryable)
    }
}

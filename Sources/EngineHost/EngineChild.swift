import FoundationEssentials
public import Linux

/// One external engine: a child process that runs attempts, one or one batch after another.
///
/// It never blocks and has no thread: its owner waits for `interests` until `deadline`, and calls
/// `pump` then. Times are `Clock.monotonic`. Start it from a thread that lives as long as it may,
/// since the child is killed when that thread ends.
public struct EngineChild: ~Copyable {
    /// How much of a stream one turn takes, so that a chatty engine does not starve the owner.
    private static let turnBytes = 1 << 20
    /// What is read after the end at most: a stray process may hold the streams and go on writing.
    private static let lastTurns = 16
    /// How often to look for the end of the child where Linux cannot signal it.
    private static let lookingInterval: Int64 = 500_000_000

    private var process: ChildProcess
    private var machine: EngineMachine
    private var lines = LineSplitter(limit: engineLineLimit)
    private var events: [EngineEvent] = []
    private var pendingInput: [UInt8] = []
    private var preparedRun: [UInt8] = []
    private var engineLog: AttemptLog
    /// Written while attempts run; a log without bytes makes no file.
    private var attemptLog = AttemptLog(path: "/dev/null")
    /// Where the log of each of the attempts that run belongs; one file under all these names.
    private var logPaths: [String] = []
    private var chunk = [UInt8](repeating: 0, count: 64 << 10)
    private var lastPump: Int64
    private let decoder = JSONDecoder()
    private let encoder = JSONEncoder()

    /// Starts an engine; `hello` is its first event.
    ///
    /// `environment` is all that the engine gets. What it writes to stderr while no attempt runs
    /// is appended to `logPath`, at most 1 MiB of it.
    public init(
        command: [String], environment: [String: String], directory: String? = nil,
        logPath: String, now: Int64
    ) throws(SpawnError) {
        var request = SpawnRequest(
            command: command, environment: environment, directory: directory)
        request.input = .pipe
        request.output = .pipe
        request.error = .pipe
        request.endsWithParent = true
        process = try ChildProcess.spawn(request)
        machine = EngineMachine(now: now)
        engineLog = AttemptLog(path: logPath)
        lastPump = now
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// The child's process number.
    public var pid: Int32 {
        process.pid
    }

    /// Whether an attempt can be started.
    public var isIdle: Bool {
        machine.state == .idle
    }

    /// Whether `exited` has been told; drop the child then.
    public var hasEnded: Bool {
        machine.state == .dead
    }

    /// The model that it is loading; nil for none.
    public var loadingModel: String? { machine.loadingModel }

    /// The models that the engine holds, in the order in which they were loaded.
    public var loadedModels: [String] {
        machine.loadedModels
    }

    /// What to wait for before the next `pump`.
    public var interests: [Interest] {
        if hasEnded { return [] }
        var interests: [Interest] = []
        for descriptor in [
            process.outputDescriptor, process.errorDescriptor, process.endDescriptor,
        ] {
            if let descriptor { interests.append(Interest(descriptor, .reading)) }
        }
        if let descriptor = process.inputDescriptor, !pendingInput.isEmpty {
            interests.append(Interest(descriptor, .writing))
        }
        return interests
    }

    /// When to `pump` even if nothing is ready; nil = never.
    public var deadline: Int64? {
        if process.endDescriptor != nil || hasEnded { return machine.deadline }
        return min(machine.deadline ?? .max, lastPump + EngineChild.lookingInterval)
    }

    /// Starts one attempt, or a batch of them, on an idle engine, and loads their model first where
    /// that is needed.
    ///
    /// The attempts of a batch have one kind, name and model, and the engine's entry takes so many.
    public mutating func start(_ attempts: [EngineAttempt], now: Int64) throws(EngineRefusal) {
        guard isIdle else { throw .notIdle }
        preparedRun = try WorkerMessage.run(attempts).line(with: encoder)
        if let model = attempts.first?.model {
            _ = try WorkerMessage.load(model: model).line(with: encoder)
        }
        // What was written so far belongs to no attempt.
        readLog()
        let actions = try machine.start(attempts, now: now)
        logPaths = attempts.map(\.logPath)
        attemptLog = AttemptLog(path: logPaths[0])
        perform(actions)
        writeInput()
    }

    /// Lets an idle engine forget a model, if it holds it.
    public mutating func unload(_ model: String) throws(EngineRefusal) {
        perform(try machine.unload(model))
        writeInput()
    }

    /// Stops the attempt of a task: with the last that runs the engine ends; until then it goes on
    /// with the others of the batch, and the answer to this one is dropped.
    ///
    /// The attempt's failure, of kind `stopped`, follows when the engine is done with it.
    public mutating func stop(_ task: String, now: Int64) {
        perform(machine.stop(task, now: now))
    }

    /// Asks the engine to end: `exited` follows within seconds, and before it the failures of the
    /// attempts that run.
    ///
    /// An idle engine has its stdin closed; one that runs attempts gets SIGTERM. Either gets
    /// SIGKILL in the end.
    public mutating func stop(now: Int64) {
        perform(machine.stop(now: now))
    }

    /// Reads and writes what can be without waiting, and returns what happened.
    public mutating func pump(now: Int64) -> [EngineEvent] {
        if hasEnded { return [] }
        lastPump = now
        writeInput()
        // Asked before reading: what the child wrote before its end is in the pipes by now.
        let status = process.poll()
        var turns = status == nil ? 1 : EngineChild.lastTurns
        while turns > 0, readStreams(now: now) { turns -= 1 }
        if let status {
            perform(machine.exited(status))
        } else {
            if process.outputDescriptor == nil { perform(machine.outputClosed(now: now)) }
            perform(machine.timePassed(now: now))
        }
        writeInput()
        if hasEnded { close() }
        defer { events = [] }
        return events
    }
}

extension EngineChild {
    private mutating func perform(_ actions: [EngineAction]) {
        let place = events.count
        for action in actions {
            switch action {
            case .send(let message): send(message)
            case .closeInput:
                pendingInput = []
                process.closeInput()
            case .terminate: process.signalGroup(Signals.terminate)
            case .kill: process.signalGroup(Signals.kill)
            case .abandon: process.abandon()
            case .tell(let event): tell(event)
            }
        }
        if events.count > place, machine.batch == nil { finishAttemptLog(before: place) }
    }

    private mutating func send(_ message: WorkerMessage) {
        if case .run = message {
            pendingInput += preparedRun
            preparedRun = []
        } else if let line = try? message.line(with: encoder) {
            // Never refused: the model's name was tried when its attempt was started.
            pendingInput += line
        }
    }

    private mutating func tell(_ event: EngineEvent) {
        switch event {
        case .failed(var failure):
            quoteLog(in: &failure)
            events.append(.failed(failure))
        case .hello, .loaded, .progress, .finished, .logLost, .exited:
            events.append(event)
        }
    }

    /// Adds the end of the log, where a child that crashed mostly says why.
    private func quoteLog(in failure: inout EngineFailure) {
        failure.logTail = logPaths.isEmpty ? engineLog.tail : attemptLog.tail
        switch failure.kind {
        case .reported where logPaths.count > 1:
            // What others of the batch wrote says nothing of this one.
            failure.logTail = ""
        case .crashed, .helloTimeout:
            guard let last = failure.logTail.split(whereSeparator: \.isNewline).last else { return }
            failure.message += "; its last words: \(printable(last))"
        case .reported, .timedOut, .garbage, .protocolMismatch, .stopped:
            break
        }
    }

    /// The attempts are over; what is to be said of their log goes before what was said of them.
    private mutating func finishAttemptLog(before place: Int) {
        guard !logPaths.isEmpty else { return }
        attemptLog.finish()
        if let error = attemptLog.error { events.insert(.logLost(error), at: place) }
        let files = FileManager.default
        for path in logPaths.dropFirst() {
            // Not every shared folder knows links; without a log there is nothing to link to.
            if (try? files.linkItem(atPath: logPaths[0], toPath: path)) == nil {
                _ = try? files.copyItem(atPath: logPaths[0], toPath: path)
            }
        }
        logPaths = []
    }

    private mutating func writeInput() {
        while !pendingInput.isEmpty {
            do throws(SystemError) {
                let count = try process.write(pendingInput.span)
                if count == 0 { return }
                pendingInput.removeFirst(count)
            } catch {
                // The engine has closed its stdin, mostly by ending; its end is told in its turn.
                pendingInput = []
                process.closeInput()
            }
        }
    }

    /// Reads a bounded part of both streams; returns whether the output had something.
    private mutating func readStreams(now: Int64) -> Bool {
        let gotOutput = readOutput()
        // After the output and before its lines are acted on: what the engine wrote to stderr
        // before a result then lands in the log of that attempt.
        readLog()
        let decoder = decoder
        while machine.listens, let piece = lines.next() {
            switch piece {
            case .tooLong(let line):
                let reason = "a line longer than \(engineLineLimit) bytes"
                perform(machine.malformed(reason, line: line, now: now))
            case .line(let line):
                do throws(MalformedLine) {
                    let message = try EngineMessage.parse(line, with: decoder)
                    perform(machine.received(message, line: line, now: now))
                } catch {
                    perform(machine.malformed(error.reason, line: line, now: now))
                }
            }
        }
        if !machine.listens { lines.clear() }
        return gotOutput
    }

    private mutating func readOutput() -> Bool {
        var total = 0
        while total < EngineChild.turnBytes {
            switch try? process.readOutput(into: &chunk) {
            case .bytes(let count):
                total += count
                if machine.listens { lines.append(chunk[..<count]) }
            case .wouldBlock:
                return total > 0
            case .end, nil:
                process.closeOutput()
                return total > 0
            }
        }
        return true
    }

    private mutating func readLog() {
        var total = 0
        while total < EngineChild.turnBytes {
            switch try? process.readError(into: &chunk) {
            case .bytes(let count):
                total += count
                if !logPaths.isEmpty {
                    attemptLog.append(chunk[..<count])
                } else {
                    engineLog.append(chunk[..<count])
                }
            case .wouldBlock:
                return
            case .end, nil:
                process.closeError()
                return
            }
        }
    }

    private mutating func close() {
        engineLog.finish()
        if let error = engineLog.error {
            events.insert(.logLost(error), at: max(0, events.count - 1))
        }
        process.closeInput()
        process.closeOutput()
        process.closeError()
    }
}

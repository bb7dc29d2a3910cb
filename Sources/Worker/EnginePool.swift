import Artifacts
import EngineHost
import Foundation
import Linux
import Logging
import Scheduling

/// What became of an attempt in an external engine.
struct EngineEnd: Sendable {
    var attempt: TaskAttempt
    var outcome: Outcome
    var engine: String
    var microseconds: Int64
}

/// The worker's external engines: for each command as many children as tasks run at once, kept
/// alive between tasks so that what they have loaded stays loaded.
struct EnginePool {
    /// One command and what it said of itself.
    fileprivate struct Engine {
        var command: [String]
        var hello: EngineHello?

        var label: String {
            hello.map { "\($0.name) \($0.version)" } ?? command.joined(separator: " ")
        }

        /// The label with the version of what does the task, where the engine tells it.
        func label(for need: Capability) -> String {
            guard let version = entry(for: need)?.version else { return label }
            return "\(label) (\(need.name) \(version))"
        }

        func covers(_ need: Capability) -> Bool { entry(for: need) != nil }

        private func entry(for need: Capability) -> EngineHello.Entry? {
            hello?.provides.first { $0.covers(kind: "\(need.kind)", name: need.name) }
        }
    }

    /// A child process and what it is at.
    private final class Child {
        let engine: Int
        let devices: [Int]
        var process: EngineChild
        var current: (assignment: Assignment, started: Int64, folder: String)?
        /// Waits for the child's hello, and for the end of those that it displaces.
        var next: EngineAttempt?
        /// Idle children that end to make room on the devices.
        var displaces: [Child] = []
        /// Bytes on each of its devices that its tasks were given, by model, which it may hold on
        /// to afterwards.
        var weights: [String: Int64] = [:]
        var lastUsed: Int64

        var deviceMemory: Int64 { weights.values.reduce(0, +) }

        var mayBegin: Bool { process.isIdle && displaces.allSatisfy { $0.process.hasEnded } }

        init(engine: Int, devices: [Int], process: consuming EngineChild, now: Int64) {
            self.engine = engine
            self.devices = devices
            self.process = process
            lastUsed = now
        }
    }

    private let options: WorkerOptions
    private let log: Logger
    private let finisher: Finisher
    private var engines: [Engine]
    private var children: [Child] = []
    private var ended: [EngineEnd] = []

    init(_ options: WorkerOptions, finisher: Finisher, log: Logger) {
        self.options = options
        self.log = log
        self.finisher = finisher
        engines = options.engines.map { Engine(command: $0) }
    }

    /// What to wait for.
    var interests: [Interest] { children.flatMap { $0.process.interests } }

    /// When to pump even if nothing is ready, in nanoseconds; nil for never.
    var deadline: Int64? { children.compactMap { $0.process.deadline }.min() }

    /// Everything the engines provide, once all have introduced themselves.
    var provides: [Capability] {
        engines.flatMap { engine in
            (engine.hello?.provides ?? []).compactMap { entry in
                TaskKind(name: entry.kind).map { Capability(kind: $0, name: entry.name) }
            }
        }
    }

    /// Weights that are loaded somewhere.
    var resident: [String] { Set(children.flatMap { $0.process.loadedModels }).sorted() }

    /// Weights that are being loaded somewhere.
    var loading: [String] { Set(children.compactMap { $0.process.loadingModel }).sorted() }

    /// Children that are alive.
    var isEmpty: Bool { children.isEmpty }

    /// Starts one child of each engine and waits for what it says of itself.
    mutating func introduce() throws(WorkerError) {
        for index in engines.indices {
            let command = engines[index].command.joined(separator: " ")
            let child = try spawn(index, devices: [])
            while engines[index].hello == nil {
                _ = try? Interest.wait(for: child.process.interests, until: child.process.deadline)
                for event in child.process.pump(now: Clock.monotonic) {
                    switch event {
                    case .hello(let hello): engines[index].hello = hello
                    case .failed(let failure):
                        throw .engine(
                            command: command, reason: "\(failure.message)\n\(failure.logTail)")
                    case .exited(let status):
                        throw .engine(command: command, reason: "it ended at once (\(status))")
                    default: break
                    }
                }
            }
            log.info("engine \(engines[index].label) provides \(provides.count) things")
            children.append(child)
        }
    }

    /// Starts an attempt; what became of it comes with `pump`.
    mutating func start(_ assignment: Assignment, devices: [Int]) {
        let need = assignment.input.need
        guard let engine = engines.firstIndex(where: { $0.covers(need) }) else {
            fail(assignment, "no engine of this worker provides \(need.kind) \(need.name)", "")
            return
        }
        do throws(WorkerError) {
            let child = try freeChild(engine, devices: devices, model: assignment.model)
            let attempt = try makeAttempt(assignment)
            child.current = (assignment, Clock.monotonic, attempt.folder)
            child.displaces = makeRoom(for: assignment, on: child)
            child.next = attempt
            beginIfReady(child)
        } catch {
            fail(assignment, "\(error)", engines[engine].label)
        }
    }

    /// Stops an attempt and all its processes.
    mutating func stop(_ attempt: TaskAttempt) {
        for child in children {
            guard let current = child.current, current.assignment.task == attempt.task else {
                continue
            }
            guard child.next != nil else {
                child.process.stop(now: Clock.monotonic)
                continue
            }
            // Its engine knows nothing of it yet.
            (child.current, child.next, child.displaces) = (nil, nil, [])
            discard(current.folder)
            end(current.assignment, .returned, child, since: current.started)
        }
    }

    /// Ends every child.
    func stopAll() {
        for child in children { child.process.stop(now: Clock.monotonic) }
    }

    /// Reads what the engines have said and returns the attempts that ended.
    mutating func pump() -> [EngineEnd] {
        for child in children {
            for event in child.process.pump(now: Clock.monotonic) { take(event, from: child) }
        }
        children.removeAll { $0.process.hasEnded }
        for child in children { beginIfReady(child) }
        defer { ended = [] }
        return ended
    }

    private mutating func take(_ event: EngineEvent, from child: Child) {
        switch event {
        case .hello: break
        case .finished(let result): finish(result, of: child)
        case .failed(let failure):
            guard let current = child.current else {
                log.warning("engine \(engines[child.engine].label): \(failure.message)")
                return
            }
            child.current = nil
            child.next = nil
            discard(current.folder)
            if case .stopped = failure.kind {
                end(current.assignment, .returned, child, since: current.started)
            } else {
                let words = Failure(message: failure.words, retryable: failure.retryable)
                end(current.assignment, .failed(words), child, since: current.started)
            }
        case .exited(let status):
            guard let current = child.current else { return }
            child.current = nil
            let words = Failure(message: "the engine ended (\(status))", retryable: true)
            end(current.assignment, .failed(words), child, since: current.started)
        case .logLost(let error): log.warning("a log could not be written: \(error)")
        case .loaded, .progress: break
        }
    }

    private mutating func finish(_ result: EngineResult, of child: Child) {
        guard let current = child.current else { return }
        child.current = nil
        child.lastUsed = Clock.monotonic
        let micros = (Clock.monotonic - current.started) / 1000
        let end = EngineEnd(
            attempt: TaskAttempt(
                task: current.assignment.task, attempt: current.assignment.attempt),
            outcome: .returned, engine: label(child, current.assignment), microseconds: micros)
        if current.assignment.input.need.kind == .score {
            var scored = end
            scored.outcome = result.scored(current.assignment.input.outputs)
            ended.append(scored)
            discard(current.folder)
        } else {
            // Hashing and moving large files must not hold up the heartbeats.
            finisher.store(result.media ?? [], folder: current.folder, end: end)
        }
    }

    private mutating func beginIfReady(_ child: Child) {
        guard child.mayBegin, let attempt = child.next else { return }
        child.next = nil
        child.displaces = []
        do throws(EngineRefusal) {
            try child.process.start(attempt, now: Clock.monotonic)
        } catch {
            guard let current = child.current else { return }
            child.current = nil
            fail(current.assignment, "\(error)", engines[child.engine].label)
        }
    }

    private mutating func end(
        _ assignment: Assignment, _ outcome: Outcome, _ child: Child, since started: Int64
    ) {
        ended.append(
            EngineEnd(
                attempt: TaskAttempt(task: assignment.task, attempt: assignment.attempt),
                outcome: outcome, engine: label(child, assignment),
                microseconds: (Clock.monotonic - started) / 1000))
    }

    private func label(_ child: Child, _ assignment: Assignment) -> String {
        engines[child.engine].label(for: assignment.input.need)
    }

    private mutating func fail(_ assignment: Assignment, _ message: String, _ engine: String) {
        ended.append(
            EngineEnd(
                attempt: TaskAttempt(task: assignment.task, attempt: assignment.attempt),
                outcome: .failed(Failure(message: message, retryable: true)), engine: engine,
                microseconds: 0))
    }
}

/// Children and their attempts.
extension EnginePool {
    /// An idle child on these devices, best with the model loaded; else a new one.
    private mutating func freeChild(
        _ engine: Int, devices: [Int], model: String
    ) throws(WorkerError) -> Child {
        let idle = children.filter { $0.current == nil && $0.process.isIdle }
        let fitting = idle.filter { $0.engine == engine && $0.devices == devices }
        let holding = fitting.first { $0.process.loadedModels.contains(model) }
        if let child = holding ?? fitting.first { return child }
        if children.count >= 2 * Int(options.capacity.slots) + engines.count,
            let oldest = idle.min(by: { $0.lastUsed < $1.lastUsed })
        {
            // Idle children on other devices hold memory that somebody else may need.
            oldest.process.stop(now: Clock.monotonic)
        }
        let child = try spawn(engine, devices: devices)
        children.append(child)
        return child
    }

    /// Lets go of idle weights that leave too little of the devices' memory: first the child's own,
    /// then those of idle children, which end; returns the children to be waited for.
    ///
    /// What runs fits, because the scheduler counts it; what lies idle is counted by nobody else.
    private func makeRoom(for assignment: Assignment, on child: Child) -> [Child] {
        let model = assignment.model
        child.weights[model] = max(
            child.weights[model] ?? 0, assignment.resources.gpuMemory)
        var displaced: [Child] = []
        for device in child.devices {
            let limit = options.capacity.devices[device].memory
            var holders = children.filter { $0.devices.contains(device) }
            if !holders.contains(where: { $0 === child }) { holders.append(child) }
            var held = holders.reduce(0) { $0 + $1.deviceMemory }
            for (other, bytes) in child.weights.sorted(by: { $0.key < $1.key })
            where other != model && bytes > 0 && held > limit {
                held -= bytes
                child.weights[other] = nil
                try? child.process.unload(other)
            }
            let idle = holders.filter { $0.current == nil && $0.deviceMemory > 0 }
                .sorted { $0.lastUsed < $1.lastUsed }
            for other in idle where held > limit {
                held -= other.deviceMemory
                if displaced.contains(where: { $0 === other }) { continue }
                other.process.stop(now: Clock.monotonic)
                displaced.append(other)
            }
        }
        return displaced
    }

    private func spawn(_ engine: Int, devices: [Int]) throws(WorkerError) -> Child {
        var environment = ProcessInfo.processInfo.environment
        environment["DUET_SLOT"] = "\(children.count)"
        if !options.capacity.devices.isEmpty {
            environment["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
            environment["CUDA_VISIBLE_DEVICES"] = devices.map(String.init).joined(separator: ",")
        }
        let now = Clock.monotonic
        do throws(SpawnError) {
            return Child(
                engine: engine, devices: devices,
                process: try EngineChild(
                    command: engines[engine].command, environment: environment,
                    logPath: "\(options.folder)/engine-\(engine).log", now: now),
                now: now)
        } catch {
            throw .engine(
                command: engines[engine].command.joined(separator: " "), reason: "\(error)")
        }
    }

    private func makeAttempt(_ assignment: Assignment) throws(WorkerError) -> EngineAttempt {
        let input = assignment.input
        let task = assignment.task
        let (epoch, number) = (assignment.attempt.epoch, assignment.attempt.number)
        let folder = "\(options.folder)/attempts/\(task.rawValue)-\(epoch)-\(number)"
        let logPath = finisher.artifacts.logPath(
            campaign: task.campaign, task: task.rawValue, epoch: epoch, number: number)
        do {
            let files = FileManager.default
            _ = try? files.removeItem(atPath: folder)
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try files.createDirectory(
                atPath: (logPath as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
        } catch {
            throw .file("cannot make the folders of an attempt: \(error.localizedDescription)")
        }
        var attempt = EngineAttempt(
            task: "\(task.rawValue)", attempt: Int(number), kind: "\(input.need.kind)",
            name: input.need.name, folder: folder,
            timeLimit: .milliseconds(assignment.timeLimit ?? options.longestTask),
            logPath: logPath)
        attempt.model = assignment.model.isEmpty ? nil : assignment.model
        attempt.prompt = EnginePrompt(
            id: input.prompt, text: input.text, groundTruth: input.clip)
        attempt.seed = input.seed
        attempt.ordinal = Int(input.ordinal)
        attempt.params = (try? JSONValue(json: input.parameters)) ?? .emptyObject
        if let candidate = input.candidate {
            attempt.candidate = EngineCandidate(
                id: "\(candidate.id.rawValue)", media: candidate.media.compactMap(\.forEngine))
            attempt.outputs = input.outputs
        }
        return attempt
    }

    private func discard(_ folder: String) {
        _ = try? FileManager.default.removeItem(atPath: folder)
    }
}

extension EngineFailure {
    /// The message, and the last of what the engine wrote.
    fileprivate var words: String {
        let tail = logTail.split(separator: "\n").suffix(12).joined(separator: "\n")
        return tail.isEmpty || message.contains(tail) ? message : "\(message)\n\(tail)"
    }
}

extension EngineResult {
    /// The scores asked for, each with a number or a reason.
    fileprivate func scored(_ outputs: [String]) -> Outcome {
        let given = scores ?? [:]
        let missing = outputs.filter { given[$0] == nil && reasons?[$0] == nil }
        guard missing.isEmpty else {
            let words = "the scorer gave no \(missing.joined(separator: ", "))"
            return .failed(Failure(message: words, retryable: false))
        }
        return .completed(
            .scores(
                outputs.map { output in
                    let value = given[output] ?? nil
                    guard let value, value.isFinite else {
                        let reason = reasons?[output] ?? "the scorer gave no finite number"
                        return Score(output: output, value: nil, reason: reason)
                    }
                    return Score(output: output, value: value)
                }))
    }
}

extension TaskInput {
    fileprivate var clip: EnginePrompt.GroundTruth? {
        guard !groundTruth.isEmpty else { return nil }
        return EnginePrompt.GroundTruth(
            video: groundTruth.first { $0.role != "audio" }?.path,
            audio: groundTruth.first { $0.role == "audio" }?.path)
    }
}

extension Media {
    fileprivate var forEngine: EngineMedia? {
        EngineMedia.Role(rawValue: role).map {
            EngineMedia(role: $0, path: path, sha256: sha256.isEmpty ? nil : sha256)
        }
    }
}

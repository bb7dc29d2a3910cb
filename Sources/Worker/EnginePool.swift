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

        var provides: [Capability] {
            (hello?.provides ?? []).compactMap { entry in
                TaskKind(name: entry.kind).map {
                    Capability(
                        kind: $0, name: entry.name, batch: Int32(clamping: entry.batch ?? 1))
                }
            }
        }

        private func entry(for need: Capability) -> EngineHello.Entry? {
            hello?.provides.first { $0.covers(kind: "\(need.kind)", name: need.name) }
        }
    }

    /// An attempt in a child.
    private struct Current {
        var assignment: Assignment
        var attempt: EngineAttempt
    }

    /// A child process and what it is at.
    private final class Child {
        let engine: Int
        let devices: [Int]
        var process: EngineChild
        /// What it has not answered yet: one attempt, or the rest of a batch.
        var current: [Current] = []
        /// When it began, or gave its last answer: a batch costs what it takes, once.
        var since: Int64 = 0
        /// Whether what is current waits for the child's hello, and for the end of those that it
        /// displaces.
        var isWaiting = false
        /// Idle children that end to make room on the devices.
        var displaces: [Child] = []
        /// Bytes on each of its devices that its tasks were given, by model, which it may hold on
        /// to afterwards.
        var weights: [String: Int64] = [:]
        var lastUsed: Int64

        /// Takes out an attempt; nil when it is not at it.
        func take(_ task: String) -> Current? {
            let place = current.firstIndex { $0.attempt.task == task }
            return place.map { current.remove(at: $0) }
        }

        /// Takes out what a failure is of; one of the engine itself is of all that waits for it.
        func takeAll(of failure: EngineFailure) -> [Current] {
            if let task = failure.task { return take(task).map { [$0] } ?? [] }
            defer { current = [] }
            return current
        }

        /// What became of an attempt, charged with the time since the last answer.
        func end(of current: Current, _ outcome: Outcome, engine: String) -> EngineEnd {
            let now = Clock.monotonic
            defer { (since, lastUsed) = (now, now) }
            let assignment = current.assignment
            return EngineEnd(
                attempt: TaskAttempt(task: assignment.task, attempt: assignment.attempt),
                outcome: outcome, engine: engine, microseconds: (now - since) / 1000)
        }

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
        engines.flatMap(\.provides)
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

    /// Starts an attempt, or several alike in one child; what became of them comes with `pump`.
    mutating func start(_ assignments: [Assignment], devices: [Int]) {
        guard let first = assignments.first else { return }
        let need = first.input.need
        guard let engine = engines.firstIndex(where: { $0.covers(need) }) else {
            let message = "no engine of this worker provides \(need.kind) \(need.name)"
            for assignment in assignments { fail(assignment, message, "") }
            return
        }
        var current: [Current] = []
        do throws(WorkerError) {
            for assignment in assignments {
                current.append(
                    Current(assignment: assignment, attempt: try makeAttempt(assignment)))
            }
            let child = try freeChild(engine, devices: devices, model: first.model)
            (child.current, child.since, child.isWaiting) = (current, Clock.monotonic, true)
            child.displaces = makeRoom(for: first, on: child)
            beginIfReady(child)
        } catch {
            for one in current { discard(one.attempt.folder) }
            for assignment in assignments { fail(assignment, "\(error)", engines[engine].label) }
        }
    }

    /// Stops an attempt, and with the last that its child runs all processes of the child.
    mutating func stop(_ attempt: TaskAttempt) {
        for child in children {
            let running = child.current.first { $0.assignment.task == attempt.task }
            guard let task = running?.attempt.task else { continue }
            guard child.isWaiting, let current = child.take(task) else {
                child.process.stop(task, now: Clock.monotonic)
                continue
            }
            // Its engine knows nothing of it yet.
            if child.current.isEmpty { (child.isWaiting, child.displaces) = (false, []) }
            end(current, .returned, child)
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
        case .finished(let result):
            if let current = child.take(result.task) { finish(result, current, of: child) }
        case .failed(let failure):
            let failed = child.takeAll(of: failure)
            if failed.isEmpty {
                log.warning("engine \(engines[child.engine].label): \(failure.message)")
            }
            let words = Failure(message: failure.words, retryable: failure.retryable)
            for current in failed {
                end(current, failure.kind == .stopped ? .returned : .failed(words), child)
            }
        case .exited(let status):
            let words = Failure(message: "the engine ended (\(status))", retryable: true)
            for current in child.current { end(current, .failed(words), child) }
            child.current = []
        case .logLost(let error): log.warning("a log could not be written: \(error)")
        case .loaded, .progress: break
        }
    }

    private mutating func finish(_ result: EngineResult, _ current: Current, of child: Child) {
        if current.assignment.input.need.kind == .score {
            end(current, result.scored(current.assignment.input.outputs), child)
        } else {
            // Hashing and moving large files must not hold up the heartbeats.
            let end = child.end(of: current, .returned, engine: label(child, current.assignment))
            finisher.store(result.media ?? [], folder: current.attempt.folder, end: end)
        }
    }

    private mutating func beginIfReady(_ child: Child) {
        guard child.mayBegin, child.isWaiting else { return }
        (child.isWaiting, child.displaces) = (false, [])
        while !child.current.isEmpty {
            do throws(EngineRefusal) {
                return try child.process.start(
                    child.current.map(\.attempt), now: Clock.monotonic)
            } catch {
                // A line holds fewer: the others come again.
                let keeps = error.isLength ? child.current.count / 2 : 0
                let words = Failure(message: "\(error)", retryable: true)
                for current in child.current[keeps...] {
                    end(current, keeps > 0 ? .returned : .failed(words), child)
                }
                child.current.removeSubrange(keeps...)
            }
        }
    }

    /// An attempt is over, and what it made is of no use.
    private mutating func end(_ current: Current, _ outcome: Outcome, _ child: Child) {
        discard(current.attempt.folder)
        ended.append(
            child.end(of: current, outcome, engine: label(child, current.assignment)))
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
        let idle = children.filter { $0.current.isEmpty && $0.process.isIdle }
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
            let idle = holders.filter { $0.current.isEmpty && $0.deviceMemory > 0 }
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

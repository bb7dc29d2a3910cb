import Campaigns
import Datasets
import EngineHost
import Foundation
import Generation
import Linux
import Models
import Tensors
import Training

/// A training that another program does: it is given pairs and settings, followed through its log
/// and asked for the adapter it leaves.
struct LaunchedTraining {
    let launch: Round.Launch
    let settings: TrainingFile
    /// The folder that all attempts share.
    let folder: String
    /// The model that the adapter must fit; nil where this worker has none of that name.
    let model: ModelFolder?

    private var output: String { "\(folder)/output" }
    private var log: String { "\(folder)/trainer.log" }

    /// How often the log is looked at, in nanoseconds.
    private static let interval: Int64 = 200_000_000
    /// From SIGTERM to SIGKILL, in seconds; less than the worker gives this process.
    private static let grace = 25

    /// Runs the trainer to its end, and answers with its adapter in the form that tasks take.
    func run(_ task: EngineTask, progress: EngineProgressReport) throws -> EngineAnswer {
        let termination = Termination()
        let claim = try FolderClaim.make(folder, shouldStop: { termination.isAsked }) { pid in
            progress(0, "waiting for \(pid.map { "process \($0)" } ?? "another process")")
        }
        guard let claim else { throw EngineStop() }
        defer { withExtendedLifetime(claim) {} }
        let plan = try prepare()
        let start = Clock.monotonic
        let trainerLog = try follow(plan, { termination.isAsked }, progress)
        let (adapter, found) = try result()
        let seconds = Double(Clock.monotonic - start) * 1e-9
        return try answer(task, adapter, found, trainerLog, seconds)
    }

    /// Writes the pairs, the settings and the scripts.
    private func prepare() throws -> LaunchPlan {
        var values = ["config": "\(folder)/config.yaml", "output": output]
        try FileManager.default.createDirectory(
            atPath: output, withIntermediateDirectories: true)
        if let last = lastCheckpoint() { values["resume"] = last }
        for format in launch.formats {
            guard let layout = ExportFormat(rawValue: format) else {
                throw EngineFault(
                    "launch.command: there is no format \(format); there are "
                        + ExportFormat.allCases.map(\.rawValue).joined(separator: ", "))
            }
            guard settings.data.count == 1 else {
                throw EngineFault("other trainers are given one file of pairs; data names several")
            }
            values["pairs.\(format)"] = try TrainerPairs(settings.data[0].file, name: settings.name)
                .export(layout, to: "\(folder)/pairs-\(format)")
        }
        var told = settings
        told.output = output
        var plan = try LaunchPlan(launch, values, name: jobName, folder: folder)
        plan.files["\(folder)/config.yaml"] = told.resolvedYAML()
        plan.files["\(folder)/config.json"] = told.resolvedJSON()
        for (path, text) in plan.files {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        }
        return plan
    }

    /// A name for jobs that no other task's jobs have, and every attempt of this task's.
    private var jobName: String {
        let place = folder.split(separator: "/").suffix(2).joined(separator: "-").lowercased()
        let plain = place.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return "duet-" + String(plain.suffix(50)).trimmingPrefix { $0 == "-" }
    }

    /// The newest thing in the output that an earlier attempt can go on from, as trainers name it.
    private func lastCheckpoint() -> String? {
        Self.newest(in: output) { name in
            ["checkpoint", "step", "epoch"].contains { name.lowercased().contains($0) }
        }
    }

    private static func newest(in folder: String, _ isMeant: (String) -> Bool) -> String? {
        let files = FileManager.default
        func age(_ path: String) -> Date {
            (try? files.attributesOfItem(atPath: path))?[.modificationDate] as? Date ?? .distantPast
        }
        return ((try? files.contentsOfDirectory(atPath: folder)) ?? []).filter(isMeant).sorted()
            .map { "\(folder)/\($0)" }.max { age($0) < age($1) }
    }

    /// Starts the program and reads its log until it has ended.
    private func follow(
        _ plan: LaunchPlan, _ isAsked: () -> Bool, _ progress: EngineProgressReport
    ) throws -> TrainerLog {
        var environment = ProcessInfo.processInfo.environment
        environment.merge(plan.environment) { $1 }
        // Python keeps what goes to a file for itself until there is much of it.
        environment["PYTHONUNBUFFERED"] = "1"
        var request = SpawnRequest(command: plan.command, environment: environment)
        (request.output, request.error) = (.file(log), .file(log))
        request.endsWithParent = true
        var reading = Following(log)
        var sentry = try TrainerGuard()
        request.environment[sentry.mark.name] = sentry.mark.value
        var process: ChildProcess
        do throws(SpawnError) {
            process = try ChildProcess.spawn(request)
        } catch {
            throw EngineFault("launch.command: \(error)")
        }
        note("started \(plan.command.map(LaunchPlan.quoted).joined(separator: " "))")
        while true {
            // Asked before reading: what it wrote before its end is in the log by now.
            let ending = process.poll()
            for point in reading.read() { Self.tell(point, progress) }
            if let ending {
                sentry.end(within: 0)
                guard ending == .exited(0) else {
                    if isAsked() { throw EngineStop() }
                    let words = reading.log.lastLines.joined(separator: "\n")
                    throw EngineFault("the trainer ended with \(ending)\n\(words)", retryable: true)
                }
                if isAsked() { throw EngineStop() }
                return reading.log
            }
            if isAsked() {
                // A launcher may end at once, and what it started is to write a checkpoint.
                process.signalGroup(Signals.terminate)
                sentry.end(within: Self.grace)
                _ = reading.read()
                throw EngineStop()
            }
            let ends = [process.endDescriptor].compactMap(\.self).map { Interest($0, .reading) }
            _ = try? Interest.wait(for: ends, until: Clock.monotonic + Self.interval)
        }
    }

    private static func tell(_ point: TrainerLog.Point, _ progress: EngineProgressReport) {
        let share = point.steps.map { Double(point.step) / Double(max(1, $0)) } ?? 0
        let of = point.steps.map { " of \($0)" } ?? ""
        let loss = point.loss.map { ", loss \(Float($0))" } ?? ""
        progress(min(1, share), "step \(point.step)\(of)\(loss)")
    }

    /// The adapter that the trainer left: in the output itself, or in the newest thing in it.
    private func result() throws -> (Adapter, path: String) {
        let newest = Self.newest(in: output) { !$0.hasPrefix(".") }
        let places = [output, "\(output)/adapter"] + [newest].compactMap(\.self)
        var reasons: [String] = []
        for place in places where FileManager.default.fileExists(atPath: place) {
            do throws(AdapterError) {
                return (try Adapter(path: place), place)
            } catch {
                reasons.append(error.description)
            }
        }
        throw EngineFault(
            "the trainer left no adapter in \(output); it is to write a PEFT folder or one "
                + "safetensors file there: " + reasons.joined(separator: "; "))
    }

    private func note(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
    }
}

/// The answer to the task.
extension LaunchedTraining {
    /// What a trainer elsewhere did, as far as it can be known.
    private struct Report: Encodable {
        let format = "duet-launch-report/1"
        var name, launch: String
        var command: [String]
        var seconds: Double
        var steps: Int?
        var first_loss, last_loss: Double?
        /// By modality, of the pairs that it learned from and of those held out, where it said so.
        var implicit_accuracy, held_out_accuracy: [String: Double]?
        /// How far the weights went from the model's own and from those it began with; nil where
        /// this worker has no such model.
        var weight_change, weight_change_from_start: Double?
        /// What is doubtful about the adapter.
        var doubts: [String]
        var data: [String]
    }

    private static func line(_ point: TrainerLog.Point) -> String {
        var members = ["\"step\": \(point.step)"]
        if let loss = point.loss { members.append("\"loss\": \(loss)") }
        members += point.shares.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        return "{\(members.joined(separator: ", "))}\n"
    }

    private func answer(
        _ task: EngineTask, _ adapter: Adapter, _ path: String, _ log: TrainerLog,
        _ seconds: Double
    ) throws -> EngineAnswer {
        if let configuration = model?.configuration(precision: .float32),
            let misfit = AdapterLint.misfits(adapter, configuration).first
        {
            throw EngineFault("\(path): does not fit the model: \(misfit)")
        }
        let change = try change(adapter)
        let doubts = AdapterLint.problems(adapter)
        for doubt in doubts { note("\(path): \(doubt)") }
        let losses = log.points.compactMap(\.loss)
        do {
            let report = Report(
                name: settings.name, launch: launch.type.rawValue, command: launch.command,
                seconds: seconds, steps: log.points.last?.step, first_loss: losses.first,
                last_loss: losses.last, implicit_accuracy: log.shares(.learned),
                held_out_accuracy: log.shares(.heldOut), weight_change: change?.fromBase,
                weight_change_from_start: change?.fromStart, doubts: doubts,
                data: try settings.data.map { try fileHash($0.file) })
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(report).write(to: URL(filePath: "\(task.folder)/training.json"))
            let written = try adapter.write(.comfyui, to: "\(task.folder)/converted")
            let target = "\(task.folder)/adapter.safetensors"
            try FileManager.default.moveItem(atPath: written, toPath: target)
            var media = [
                EngineMedia(role: .adapter, path: target),
                EngineMedia(role: .report, path: "\(task.folder)/training.json"),
            ]
            guard !losses.isEmpty else { return .media(media) }
            let curve = "\(task.folder)/curve.jsonl"
            try Data(log.points.map(Self.line).joined().utf8).write(to: URL(filePath: curve))
            let picture = CurvePicture(try CurveFile.read(curve), title: settings.name).svg()
            try Data(picture.utf8).write(to: URL(filePath: "\(task.folder)/curve.svg"))
            media.append(EngineMedia(role: .curve, path: curve))
            media.append(EngineMedia(role: .picture, path: "\(task.folder)/curve.svg"))
            return .media(media)
        } catch {
            throw EngineFault("\(error)", retryable: true)
        }
    }
}

extension LaunchedTraining {
    private func change(
        _ adapter: Adapter
    ) throws -> (fromBase: Double, fromStart: Double)? {
        guard let model else { return nil }
        do {
            let start = try settings.weights.adapter.map { try Adapter(path: $0) }
            return adapter.change(from: start, of: try model.transformerWeights())
        } catch {
            throw EngineFault("\(error)")
        }
    }
}

/// A file that another program adds to, read as it grows and repeated on stderr.
private struct Following {
    private(set) var log = TrainerLog()
    private let path: String
    private var place: UInt64

    /// Begins at the end of what earlier attempts wrote, whose steps count all the same.
    init(_ path: String) {
        self.path = path
        let earlier = FileManager.default.contents(atPath: path) ?? Data()
        place = UInt64(earlier.count)
        _ = log.take(earlier)
        log.endAttempt()
    }

    /// Returns the points in what was added.
    mutating func read() -> [TrainerLog.Point] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        var found: [TrainerLog.Point] = []
        try? file.seek(toOffset: place)
        while let bytes = try? file.read(upToCount: 1 << 16), !bytes.isEmpty {
            place += UInt64(bytes.count)
            try? FileHandle.standardError.write(contentsOf: bytes)
            found += log.take(bytes)
        }
        return found
    }
}

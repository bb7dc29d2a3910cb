import ArgumentParser
import Campaigns
import Console
import Foundation
import Linux
import Tensors
import Training
import Words

struct TrainCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model or an adapter on this machine.",
        subcommands: [TrainSFT.self, TrainDPO.self, TrainCodec.self, TrainCurve.self])
}

struct TrainSFT: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sft", abstract: "Train on clips, by flow matching.",
        discussion: """
            The file is a training: kind: Training, objective: sft. A training that was \
            interrupted goes on from its last checkpoint when it is started again, and ends with \
            the same bytes.

            EXAMPLES
              duet train sft -f base.yaml
              duet train sft -f base.yaml --threads 2 --set optim.steps=200
            """)

    @OptionGroup var options: TrainOptions

    func run() throws { try options.run(.sft) }
}

struct TrainDPO: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dpo", abstract: "Train on pairs, by AV-DPO.",
        discussion: """
            The file is a training: kind: Training, objective: dpo. Its pairs are those that `duet \
            pairs export` writes for TRL or JavisDiT.

            EXAMPLES
              duet train dpo -f round.yaml
              duet train dpo -f round.yaml --fresh
            """)

    @OptionGroup var options: TrainOptions

    func run() throws { try options.run(.dpo) }
}

/// A training file, and what is changed in it.
struct TrainingFileOptions: ParsableArguments {
    @Option(
        name: .shortAndLong, help: "The training file.",
        completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: "Override a value of the file, as path=value; may be given several times.")
    var set: [String] = []

    /// Where the paths in the file begin.
    var folder: String { URL(filePath: file).deletingLastPathComponent().path }

    /// Reads the training of an objective.
    func load(_ objective: TrainingFile.Objective) throws -> TrainingFile {
        let overrides = try parseOverrides(set)
        let documents: [FileDocument]
        do throws(CampaignFileError) {
            documents = try CampaignFile.read(file, overrides: overrides)
        } catch {
            throw Failure.usage(error.description)
        }
        let trainings = documents.compactMap(\.training)
        guard let settings = trainings.first(where: { $0.objective == objective }) else {
            let found = trainings.map { "\($0.name) with the objective \($0.objective.rawValue)" }
            throw Failure.usage(
                "\(file): holds no training with the objective \(objective.rawValue)"
                    + (found.isEmpty ? "" : ", but \(found.joined(separator: ", "))"))
        }
        return settings
    }
}

struct TrainOptions: ParsableArguments {
    @OptionGroup var source: TrainingFileOptions

    @Option(help: "Threads; how many never changes a result.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Begin anew, whatever checkpoints there are.")
    var fresh = false

    func validate() throws {
        guard (1...1024).contains(threads) else {
            throw ValidationError("--threads \(threads): write from 1 to 1024.")
        }
    }

    func run(_ objective: TrainingFile.Objective) throws {
        let settings = try source.load(objective)
        let signals = try Signals(receiving: [Signals.terminate, Signals.interrupt])
        var progress = TrainingProgress(settings)
        let outcome: TrainingRun.Outcome?
        let curves: String
        do throws(TrainingError) {
            let run = try TrainingRun(
                settings, folder: source.folder, version: Duet.configuration.version)
            curves = "\(run.output)/curve.svg"
            outcome = try Team.with(threads: threads) {
                () throws(TrainingError) -> TrainingRun.Outcome? in
                try run.run(
                    isFresh: fresh, shouldStop: { signals.next() != nil },
                    report: { progress.show($0) })
            }
        } catch {
            progress.end()
            throw Failure.work(error.description)
        }
        progress.end()
        guard let outcome else {
            throw Failure.work(
                "stopped; run the same command again to go on from the last checkpoint")
        }
        for line in Self.summary(outcome.report) { say(line) }
        say("the result is in \(outcome.result), the curves in \(curves)")
    }
}

extension TrainOptions {
    /// What a person wants to know of a result, if it can be known.
    private static func summary(_ report: TrainingReport) -> [String] {
        guard let heldOut = report.heldOut else { return [] }
        let things = report.objective == "dpo" ? "pair" : "clip"
        var line = "held out, \(counted(heldOut.examples, things)): loss \(short(heldOut.loss))"
        for (modality, share) in (report.heldOutAccuracy ?? [:]).sorted(by: { $0.key < $1.key }) {
            line += "  \(modality) \(percent(share)) right"
        }
        return [line]
    }

    private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
}

struct TrainCurve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "curve", abstract: "Draw the curves of a training in the terminal.",
        discussion: """
            EXAMPLES
              duet train curve runs/base
              duet train curve runs/round --only accuracy_video --only margin_video
            """)

    @Argument(help: "The training's output folder, or its curve.jsonl.", completion: .file())
    var place: String

    @Option(help: "Only the curve of this name; may be given several times.")
    var only: [String] = []

    func run() throws {
        var isFolder = ObjCBool(false)
        let exists = FileManager.default.fileExists(atPath: place, isDirectory: &isFolder)
        let path = isFolder.boolValue ? place + "/curve.jsonl" : place
        guard exists, let series = try? CurveFile.read(path), !series.isEmpty else {
            throw Failure.notFound("\(path): there is no curve; a training writes curve.jsonl")
        }
        for name in only where !series.contains(where: { $0.name == name }) {
            throw Failure.usage(
                "--only \(name): the curves are \(series.map(\.name).joined(separator: ", "))")
        }
        let picture = CurvePicture(series, title: place)
        for one in series where only.isEmpty || only.contains(one.name) {
            Terminal.write("\(one.name)\n")
            let lines = picture.text(one.name, columns: Terminal.listingColumns, rows: 6)
            Terminal.write(lines.joined(separator: "\n") + "\n\n")
        }
    }
}

/// Shows a training's progress: bars that stay in place on a terminal, lines elsewhere.
private struct TrainingProgress {
    private var stage: Stage
    private var meter = RateMeter()
    private var live = LiveLines()
    private var nextDraw: Int64 = 0
    private var values = ""
    private var isWaiting = false
    private let interval: Int
    private let isLive = Terminal.isTerminal(Terminal.error)
    private let bars = ProgressBars(
        width: Terminal.listingColumns, paint: Paint(for: Terminal.error))

    init(_ settings: TrainingFile) {
        stage = Stage(name: "latents", done: 0, failed: 0, total: 0)
        interval = max(1, settings.checkpoint.every / 10)
    }

    mutating func show(_ event: TrainingRun.Event) {
        switch event {
        case .encoded(let done, let total): advance("latents", done, total)
        case .waiting(let pid):
            if !isWaiting {
                let who = pid.map { "process \($0)" } ?? "another process"
                tell("\(who) trains in the same output folder; waiting for its end")
            }
            isWaiting = true
        case .resumed(let step): tell("going on from step \(step)")
        case .step(let record, let total):
            values = record.values.map { "\($0.name) \(short($0.value))" }
                .joined(separator: "  ")
            advance("steps", record.step, total)
            if !isLive, record.step % interval == 0 || record.step == total {
                say("step \(record.step) of \(total): \(values)")
            }
        case .checkpoint: break
        }
    }

    mutating func end() {
        if isLive, stage.total > 0 { draw() }
    }

    private mutating func advance(_ name: String, _ done: Int, _ total: Int) {
        if stage.name != name { meter = RateMeter() }
        stage = Stage(name: name, done: Int64(done), failed: 0, total: Int64(total))
        guard isLive, Clock.monotonic >= nextDraw else { return }
        nextDraw = Clock.monotonic + 100_000_000
        meter.add(stage.done, at: Double(Clock.monotonic) / 1e9)
        stage.perSecond = meter.perSecond
        stage.secondsLeft = meter.secondsUntil(stage.total - stage.done)
        draw()
    }

    private func tell(_ line: String) { say(line) }

    private mutating func draw() {
        let lines = bars.lines([stage]) + (values.isEmpty ? [] : [values])
        Terminal.write(live.text(of: lines), to: Terminal.error)
    }
}

/// A number in a few digits, small ones too.
private func short(_ value: Double) -> String {
    abs(value) >= 0.01 || value == 0 ? decimals(value, 4) : "\(Float(value))"
}

public import Artifacts
public import Campaigns
import Crypto
import Foundation
import Generation
import Models
import Tensors

/// A training from its file to its result: data encoded, checkpoints kept, curves written.
public struct TrainingRun: Sendable {
    /// What goes on, for whoever watches.
    public enum Event: Sendable {
        /// Another process, whose number is known or not, writes to the same folder; this one waits
        /// for its end.
        case waiting(for: Int32?)
        /// So many of so many examples have their latents.
        case encoded(Int, of: Int)
        /// It goes on from a checkpoint of this step.
        case resumed(Int)
        /// A step was taken, of so many.
        case step(StepRecord, of: Int)
        /// A checkpoint of this step is on disk.
        case checkpoint(Int)
    }

    /// What a training that came to its end leaves.
    public struct Outcome: Sendable {
        /// The model's folder, or the folder or file of the adapter's first form.
        public let result: String
        /// What it did, which `training.json` says as well.
        public let report: TrainingReport
        /// The checkpoint of its end, from which a training of more steps goes on.
        public let checkpoint: String?
    }

    /// What the file says.
    public let settings: TrainingFile
    let folder: String
    let model: ModelFolder
    private let version: String
    let artifacts: ArtifactFolder?

    /// Opens the model of a training file that lies in `folder`; the version is the program's.
    ///
    /// With `artifacts` its checkpoints are artifacts, of which only the last outlives it, and so
    /// are the latents of clips that it encodes, for whoever learns from these clips later.
    public init(
        _ settings: TrainingFile, folder: String, version: String,
        artifacts: ArtifactFolder? = nil
    ) throws(TrainingError) {
        self.settings = settings
        self.folder = folder
        self.version = version
        self.artifacts = artifacts
        model = try ModelFolder(of: settings, in: folder)
    }

    /// Where checkpoints, curves and the result go.
    public var output: String { path(settings.output) }

    /// Trains to the end, or to the latest step when `shouldStop` says so.
    ///
    /// A step that is on disk is never taken again, unless `isFresh` asks for a new beginning; so
    /// it ends with the same bytes however often, and on whichever machine, it is taken up again.
    /// Returns nil when it was stopped before the end.
    public func run(
        isFresh: Bool = false, shouldStop: () -> Bool = { false },
        report: (Event) -> Void = { _ in }
    ) throws(TrainingError) -> Outcome? {
        let claim = try FolderClaim.make(output, shouldStop: shouldStop) {
            report(.waiting(for: $0))
        }
        guard let claim else { return nil }
        defer { withExtendedLifetime(claim) {} }
        let items = try items()
        guard let examples = try examples(items.learned + items.heldOut, shouldStop, report)
        else { return nil }
        let learned = Array(examples.prefix(items.learned.count))
        let plan = try TrainingPlan(settings, model: model, folder: folder)
        var trainer = try Trainer(
            settings, policy: plan.policy, initial: plan.initial, examples: learned,
            emptyText: settings.times.dropText > 0 ? try textStates()?.states(of: "") : nil)
        let checkpoints = CheckpointFolder(
            path: "\(output)/checkpoints",
            fingerprint: try fingerprint(items.learned, plan.adapterHash), artifacts: artifacts)
        let curve = Curve(path: "\(output)/curve.jsonl")
        checkpoints.clean()
        if isFresh {
            checkpoints.prune(keeping: 0)
        } else if let state = try checkpoints.latest() {
            try trainer.resume(from: state)
            report(.resumed(state.step))
        }
        try curve.cut(after: trainer.state.step)
        var kept = trainer.state.step
        while trainer.state.step < trainer.steps {
            let stops = shouldStop()
            if !stops {
                let record = try trainer.step()
                try curve.add(record)
                report(.step(record, of: trainer.steps))
            }
            let step = trainer.state.step
            let isDue = step == trainer.steps || step.isMultiple(of: settings.checkpoint.every)
            if stops || isDue, step > kept {
                try checkpoints.write(trainer.state, keeping: settings.checkpoint.keep)
                try curve.draw(title: settings.name)
                report(.checkpoint(step))
                kept = step
            }
            if stops { return nil }
        }
        let report = try measure(
            trainer, plan, curve, heldOut: Array(examples.dropFirst(items.learned.count)))
        let result = try plan.write(trainer.result, to: output)
        try report.write(to: "\(output)/training.json")
        if artifacts != nil { checkpoints.prune(keeping: 1) }
        return Outcome(result: result, report: report, checkpoint: checkpoints.last)
    }

    private func measure(
        _ trainer: Trainer, _ plan: TrainingPlan, _ curve: Curve, heldOut: [Example]
    ) throws(TrainingError) -> TrainingReport {
        let steps = try curve.records()
        let last = max(1, steps.count / 5)
        let training = Measures(
            examples: trainer.count(ofLast: last), steps: Array(steps.suffix(last)))
        let measured = heldOut.isEmpty ? nil : try trainer.measures(of: heldOut)
        let change = plan.change(trainer.result)
        return TrainingReport(
            name: settings.name, objective: settings.objective.rawValue, version: version,
            seed: settings.optim.seed, steps: trainer.steps, examples: trainer.exampleCount,
            seconds: trainer.state.seconds, firstLoss: steps.first?["loss"],
            lastLoss: steps.last?["loss"],
            training: training, implicitAccuracy: training.implicitAccuracy, heldOut: measured,
            heldOutAccuracy: measured?.implicitAccuracy, weightChange: change.fromBase,
            weightChangeFromStart: change.fromStart, hashes: try hashes(plan.adapterHash))
    }

    func path(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }
}

import Artifacts
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
        /// So many of so many examples have their latents.
        case encoded(Int, of: Int)
        /// It goes on from a checkpoint of this step.
        case resumed(Int)
        /// A step was taken, of so many.
        case step(StepRecord, of: Int)
        /// A checkpoint of this step is on disk.
        case checkpoint(Int)
    }

    /// What the file says.
    public let settings: TrainingFile
    private let folder: String
    private let model: ModelFolder

    /// Opens the model of a training file that lies in `folder`.
    public init(_ settings: TrainingFile, folder: String) throws(TrainingError) {
        self.settings = settings
        self.folder = folder
        model = try ModelFolder(of: settings, in: folder)
    }

    /// Where checkpoints, curves and the result go.
    public var output: String { Self.path(settings.output, folder) }

    /// Trains to the end, or to the latest step when `shouldStop` says so after one.
    ///
    /// A step that is on disk is never taken again, unless `isFresh` asks for a new beginning.
    /// Returns the folder of the result; nil when it was stopped before the end.
    public func run(
        isFresh: Bool = false, shouldStop: () -> Bool = { false },
        report: (Event) -> Void = { _ in }
    ) throws(TrainingError) -> String? {
        let items: [TrainingItem]
        do throws(CampaignFileError) {
            items = try settings.items(folder: folder)
        } catch {
            throw TrainingError("\(error)")
        }
        let examples = try examples(items, report)
        let plan = try TrainingPlan(settings, model: model, folder: folder)
        var trainer = try Trainer(
            settings, policy: plan.policy, initial: plan.initial, examples: examples)
        let checkpoints = CheckpointFolder(
            path: "\(output)/checkpoints", fingerprint: try fingerprint(items))
        let curve = Curve(path: "\(output)/curve.jsonl")
        if isFresh {
            try? FileManager.default.removeItem(atPath: checkpoints.path)
        } else if let state = try checkpoints.latest() {
            trainer.resume(from: state)
            report(.resumed(state.step))
        }
        try curve.cut(after: trainer.state.step)
        while trainer.state.step < trainer.steps {
            let record = try trainer.step()
            try curve.add(record)
            report(.step(record, of: trainer.steps))
            let isLast = record.step == trainer.steps
            let stops = !isLast && shouldStop()
            if isLast || stops || record.step.isMultiple(of: settings.checkpoint.every) {
                try checkpoints.write(trainer.state, keeping: settings.checkpoint.keep)
                try curve.draw(title: settings.name)
                report(.checkpoint(record.step))
            }
            if stops { return nil }
        }
        return try plan.write(trainer.result, to: output)
    }

    private func examples(
        _ items: [TrainingItem], _ report: (Event) -> Void
    ) throws(TrainingError) -> [Example] {
        let cache: LatentCache
        do throws(ModelError) {
            cache = try LatentCache(folder: "\(output)/latents", model: model)
        } catch {
            throw TrainingError("\(error)")
        }
        var examples: [Example] = []
        for (index, item) in items.enumerated() {
            var files: [String] = []
            for clip in item.clips { files.append(try cache.file(clip)) }
            examples.append(try example(item, files))
            report(.encoded(index + 1, of: items.count))
        }
        return examples
    }

    private func example(
        _ item: TrainingItem, _ files: [String]
    ) throws(TrainingError) -> Example {
        let clip = try LatentCache.latents(files[0])
        let shapes = clip.latents.map { "\($0.key) \($0.value.shape)" }.sorted()
        return Example(
            id: item.id, text: try text(item), weight: item.weight,
            isLowQuality: item.isLowQuality, bucket: shapes.joined(separator: " ")
        ) { () throws(TrainingError) -> [LatentClip] in
            var clips: [LatentClip] = []
            for file in files { clips.append(try LatentCache.latents(file)) }
            return clips
        }
    }

    private func text(_ item: TrainingItem) throws(TrainingError) -> TextInput {
        guard let vocabulary = model.vocabulary else {
            throw TrainingError(
                "\(model.path): takes text as states of an encoder, which trainings cannot read yet"
            )
        }
        do throws(VocabularyError) {
            let length = model.description.text.length
            return .words(try vocabulary.numbers(of: item.text, length: length))
        } catch {
            throw TrainingError("\(item.id): \(error)")
        }
    }

    /// A hash over all that decides the result of a step.
    private func fingerprint(_ items: [TrainingItem]) throws(TrainingError) -> String {
        var deciding = settings
        (deciding.name, deciding.labels, deciding.output) = ("training", [:], "output")
        (deciding.checkpoint, deciding.export, deciding.stored) = (.init(), [.peft], .fp32)
        if deciding.optim.decayFrom == nil {
            (deciding.optim.steps, deciding.optim.epochs) = (nil, 1)
        }
        var hash = SHA256()
        hash.update(data: Data(deciding.resolvedYAML().utf8))
        if settings.start == .given {
            do throws(ModelError) {
                hash.update(data: Data(try model.hash().utf8))
            } catch {
                throw TrainingError("\(error)")
            }
        }
        for item in items {
            hash.update(data: Data("\(item.id) \(item.weight) \(item.text)\n".utf8))
        }
        return FileHash.hex(hash.finalize())
    }

    private static func path(_ path: String, _ folder: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }
}

import Artifacts
import Campaigns
import Crypto
import Foundation
import Generation
import Models
import Tensors

/// What a training learns from and is measured on, and what tells it from other trainings.
extension TrainingRun {
    /// The items of its files: those to learn from, and those held out.
    func items() throws(TrainingError) -> (learned: [TrainingItem], heldOut: [TrainingItem]) {
        do throws(CampaignFileError) {
            let learned = try settings.items(folder: folder)
            return (learned, try settings.heldOutItems(folder: folder, learned: learned))
        } catch {
            throw TrainingError("\(error)")
        }
    }

    /// Items with their latents; nil when it was stopped before all had theirs.
    func examples(
        _ items: [TrainingItem], _ shouldStop: () -> Bool, _ report: (Event) -> Void
    ) throws(TrainingError) -> [Example]? {
        let cache: LatentCache
        do throws(ModelError) {
            cache = try LatentCache(
                folder: "\(artifacts?.root ?? output)/latents", model: model,
                artifacts: artifacts)
        } catch {
            throw TrainingError("\(error)")
        }
        let states = try textStates()
        var examples: [Example] = []
        for (index, item) in items.enumerated() {
            if shouldStop() { return nil }
            var files: [String] = []
            for clip in item.clips { files.append(try cache.file(clip)) }
            examples.append(try example(item, files, states))
            report(.encoded(index + 1, of: items.count))
        }
        return examples
    }

    private func example(
        _ item: TrainingItem, _ files: [String], _ states: TextStates?
    ) throws(TrainingError) -> Example {
        let clip = try LatentCache.latents(files[0])
        let shapes = clip.latents.map { "\($0.key) \($0.value.shape)" }.sorted()
        return Example(
            id: item.id, text: try text(item, states), weight: item.weight,
            isLowQuality: item.isLowQuality, bucket: shapes.joined(separator: " ")
        ) { () throws(TrainingError) -> [LatentClip] in
            var clips: [LatentClip] = []
            for file in files { clips.append(try LatentCache.latents(file)) }
            return clips
        }
    }

    private func text(
        _ item: TrainingItem, _ states: TextStates?
    ) throws(TrainingError) -> TextInput {
        if let states { return try states.states(of: item.text) }
        do throws(VocabularyError) {
            let length = model.description.text.length
            return .words(try model.vocabulary?.numbers(of: item.text, length: length) ?? [])
        } catch {
            throw TrainingError("\(item.id): \(error)")
        }
    }

    /// The states of its texts; nil where the network embeds words itself.
    func textStates() throws(TrainingError) -> TextStates? {
        switch (model.vocabulary, settings.texts) {
        case (nil, let file?):
            return try TextStates(path: path(file), model: model.description)
        case (nil, nil):
            throw TrainingError(
                "\(model.path): is given the states of a text encoder; name the file that has them "
                    + "under texts")
        case (_?, let file?):
            throw TrainingError(
                "\(path(file)): is of no use to \(model.path), which embeds words itself; remove "
                    + "texts")
        case (_?, nil): return nil
        }
    }

    /// A hash over all that decides a step's result, and nothing that differs between machines.
    func fingerprint(
        _ items: [TrainingItem], _ adapterHash: String?
    ) throws(TrainingError) -> String {
        var deciding = settings
        (deciding.name, deciding.labels, deciding.output) = ("training", [:], "output")
        (deciding.checkpoint, deciding.export, deciding.stored) = (.init(), [.peft], .fp32)
        (deciding.model, deciding.data, deciding.heldOut) = ("model", [.init(file: "data")], [])
        (deciding.weights.adapter, deciding.texts) = (adapterHash, try textsHash())
        if deciding.optim.decayFrom == nil {
            (deciding.optim.steps, deciding.optim.epochs) = (nil, 1)
        }
        var hash = SHA256()
        hash.update(data: Data(deciding.resolvedYAML().utf8))
        hash.update(data: Data((try modelHash() ?? "").utf8))
        for item in items {
            let line = "\(item.id) \(item.weight) \(item.isLowQuality) \(item.text)\n"
            hash.update(data: Data(line.utf8))
        }
        return FileHash.hex(hash.finalize())
    }

    /// What the training is made from, for its report.
    func hashes(_ adapterHash: String?) throws(TrainingError) -> TrainingReport.Hashes {
        func listings(_ sources: [TrainingFile.Source]) throws(TrainingError) -> [String] {
            var hashes: [String] = []
            for source in sources {
                do throws(ModelError) {
                    hashes.append(try fileHash(path(source.file)))
                } catch {
                    throw TrainingError("\(error)")
                }
            }
            return hashes
        }
        return TrainingReport.Hashes(
            model: try modelHash(), data: try listings(settings.data),
            heldOut: try listings(settings.heldOut), texts: try textsHash(),
            adapter: adapterHash)
    }

    private func textsHash() throws(TrainingError) -> String? {
        do throws(ModelError) {
            return try settings.texts.map { file throws(ModelError) in try fileHash(path(file)) }
        } catch {
            throw TrainingError("\(error)")
        }
    }

    /// The model's identity; nil where the training begins with random weights.
    private func modelHash() throws(TrainingError) -> String? {
        guard settings.start == .given else { return nil }
        do throws(ModelError) {
            return try model.hash()
        } catch {
            throw TrainingError("\(error)")
        }
    }
}

public import EngineHost
import Generation
import Tensors

/// Makes candidates with the models of a shelf, and takes ground truths in.
///
/// Both give the clip and its latents, so that everything after treats them alike.
public struct GenerateEngine: EmbeddedEngine {
    private let shelf: ModelShelf

    /// The models in memory, the one used last at the end.
    private var loaded: [(key: Key, generator: Generator)] = []

    /// How many may be in memory: rounds make an adapter each, and an engine lives on.
    private static let most = 4

    /// What tells loaded models apart; precision belongs to how a network is built.
    private struct Key: Hashable {
        var hash: String
        var adapter: String?
        var precision: Precision
    }

    /// Takes the models of a shelf; none is loaded before it is asked for.
    public init(_ shelf: ModelShelf) {
        self.shelf = shelf
    }

    /// Ingesting under each name of each model, and generating with those that know words.
    public var provides: [EngineHello.Entry] {
        shelf.names.flatMap { name in
            let model = try? shelf.model(name)
            let version = model.map { String($0.hash.prefix(12)) }
            return (model?.folder.vocabulary == nil ? ["ingest"] : ["generate", "ingest"])
                .map { EngineHello.Entry(kind: $0, name: name, version: version) }
        }
    }

    /// Loads a model with its usual precision, and the adapter that its name may go on with.
    public mutating func load(_ name: String) throws {
        let base = name.prefix { $0 != "+" }
        guard let model = try? shelf.model(String(base)) else { return }
        let adapter = try ModelName(name).adapter
        _ = try generator(model, adapter, model.folder.description.sampler.precision)
    }

    /// Forgets a model, with the adapter that it is named with or without any.
    public mutating func unload(_ name: String) {
        guard let name = try? ModelName(name), let model = try? shelf.model(name.base) else {
            return
        }
        loaded.removeAll {
            $0.key.hash == model.hash && $0.key.adapter == name.adapter?.hash
        }
    }

    /// Makes or takes in one candidate.
    public mutating func run(
        _ task: EngineTask, progress: EngineProgressReport
    ) throws -> EngineAnswer {
        let model = try shelf.model(task.name)
        guard let prompt = task.prompt else { throw EngineFault("the task has no prompt") }
        return task.kind == "ingest"
            ? try ingest(task, prompt, model) : try generate(task, prompt, model, progress)
    }

    private mutating func generate(
        _ task: EngineTask, _ prompt: EnginePrompt, _ model: ModelShelf.Model,
        _ progress: EngineProgressReport
    ) throws -> EngineAnswer {
        let description = model.folder.description
        let params = try GenerationParams(
            task.params,
            over: GenerationSettings(clip: description.clip, sampler: description.sampler))
        let adapter = try task.model.map { name throws in try ModelName(name).adapter } ?? nil
        let generator = try generator(model, adapter, params.settings.sampler.precision)
        let order = Generator.Order(text: prompt.text, seed: task.seed)
        let candidate = try generator.candidates([order], params.settings, progress: progress)[0]
        return try write(
            candidate, params.files, to: task.folder,
            Provenance(candidate, order, params.settings, generator))
    }

    private mutating func ingest(
        _ task: EngineTask, _ prompt: EnginePrompt, _ model: ModelShelf.Model
    ) throws -> EngineAnswer {
        // A codec is the model's own, whatever adapter is over its network.
        let generator = try generator(model, nil, model.folder.description.sampler.precision)
        let (video, audio) = (prompt.groundTruth?.video, prompt.groundTruth?.audio)
        let candidate = try generator.ingest(video: video, audio: audio)
        return try write(
            candidate, GenerationParams.usualFiles, to: task.folder,
            Provenance(
                candidate, groundTruth: [video, audio].compactMap(\.self), prompt: prompt.text,
                generator))
    }

    private func write(
        _ candidate: Candidate, _ kinds: [CandidateFile], to folder: String,
        _ provenance: Provenance
    ) throws -> EngineAnswer {
        do {
            let paths = try candidate.write(kinds, to: folder, stem: "clip", provenance)
            return .media(zip(kinds, paths).map { EngineMedia(role: $0.role, path: $1) })
        } catch {
            // A full or lost disk may be better next time, or on another node.
            throw EngineFault("\(error)", retryable: true)
        }
    }

    private mutating func generator(
        _ model: ModelShelf.Model, _ adapter: AdapterName?, _ precision: Precision
    ) throws -> Generator {
        let key = Key(hash: model.hash, adapter: adapter?.hash, precision: precision)
        if let place = loaded.firstIndex(where: { $0.key == key }) {
            loaded.append(loaded.remove(at: place))
            return loaded[loaded.count - 1].generator
        }
        let generator = try Generator(
            model.folder, precision: precision, adapter: adapter?.file(), hash: model.hash)
        loaded.append((key, generator))
        loaded.removeFirst(max(0, loaded.count - Self.most))
        return generator
    }
}

extension CandidateFile {
    /// What the file is to whoever scores the candidate.
    fileprivate var role: EngineMedia.Role {
        switch self {
        case .mkv, .mp4: .joint
        case .wav: .audio
        case .latents: .latents
        }
    }
}

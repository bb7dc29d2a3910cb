import Campaigns
import Generation
import Models
import Tensors

/// What a training file makes of a model: which numbers are trained, and what they become.
struct TrainingPlan: Sendable {
    let policy: Policy
    /// The numbers at the beginning.
    let initial: NamedTensors

    private let settings: TrainingFile
    private let model: ModelFolder
    /// Every weight of the model.
    private let weights: Checkpoint

    init(_ settings: TrainingFile, model: ModelFolder, folder: String) throws(TrainingError) {
        self.settings = settings
        self.model = model
        let precision: Precision = settings.optim.precision == .bf16 ? .bfloat16 : .float32
        let configuration = model.configuration(precision: precision)
        let shapes = JavisTransformer.shapes(configuration)
        if settings.start == .random {
            weights = Checkpoint(
                tensors: InitialWeights.random(shapes, seed: settings.optim.seed))
        } else {
            do throws(ModelError) {
                weights = try model.transformerWeights()
            } catch {
                throw TrainingError("\(error)")
            }
        }
        let form: Policy.Form
        switch settings.weights.type {
        case .full:
            form = .full
            initial = try Self.chosen(settings.weights.only, of: weights)
        case .lora:
            let w = settings.weights
            let root = Double(w.rank).squareRoot()
            form = .lora(
                scale: Float(w.alpha / (w.isRankStabilised ? root : Double(w.rank))),
                dropout: w.dropout)
            let all = LowRank.maps(shapes)
            for target in w.targets where !all.contains(where: { LowRank.matches($0, target) }) {
                throw TrainingError(
                    "weights.targets: no linear map of the model ends in '\(target)'; its maps "
                        + "are such as \(all.suffix(4).joined(separator: ", "))")
            }
            let maps = all.filter { map in w.targets.contains { LowRank.matches(map, $0) } }
            initial = LowRank.initial(
                maps, shapes: shapes, rank: w.rank, seed: settings.optim.seed)
        }
        policy = Policy(base: weights, configuration: configuration, form: form)
    }

    /// The weights that patterns name, in single precision; all of them without patterns.
    private static func chosen(
        _ patterns: [String]?, of weights: Checkpoint
    ) throws(TrainingError) -> NamedTensors {
        var chosen: NamedTensors = [:]
        for name in weights.names {
            guard patterns?.contains(where: { LowRank.matches(name, $0) }) ?? true else { continue }
            chosen[name] = weights[name]?.converted(to: .f32)
        }
        guard !chosen.isEmpty else {
            throw TrainingError("weights.only: no weight of the model has such a name")
        }
        return chosen
    }

    /// Writes the trained numbers as a model or an adapter; returns its folder.
    func write(_ result: NamedTensors, to output: String) throws(TrainingError) -> String {
        let stored: ElementType = settings.stored == .bf16 ? .bf16 : .f32
        do {
            switch settings.weights.type {
            case .full:
                var tensors: NamedTensors = [:]
                for name in weights.names {
                    tensors[name] = (result[name] ?? weights[name])?.converted(to: stored)
                }
                let codec = try model.codecWeights()
                var codecTensors: NamedTensors = [:]
                for name in codec.names { codecTensors[name] = codec[name] }
                let path = "\(output)/model"
                try ModelFolder.write(
                    model.description, transformer: tensors, codec: codecTensors,
                    vocabulary: model.vocabulary, to: path)
                return path
            case .lora:
                let path = "\(output)/adapter"
                try SafetensorsFile.write(
                    result.mapValues { $0.converted(to: stored) }, to: path + ".safetensors")
                return path
            }
        } catch {
            throw TrainingError("\(error)")
        }
    }
}

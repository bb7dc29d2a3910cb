import Campaigns
import Generation
import Models
import Tensors

/// What a training file makes of a model: which numbers are trained, and what they become.
struct TrainingPlan: Sendable {
    let policy: Policy
    /// The hash of the adapter that the training begins with; nil for a new one.
    let adapterHash: String?

    private let settings: TrainingFile
    private let model: ModelFolder
    /// Every weight of the model.
    private let weights: Checkpoint
    /// The factors that an adapter's training begins with.
    private let factors: NamedTensors
    /// The model's weights that are trained themselves.
    private let chosen: [String]

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
            adapterHash = nil
            factors = [:]
            chosen = try Self.chosen(settings.weights.only, of: weights)
        case .lora:
            let given = try Self.givenAdapter(settings, folder)
            adapterHash = given?.hash
            let adapter =
                if let given { given.adapter } else { try Self.newAdapter(settings, shapes) }
            // One scale for all maps; where they differ, a factor takes up the difference.
            let scale = adapter.modules.min { $0.key < $1.key }?.value.scale ?? 1
            form = .lora(scale: Float(scale), dropout: settings.weights.dropout)
            var numbers: NamedTensors = [:]
            for (name, module) in adapter.modules {
                let up = module.up.converted(to: .f32)
                numbers[name + LowRank.down] = module.down.converted(to: .f32)
                numbers[name + LowRank.up] =
                    module.scale == scale ? up : up * Float(module.scale / scale)
            }
            factors = numbers
            chosen = []
        }
        policy = Policy(base: weights, configuration: configuration, form: form)
    }

    /// The numbers at the beginning, which nothing but the training holds.
    var initial: NamedTensors {
        chosen.reduce(into: factors) { $0[$1] = weights[$1]?.inOwnMemory() }
    }

    private static func givenAdapter(
        _ settings: TrainingFile, _ folder: String
    ) throws(TrainingError) -> AdapterFile? {
        guard let path = settings.weights.adapter else { return nil }
        do throws(ModelError) {
            return try AdapterFile(path: path.hasPrefix("/") ? path : "\(folder)/\(path)")
        } catch {
            throw TrainingError("weights.adapter: \(error)")
        }
    }

    private static func newAdapter(
        _ settings: TrainingFile, _ shapes: [String: [Int]]
    ) throws(TrainingError) -> Adapter {
        let w = settings.weights
        let all = LowRank.maps(shapes)
        for target in w.targets where !all.contains(where: { MapNames.matches($0, target) }) {
            throw TrainingError(
                "weights.targets: no linear map of the model ends in '\(target)'; its maps are "
                    + "such as \(all.suffix(4).joined(separator: ", "))")
        }
        let maps = all.filter { map in w.targets.contains { MapNames.matches(map, $0) } }
        let numbers = LowRank.initial(
            maps, shapes: shapes, rank: w.rank, seed: settings.optim.seed)
        var adapter = Adapter(modules: [:])
        for map in maps {
            guard let down = numbers[map + LowRank.down], let up = numbers[map + LowRank.up] else {
                continue
            }
            adapter.modules[map] = Adapter.Module(
                down: down, up: up, alpha: w.alpha, isRankStabilised: w.isRankStabilised)
        }
        return adapter
    }

    /// The names of the weights that patterns match; all of them without patterns.
    private static func chosen(
        _ patterns: [String]?, of weights: Checkpoint
    ) throws(TrainingError) -> [String] {
        let chosen = weights.names.filter { name in
            patterns?.contains { MapNames.matches(name, $0) } ?? true
        }
        guard !chosen.isEmpty else {
            throw TrainingError("weights.only: no weight of the model has such a name")
        }
        return chosen
    }

    /// Writes the trained numbers as a model, or as an adapter in the forms that are asked for;
    /// returns the model's folder or the first form's folder or file.
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
                let adapter = adapter(result, stored)
                let path = "\(output)/adapter"
                var written: [String] = []
                for form in settings.export {
                    guard let form = AdapterForm(rawValue: form.rawValue) else { continue }
                    let folder = form == .peft ? path : "\(path)-\(form.rawValue)"
                    written.append(try adapter.write(form, to: folder))
                }
                return written.first ?? output
            }
        } catch {
            throw TrainingError("\(error)")
        }
    }

    /// How far numbers went from the model's weights, and from those at the beginning.
    func change(_ result: NamedTensors) -> (fromBase: Double, fromStart: Double) {
        guard case .full = policy.form else {
            return adapter(result, .f32).change(from: adapter(factors, .f32), of: weights)
        }
        var (base, change) = (0.0, 0.0)
        for (name, tensor) in result.sorted(by: { $0.key < $1.key }) {
            guard let weight = weights[name]?.converted(to: .f32) else { continue }
            base += weight.squareSum()
            change += (tensor.converted(to: .f32) - weight).squareSum()
        }
        let share = base > 0 ? (change / base).squareRoot() : 0
        return (share, share)
    }

    /// Trained numbers as an adapter.
    private func adapter(_ result: NamedTensors, _ stored: ElementType) -> Adapter {
        guard case .lora(let scale, let dropout) = policy.form else {
            return Adapter(modules: [:])
        }
        var adapter = Adapter(
            modules: [:], dropout: dropout, baseModel: model.description.name)
        for (name, down) in result where name.hasSuffix(LowRank.down) {
            let module = String(name.dropLast(LowRank.down.count))
            guard let up = result[module + LowRank.up] else { continue }
            let isRankStabilised = settings.weights.isRankStabilised
            let rank = Double(down.shape[0])
            let root = isRankStabilised ? rank.squareRoot() : rank
            // A scale in single precision would make an alpha such as 16.000001 of 16.
            let alpha = (Double(scale) * root * 1e4).rounded() / 1e4
            adapter.modules[module] = Adapter.Module(
                down: down.converted(to: stored), up: up.converted(to: stored), alpha: alpha,
                isRankStabilised: isRankStabilised)
        }
        return adapter
    }
}

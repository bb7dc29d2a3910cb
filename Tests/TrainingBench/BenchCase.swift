import Campaigns
import FoundationEssentials
import Layers
import Models
import Samplers
import Tensors
import Training

/// One case of deploy/bench/training.py, as its Python side describes and lays it out in a folder.
struct BenchCase: Sendable {
    /// What `case.json` says.
    struct About: Decodable, Sendable {
        var objective: String
        var width, heads, hidden, layers, text_width, length, time_waves, batch, rank, steps: Int
        var video, video_patch, audio, audio_patch: [Int]
        var lr, beta: Double
    }

    let about: About
    let settings: TrainingFile
    private let folder: String
    private let data: SafetensorsFile
    private let isPair: Bool

    init(_ folder: String) throws {
        self.folder = folder
        about = try JSONDecoder().decode(
            About.self, from: Data(contentsOf: URL(filePath: "\(folder)/case.json")))
        data = try SafetensorsFile(path: "\(folder)/data.safetensors")
        isPair = about.objective == "dpo"
        var file = TrainingFile(
            name: "bench", objective: isPair ? .dpo : .sft, model: "", data: [], output: "")
        file.optim.rate = about.lr
        file.optim.batch = about.batch
        file.optim.steps = about.steps
        file.times.dropText = 0
        file.loss.beta = ["video": about.beta, "audio": about.beta]
        file.loss.winnerWeight = 1
        settings = file
    }

    /// The training, ready for its first step.
    func trainer() throws -> Trainer {
        let wan = WanConfiguration(
            width: about.width, heads: about.heads, hidden: about.hidden, layers: about.layers,
            channelsIn: about.video[0], channelsOut: about.video[0], patch: about.video_patch,
            timeWaves: about.time_waves, textWidth: about.text_width)
        let configuration = JavisConfiguration(
            wan: wan, audioHidden: about.hidden, audioChannels: about.audio[0],
            audioPatch: about.audio_patch, positions: .interleaveOffset(.halfEven),
            roundsTimesteps: false)
        let weights = try Checkpoint(path: "\(folder)/weights.safetensors")
        let isFull = about.rank == 0
        let trained = isFull ? weights : try Checkpoint(path: "\(folder)/adapter.safetensors")
        var initial: NamedTensors = [:]
        for name in trained.names { initial[name] = trained[name] }
        let policy = Policy(
            base: weights, configuration: configuration,
            form: isFull ? .full : .lora(scale: 1, dropout: 0))
        return try Trainer(settings, policy: policy, initial: initial, examples: examples)
    }

    private var examples: [Example] {
        (0..<about.batch).map { index in
            let text = tensor("text").selected(0, index)
            return Example(id: "\(index)", text: .states(text, length: text.shape[0])) {
                (isPair ? [index, about.batch + index] : [index]).map { clip in
                    LatentClip(
                        video: tensor("video").selected(0, clip),
                        audio: tensor("audio").selected(0, clip))
                }
            }
        }
    }

    /// What PyTorch is to take each step with: batches in our order, with our noise and times.
    func batches() -> NamedTensors {
        let order = DataOrder(examples, batch: about.batch, seed: settings.optim.seed)
        var result: NamedTensors = [:]
        for step in 0..<about.steps {
            for (name, tensor) in batch(step, order.batches(epoch: step)[0]) {
                result["\(step)/\(name)"] = tensor
            }
        }
        return result
    }

    private func batch(_ step: Int, _ places: [Int]) -> NamedTensors {
        let draws = places.map { Draw(seed: settings.optim.seed, id: "\($0)", epoch: step) }
        let copies = isPair ? 2 : 1
        func stacked(_ parts: [Tensor]) -> Tensor {
            .concatenated((0..<copies).flatMap { _ in parts.map { $0.expanded(0) } }, axis: 0)
        }
        var result = ["text": stacked(places.map { tensor("text").selected(0, $0) })]
        let times = draws.map { $0.time(FlowTimes()) }
        result["times"] = Tensor(
            doubles: (0..<copies).flatMap { _ in times }, shape: [copies * times.count])
        for (modality, shape) in [(Modality.video, about.video), (.audio, about.audio)] {
            let clips = (0..<copies).flatMap { copy in
                places.map {
                    tensor("\(modality)").selected(0, $0 + copy * about.batch).expanded(0)
                }
            }
            result["\(modality)"] = .concatenated(clips, axis: 0)
            result["\(modality)_noise"] = stacked(draws.map { $0.noise(modality, shape) })
        }
        return result
    }

    private func tensor(_ name: String) -> Tensor {
        guard let tensor = data[name] else { fatalError("the data has no \(name)") }
        return tensor
    }
}

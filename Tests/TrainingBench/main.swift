import Campaigns
import FoundationEssentials
import Glibc
import Layers
import Models
import Samplers
import Tensors
import Training

// Runs one case of deploy/bench/training.py: takes its steps over the weights and clips in the
// folder, writes the batches that PyTorch is to take and the trained weights, and prints seconds,
// losses and the largest memory.
//
//     training-bench FOLDER THREADS

/// What the case is, as the Python side describes it.
struct Case: Decodable {
    var objective: String
    var width, heads, hidden, layers, text_width, length, time_waves, batch, rank, steps: Int
    var video, video_patch, audio, audio_patch: [Int]
    var lr, beta: Double
}

/// A case's files, and what is to be trained.
struct Bench: Sendable {
    let folder: String
    let about: Case
    let data: SafetensorsFile

    init(folder: String) throws {
        self.folder = folder
        about = try JSONDecoder().decode(
            Case.self, from: Data(contentsOf: URL(filePath: "\(folder)/case.json")))
        data = try SafetensorsFile(path: "\(folder)/data.safetensors")
    }

    var isPair: Bool { about.objective == "dpo" }

    func tensor(_ name: String) -> Tensor {
        guard let tensor = data[name] else { fatalError("the data has no \(name)") }
        return tensor
    }

    /// Clip `index`; losers stand behind all winners.
    func clip(_ index: Int) -> LatentClip {
        LatentClip(
            video: tensor("video").selected(0, index), audio: tensor("audio").selected(0, index))
    }

    var examples: [Example] {
        (0..<about.batch).map { index in
            Example(id: "\(index)", text: .states(tensor("text").selected(0, index))) {
                isPair ? [clip(index), clip(about.batch + index)] : [clip(index)]
            }
        }
    }

    var file: TrainingFile {
        var file = TrainingFile(
            name: "bench", objective: isPair ? .dpo : .sft, model: "", data: [], output: "")
        file.optim.rate = about.lr
        file.optim.batch = about.batch
        file.optim.steps = about.steps
        file.times.dropText = 0
        file.loss.beta = ["video": about.beta, "audio": about.beta]
        file.loss.winnerWeight = 1
        return file
    }

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
        let initial =
            isFull
            ? all(weights) : all(try Checkpoint(path: "\(folder)/adapter.safetensors"))
        let policy = Policy(
            base: weights, configuration: configuration,
            form: isFull ? .full : .lora(scale: 1, dropout: 0))
        return try Trainer(file, policy: policy, initial: initial, examples: examples)
    }

    private func all(_ checkpoint: Checkpoint) -> NamedTensors {
        Dictionary(
            uniqueKeysWithValues: checkpoint.names.compactMap { name in
                checkpoint[name].map { (name, $0) }
            })
    }

    /// What PyTorch is to take a step with: the batch in its order, with the noise and times of
    /// ours.
    func batch(_ step: Int, _ order: DataOrder) -> NamedTensors {
        let places = order.batches(epoch: step)[0]
        let draws = places.map { Draw(seed: file.optim.seed, id: "\($0)", epoch: step) }
        let copies = isPair ? 2 : 1
        func stacked(_ parts: [Tensor]) -> Tensor {
            .concatenated((0..<copies).flatMap { _ in parts.map { $0.expanded(0) } }, axis: 0)
        }
        var result: NamedTensors = [
            "text": stacked(places.map { tensor("text").selected(0, $0) })
        ]
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
        return Dictionary(uniqueKeysWithValues: result.map { ("\(step)/\($0.key)", $0.value) })
    }

    func run(threads: Int) throws {
        var trainer = try trainer()
        let wall = ContinuousClock()
        var seconds: [Double] = []
        var losses: [Double] = []
        try Team.with(threads: threads) {
            for _ in 0..<about.steps {
                let (start, ticks) = (wall.now, clock())
                let record = try trainer.step()
                seconds.append((wall.now - start) / .seconds(1))
                seconds.append(Double(clock() - ticks) / Double(CLOCKS_PER_SEC))
                losses.append(record["loss"] ?? .nan)
            }
        }
        let peak = try peakMemory()
        try SafetensorsFile.write(trainer.state.parameters, to: "\(folder)/duet.safetensors")
        let order = DataOrder(examples, batch: about.batch, seed: file.optim.seed)
        let batches = (0..<about.steps).reduce(into: NamedTensors()) { all, step in
            all.merge(batch(step, order)) { $1 }
        }
        try SafetensorsFile.write(batches, to: "\(folder)/batches.safetensors")
        print("{\"seconds\": \(seconds), \"losses\": \(losses), \"peak_mb\": \(peak)}")
    }
}

/// The process's largest resident memory in MB, which the kernel keeps.
func peakMemory() throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
    return Double(line.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1024
}

let arguments = CommandLine.arguments
guard arguments.count == 3, let threads = Int(arguments[2]) else {
    fatalError("usage: training-bench FOLDER THREADS")
}
try Bench(folder: arguments[1]).run(threads: threads)

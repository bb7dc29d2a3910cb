import Campaigns
import Foundation
import Layers
import Models
import Samplers
import TemporaryFolders
import Tensors
import Testing

@testable import Training

/// Whole trainings of a small network on made-up latents.
struct TrainerTests {
    @Test func stepsOnClipsLowerTheLoss() throws {
        var trainer = try small(.sft) { $0.optim.rate = 3e-3 }
        let losses = try (0..<30).map { _ in try #require(try trainer.step()["loss"]) }
        #expect(losses[25...].reduce(0, +) < 0.8 * losses[..<5].reduce(0, +))
    }

    @Test func aPreferenceTrainingBeginsAtLogTwoAndComesToPreferWinners() throws {
        var trainer = try small(.dpo) {
            $0.weights.type = .lora
            $0.weights.rank = 4
            $0.loss.beta = ["video": 20, "audio": 20]
            $0.optim.rate = 3e-3
        }
        let first = try trainer.step()
        // The policy is its own reference, so every difference is 0 to the bit.
        #expect(abs(try #require(first["preference_video"]) - 0.693147) < 1e-5)
        #expect(first["accuracy_video"] == 0)
        var last = first
        for _ in 0..<30 { last = try trainer.step() }
        #expect(try #require(last["preference"]) < 1.2)
        #expect(try #require(last["accuracy_audio"]) > 0.7)
    }

    @Test(arguments: [TrainingFile.Objective.sft, .dpo])
    func aTrainingThatGoesOnEndsWithTheSameBytes(
        objective: TrainingFile.Objective
    ) throws {
        func prepared() throws -> Trainer {
            try small(objective) {
                $0.optim.method = .muon
                $0.optim.ema = 0.9
                $0.optim.accumulate = 2
                $0.optim.batch = 3
                $0.weights.type = objective == .dpo ? .lora : .full
                $0.weights.dropout = objective == .dpo ? 0.1 : 0
            }
        }
        var whole = try prepared()
        for _ in 0..<7 { _ = try whole.step() }
        let folder = try TemporaryFolder()
        let checkpoints = CheckpointFolder(path: folder.file("checkpoints"), fingerprint: "a")
        var first = try prepared()
        for _ in 0..<3 { _ = try first.step() }
        try checkpoints.write(first.state, keeping: 2)
        var second = try prepared()
        try second.resume(from: #require(try checkpoints.latest()))
        try Team.with(threads: 3) { for _ in 3..<7 { _ = try second.step() } }
        #expect(bytes(second.state.parameters) == bytes(whole.state.parameters))
        #expect(bytes(second.result) == bytes(whole.result))
    }

    @Test func onlyTheWeightsThatAreNamedAreTrained() throws {
        let all = try small(.sft)
        let names = all.state.parameters.keys.filter { MapNames.matches($0, "audio_*") }
        #expect(names.contains("blocks.0.audio_ffn.0.weight"))
        #expect(!names.contains("blocks.0.ffn.0.weight"))
        var some = try small(.sft, only: Set(names))
        let before = bytes(some.state.parameters)
        _ = try some.step()
        #expect(some.state.parameters.count == names.count)
        #expect(bytes(some.state.parameters).filter { before[$0.key] == $0.value }.isEmpty)
    }

    @Test(arguments: [
        ("blocks.0.ffn.0", "ffn.0", true), ("blocks.0.audio_ffn.0", "ffn.0", false),
        ("blocks.0.self_attn.q", "self_attn.*", true), ("blocks.0.self_attn.q", "q", true),
        ("blocks.0.self_attn.q", "blocks.0.self_attn.q", true),
        ("blocks.10.self_attn.q", "0.self_attn.q", false), ("head.head", "head", true),
    ]) func targetsNameMapsByTheirEnds(map: String, target: String, matches: Bool) {
        #expect(MapNames.matches(map, target) == matches)
    }

    @Test func everyEpochSeesEveryExampleOnceInItsOwnOrderAndBucket() throws {
        let examples = (0..<10).map { index in
            Example(
                id: "clip \(index)", text: .words([0]), bucket: index < 4 ? "small" : "large"
            ) { [] }
        }
        let order = DataOrder(examples, batch: 3, seed: 1)
        let first = order.batches(epoch: 0)
        #expect(first.count == order.batchCount)
        #expect(first.flatMap(\.self).sorted() == Array(0..<10))
        #expect(first.allSatisfy { Set($0.map { examples[$0].bucket }).count == 1 })
        #expect(first != order.batches(epoch: 1))
        #expect(first == order.batches(epoch: 0))
    }

    private func bytes(_ tensors: NamedTensors) -> [String: [UInt8]] {
        tensors.mapValues { $0.byteArray() }
    }

    /// A training of a network of width 24 on latents that differ between winners and losers.
    private func small(
        _ objective: TrainingFile.Objective, only: Set<String>? = nil,
        _ change: (inout TrainingFile) -> Void = { _ in }
    ) throws -> Trainer {
        var file = TrainingFile(
            name: "small", objective: objective, model: "", data: [], output: "")
        file.weights.type = .full
        file.optim.batch = 4
        file.optim.steps = 100
        file.optim.rate = 1e-3
        change(&file)
        let wan = WanConfiguration(
            width: 24, heads: 2, hidden: 32, layers: 2, channelsIn: 4, channelsOut: 4,
            patch: [1, 1, 1], timeWaves: 16, textWidth: 12)
        let configuration = JavisConfiguration(
            wan: wan, audioHidden: 32, audioChannels: 3, audioPatch: [1, 1],
            positions: .interleaveOffset(.halfEven), roundsTimesteps: false, words: 5)
        let shapes = JavisTransformer.shapes(configuration)
        var weights = InitialWeights.random(shapes, seed: 3)
        // Heads that begin at 0 would keep a single step from reaching what is before them.
        for name in weights.keys where name.hasSuffix("head.head.weight") {
            weights[name] = NoiseStream(seed: 1, stream: 1).tensor(shapes[name] ?? []) * 0.1
        }
        let initial: NamedTensors
        let form: Policy.Form
        if file.weights.type == .lora {
            let maps = LowRank.maps(shapes).filter { $0.hasPrefix("blocks.") }
            initial = LowRank.initial(maps, shapes: shapes, rank: file.weights.rank, seed: 1)
            form = .lora(scale: 1, dropout: file.weights.dropout)
        } else {
            initial = weights.filter { only?.contains($0.key) ?? true }
            form = .full
        }
        let policy = Policy(
            base: Checkpoint(tensors: weights), configuration: configuration, form: form)
        return try Trainer(file, policy: policy, initial: initial, examples: examples(objective))
    }

    private func examples(_ objective: TrainingFile.Objective) -> [Example] {
        (0..<10).map { index in
            Example(id: "clip \(index)", text: .words([1 + index % 4, 0, 2])) {
                (objective == .sft ? [Float(0.5)] : [0.5, -0.5]).map { mean in
                    let noise = NoiseStream(seed: 9, stream: UInt32(index))
                    return LatentClip(
                        video: noise.tensor([4, 2, 2, 2]) * 0.3 + mean,
                        audio: noise.tensor([3, 4, 1]) * 0.3 - Tensor([mean], shape: []))
                }
            }
        }
    }
}

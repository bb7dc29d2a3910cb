import Foundation
import Golden
import Layers
import Samplers
import TemporaryFolders
import Tensors
import Testing

@testable import Models

/// Adapters that PEFT and diffusers wrote, what they compute, and every form written and read.
struct AdapterTests {
    @Test func oneLinearMapWithItsGradients() throws {
        let golden = try GoldenFile("06_lora_linear")
        let c = try golden.json["config"]
        let names = ["weight", "bias", "lora_A.weight", "lora_B.weight"]
        let leaves = Dictionary(
            uniqueKeysWithValues: try names.map { ($0, try golden[$0].tracked()) })
        let x = try golden["input.x"].tracked()
        var weights = Weights(
            Checkpoint(
                tensors: [
                    "map.weight": try #require(leaves["weight"]),
                    "map.bias": try #require(leaves["bias"]),
                ]),
            adapter: [
                "map": LowRankUpdate(
                    down: try #require(leaves["lora_A.weight"]),
                    up: try #require(leaves["lora_B.weight"]),
                    scale: Float(try c["scaling"].number))
            ])
        let map = Linear(
            &weights, "map", from: try c["in"].integer, to: try c["out"].integer,
            precision: .float32)
        try weights.finish()
        let y = map(x)
        #expect(try golden.difference(y.detached(), "output.y") == nil)
        var gradients = Gradients()
        gradients.add(from: [(y, try golden["input.gy"])])
        for (name, leaf) in leaves {
            #expect(try golden.difference(#require(gradients[leaf]), "grad.\(name)") == nil)
        }
        #expect(try golden.difference(#require(gradients[x]), "grad.x") == nil)
    }

    @Test func anAdapterThatPEFTWrote() throws {
        let golden = try GoldenFile("06_lora_peft_net")
        let adapter = try Adapter(path: GoldenFile.path(golden.json["adapter_dir"].string))
        let targets = try golden.json["target_modules"].array.map { try $0.string }
        #expect(
            adapter.modules.keys.allSatisfy { name in
                targets.contains { MapNames.matches(name, $0) }
            })
        let updates = adapter.updates.mapValues { update in
            LowRankUpdate(
                down: update.down.tracked(), up: update.up.tracked(), scale: update.scale)
        }
        let x = try golden["input.x"].tracked()
        let y = try net(golden, x, updates)
        #expect(try golden.difference(y.detached(), "output.y_lora") == nil)
        #expect(
            try golden.difference(net(golden, x.detached(), [:]), "output.y_base") == nil)
        var gradients = Gradients()
        gradients.add(from: [(y, try golden["input.gy"])])
        #expect(try golden.difference(#require(gradients[x]), "grad.input.x") == nil)
        for (name, update) in updates {
            for (leaf, end) in [(update.down, "lora_A"), (update.up, "lora_B")] {
                let key = "grad.base_model.model.\(name).\(end).weight"
                #expect(try golden.difference(#require(gradients[leaf]), key) == nil)
            }
        }
        let base = try Checkpoint(path: GoldenFile.path("06_lora_peft_net.safetensors"))
        let merged = try adapter.merged(into: base)
        for name in golden.names(from: "output.merged.", to: "") {
            let weight = try #require(merged[String(name.dropFirst("output.merged.".count))])
            #expect(try golden.difference(weight, name) == nil)
        }
    }

    @Test func anAdapterThatDiffusersWrote() throws {
        let golden = try GoldenFile("06_lora_diffusers_wan")
        var adapter = try Adapter(path: GoldenFile.path(golden.json["lora_dir"].string))
        try checkWan(golden, adapter, "output.alpha8.velocity")
        for name in adapter.modules.keys { adapter.modules[name]?.alpha = nil }
        try checkWan(golden, adapter, "output.alpha_equals_rank.velocity")
    }

    @Test(arguments: AdapterForm.allCases) func everyFormIsReadAsItWasWritten(
        form: AdapterForm
    ) throws {
        let adapter = Self.small(isRankStabilised: false)
        let folder = try TemporaryFolder()
        let path = try adapter.write(form, to: folder.path)
        let read = try Adapter(path: path)
        #expect(Set(read.modules.keys) == Set(adapter.modules.keys))
        #expect(AdapterDifference(adapter, read).rows.allSatisfy { $0.relative < 1e-6 })
        // Rank-stabilised scales come out the same, also where a form does not know of them.
        let stabilised = Self.small(isRankStabilised: true)
        let second = try Adapter(path: stabilised.write(form, to: folder.path))
        #expect(AdapterDifference(stabilised, second).rows.allSatisfy { $0.relative < 1e-6 })
    }

    @Test func formsWithAnAlphaSayWhatTheirLoadersDivideByTheRank() throws {
        let folder = try TemporaryFolder()
        let path = try Self.small(isRankStabilised: false).write(.comfyui, to: folder.path)
        let file = try SafetensorsFile(path: path)
        let alpha = try #require(file["diffusion_model.blocks.0.self_attn.q.alpha"])
        #expect(alpha.floatArray() == [6])
        #expect(file["diffusion_model.blocks.0.self_attn.q.lora_down.weight"]?.shape == [3, 8])
    }

    /// By hand: an update of 2 on four weights of 1, after one of 0.5 and one of another map.
    @Test func changeCountsMapsOfEitherAdapter() throws {
        func module(_ value: Float) -> Adapter.Module {
            Adapter.Module(
                down: Tensor(repeating: 1, shape: [1, 2]),
                up: Tensor(repeating: value, shape: [2, 1]), alpha: 1)
        }
        let ones = Tensor(repeating: 1, shape: [2, 2])
        let weights = Checkpoint(tensors: [
            "blocks.0.self_attn.q.weight": ones, "blocks.0.self_attn.k.weight": ones,
        ])
        let last = Adapter(modules: ["blocks.0.self_attn.q": module(2)])
        let first = Adapter(
            modules: ["blocks.0.self_attn.q": module(0.5), "blocks.0.self_attn.k": module(1)])
        let alone = last.change(from: nil, of: weights)
        #expect(alone.fromBase == 2 && alone.fromStart == 2)
        let change = last.change(from: first, of: weights)
        #expect(change.fromBase == 2.0.squareRoot())
        #expect(change.fromStart == (13.0 / 8).squareRoot())
    }

    @Test func whatIsDoubtfulIsSaid() throws {
        var adapter = Self.small(isRankStabilised: false)
        #expect(AdapterLint.problems(adapter).isEmpty)
        adapter.modules["blocks.0.audio_ffn.0"] = Adapter.Module(
            down: Tensor(repeating: 1, shape: [2, 8]), up: Tensor(repeating: 0, shape: [8, 2]),
            alpha: nil)
        let problems = AdapterLint.problems(adapter).joined(separator: "\n")
        for words in ["no alpha", "changes nothing", "different ranks", "diffusers' Wan loader"] {
            #expect(problems.contains(words))
        }
    }

    private static func small(isRankStabilised: Bool) -> Adapter {
        let noise = NoiseStream(seed: 4, stream: 1)
        var modules: [String: Adapter.Module] = [:]
        for name in ["blocks.0.self_attn.q", "blocks.1.cross_attn.o", "blocks.1.ffn.2"] {
            modules[name] = Adapter.Module(
                down: noise.tensor([3, 8]), up: noise.tensor([8, 3]), alpha: 6,
                isRankStabilised: isRankStabilised)
        }
        return Adapter(modules: modules, dropout: 0.05, baseModel: "small")
    }

    private func checkWan(_ golden: GoldenFile, _ adapter: Adapter, _ name: String) throws {
        let base = try GoldenFile(golden.json["base_fixture"].string)
        let model = try WanTransformer(
            golden.checkpoint(golden.json["base_fixture"].string), base.wanConfiguration(),
            adapter: adapter.updates, ignoring: GoldenFile.isNoWeight)
        let velocity = model.velocity(
            try base["input.hidden_states"], timestep: try base["input.timestep"],
            text: try base["input.encoder_hidden_states"])
        #expect(try golden.difference(velocity, name) == nil)
    }

    /// x + o(tanh(q) · sigmoid(k) + v), then x + ffn(x), for each layer; then the head.
    private func net(
        _ golden: GoldenFile, _ input: Tensor, _ updates: [String: LowRankUpdate]
    ) throws -> Tensor {
        let c = try golden.json["config"]
        let base = try Checkpoint(path: GoldenFile.path("06_lora_peft_net.safetensors"))
        var weights = Weights(base, adapter: updates)
        func map(_ name: String) -> Linear {
            let shape = base.layout(name + ".weight")?.shape ?? [0, 0]
            return Linear(
                &weights, name, from: shape[1], to: shape[0],
                hasBias: base.layout(name + ".bias") != nil, precision: .float32)
        }
        /// Of two numbers x and 0, the softmax is the logistic function of x.
        func sigmoid(_ x: Tensor) -> Tensor {
            let both = Tensor.concatenated(
                [x.expanded(-1), x.detached().expanded(-1) * 0], axis: x.rank)
            return both.softmax().selected(-1, 0)
        }
        var x = input
        for layer in 0..<(try c["layers"].integer) {
            let name = "blocks.\(layer)"
            let tanh = sigmoid(map("\(name).self_attn.q")(x) * 2) * 2 + -1
            let mixed =
                tanh * sigmoid(map("\(name).self_attn.k")(x)) + map("\(name).self_attn.v")(x)
            x = x + map("\(name).self_attn.o")(mixed)
            x = x + map("\(name).ffn.2")(map("\(name).ffn.0")(x, activation: .gelu))
        }
        return map("head")(x)
    }
}

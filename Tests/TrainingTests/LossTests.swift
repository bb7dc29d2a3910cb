import Golden
import Samplers
import Tensors
import Testing

@testable import Training

/// AV-DPO's loss in all its forms, and every gradient through a small network, as PyTorch has them.
struct LossTests {
    private let golden: GoldenFile

    init() throws {
        golden = try GoldenFile("06_avdpo")
    }

    @Test func preferenceLossesInEveryFormAreTheReferences() throws {
        for (name, settings) in try golden.json["cases"].members {
            try check(name, settings)
        }
    }

    private func check(_ name: String, _ settings: GoldenValue) throws {
        let isSeparate = (try? settings["separate"].bool) ?? false
        let loss = PreferenceLoss(
            form: isSeparate ? .perModality : .joint,
            beta: [.video: try settings["bv"].number, .audio: try settings["ba"].number],
            factor: isSeparate ? 0.5 : 1, winnerWeight: (try? settings["lam"].number) ?? 0)
        let reduction: SquaredErrors.Reduction = try settings["red"].string == "sum" ? .sum : .mean
        let policyName =
            name == "identical" ? "ref" : name.hasPrefix("near_ref") ? "policy_near" : "policy"
        let names = golden.names(from: "\(policyName).", to: "")
        let policy = Dictionary(
            uniqueKeysWithValues: try names.map {
                (String($0.dropFirst(policyName.count + 1)), try golden[$0].tracked())
            })
        let reference = Dictionary(
            uniqueKeysWithValues: try policy.keys.map { ($0, try golden["ref.\($0)"]) })
        let runs = try ["w", "l"].map { try errors(policy, $0, reduction) }
        let referenceRuns = try ["w", "l"].map { try errors(reference, $0, reduction) }
        let value = loss.value(
            policy: pair(runs), reference: pair(referenceRuns))
        try checkNumbers(name, value, pair(runs), pair(referenceRuns))

        var gradients = Gradients()
        gradients.add(
            from: try zip(runs, [value.slopes.winner, value.slopes.loser]).map { run, slopes in
                let parts = try [Modality.video, .audio].map {
                    try #require(run.errors[$0]).gradient(#require(slopes[$0]))
                }
                return (run.output, Tensor.concatenated(parts, axis: 1))
            })
        let tolerance = try golden.json["tolerance"][
            name.hasPrefix("near_ref") ? "near_ref_grad_rtol_of_max" : "grad_rtol_of_max"
        ].number
        for (parameter, leaf) in policy {
            let expected = try golden["grad.\(name).\(parameter)"]
            let largest = expected.doubleArray().map(abs).max() ?? 0
            let gradient = try #require(gradients[leaf])
            let difference = Golden.difference(gradient, expected, atol: tolerance * largest)
            #expect(difference == nil, "\(name) \(parameter)")
        }
    }

    private func checkNumbers(
        _ name: String, _ value: PreferenceLoss.Value, _ policy: PreferenceLoss.PairErrors,
        _ reference: PreferenceLoss.PairErrors
    ) throws {
        let isNear = name.hasPrefix("near_ref")
        let tolerance = try golden.json["tolerance"]
        let rtol = try tolerance[isNear ? "near_ref_loss_rtol" : "loss_rtol"].number
        let atol = try tolerance["diff_atol"].number
        func expectNear(_ number: Double?, _ key: String) throws {
            let expected = try golden["output.\(name).\(key)"].doubleArray()[0]
            let got = try #require(number)
            #expect(abs(got - expected) <= rtol * abs(expected) + 1e-9, "\(name) \(key)")
        }
        try expectNear(value.loss, "loss")
        try expectNear(value.preference, "loss_dpo")
        try expectNear(value.winnerErrors.values.reduce(0, +), "fm_winner")
        for (modality, letter) in [(Modality.video, "v"), (.audio, "a")] {
            try expectNear(value.accuracies[modality], "acc_\(letter)")
            for (model, errors) in [("policy", policy), ("ref", reference)] {
                let expected = try golden["output.\(name).diff_\(model)_\(letter)"].doubleArray()
                for (index, number) in expected.enumerated() {
                    #expect(abs(errors.difference(modality, index) - number) <= atol)
                }
            }
        }
    }

    private struct Run {
        let output: Tensor
        let errors: [Modality: SquaredErrors]
    }

    private func pair(_ runs: [Run]) -> PreferenceLoss.PairErrors {
        PreferenceLoss.PairErrors(
            winner: runs[0].errors.mapValues(\.values), loser: runs[1].errors.mapValues(\.values))
    }

    /// The errors of fc3(silu(fc2(silu(fc1([x_video, x_audio, t]))))) on winners or losers.
    private func errors(
        _ weights: [String: Tensor], _ member: String, _ reduction: SquaredErrors.Reduction
    ) throws -> Run {
        let t = try golden["input.t"].expanded(1)
        let parts = try ["video", "audio"].map { modality in
            let data = try golden["input.x0_\(modality)_\(member)"]
            let noise = try golden["input.noise_\(modality)"]
            return (state: data * (-t + 1) + noise * t, target: noise - data)
        }
        func map(_ x: Tensor, _ layer: String, _ activation: Activation?) throws -> Tensor {
            let weight = try #require(weights["\(layer).weight"])
            return x.linear(weight, bias: weights["\(layer).bias"], activation: activation)
        }
        let input = Tensor.concatenated([parts[0].state, parts[1].state, t], axis: 1)
        let output = try map(map(map(input, "fc1", .silu), "fc2", .silu), "fc3", nil)
        let width = parts[0].target.shape[1]
        let predictions = output.detached().split(1, [width, output.shape[1] - width])
        return Run(
            output: output,
            errors: [
                .video: SquaredErrors(predictions[0], parts[0].target, reduction),
                .audio: SquaredErrors(predictions[1], parts[1].target, reduction),
            ])
    }
}

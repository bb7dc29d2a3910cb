import Golden
import Layers
import Models
import Samplers
import Tensors
import Testing

@testable import Training

/// A joint model's flow-matching step: loss and the gradient of every weight.
struct JointTrainingTests {
    private let golden: GoldenFile

    init() throws {
        golden = try GoldenFile("04_msmoe_train")
    }

    @Test(arguments: [false, true]) func gradientsOfEveryWeightAreTheReferences(
        recomputes: Bool
    ) throws {
        let (loss, gradients) = try step(recomputes: recomputes, threads: 2)
        let tolerance = try golden.json["tolerance"]
        let atol = try tolerance["atol"].number
        #expect(abs(loss.loss - (try golden["output.loss"].doubleArray()[0])) < atol)
        #expect(
            abs((loss.means[.video] ?? 0) - (try golden["output.loss_video"].doubleArray()[0]))
                < atol)
        let weighted = FlowMatchingLoss(weights: [.video: 0.85, .audio: 0.15])
            .value(loss.means.mapValues { [$0] }, times: [0.5], isLowQuality: [false])
        #expect(abs(weighted.loss - (try golden["output.loss_weighted"].doubleArray()[0])) < atol)
        let names = golden.names(from: "grad.", to: "")
        #expect(names.count == gradients.count)
        for name in names {
            let gradient = try #require(gradients[String(name.dropFirst(5))])
            #expect(try golden.difference(gradient, name) == nil)
        }
    }

    @Test func gradientsAreTheSameToTheBitOnAnyNumberOfThreads() throws {
        let one = try step(recomputes: false, threads: 1).1.mapValues { $0.byteArray() }
        for threads in [2, 3, 5] {
            let more = try step(recomputes: threads == 3, threads: threads).1
            #expect(more.mapValues { $0.byteArray() } == one)
        }
    }

    private func step(
        recomputes: Bool, threads: Int
    ) throws -> (FlowMatchingLoss.Value, [String: Tensor]) {
        try Team.with(threads: threads) { try step(recomputes: recomputes) }
    }

    private func step(recomputes: Bool) throws -> (FlowMatchingLoss.Value, [String: Tensor]) {
        let checkpoint = try Checkpoint(path: GoldenFile.path("04_msmoe_train.safetensors"))
        let names = checkpoint.names.filter { name in
            !["input.", "inter.", "output.", "grad."].contains(where: name.hasPrefix)
        }
        let weights = Dictionary(
            uniqueKeysWithValues: try names.map { ($0, try #require(checkpoint[$0]).tracked()) })
        let model = try JavisTransformer(
            Checkpoint(tensors: weights), golden.javisConfiguration(.interleaveOffset(.halfEven)))
        let timesteps = try golden["input.timestep"]
        func mixed(_ modality: String) throws -> FlowState {
            FlowState(
                data: try golden["input.x0_\(modality)"],
                noise: try golden["input.noise_\(modality)"],
                times: timesteps.doubleArray().map { $0 / 1000 })
        }
        let (video, audio) = (try mixed("video"), try mixed("audio"))
        let velocity = model.velocity(
            .init(video: video.state, audio: audio.state), timestep: timesteps,
            text: try golden["input.text"], recomputes: recomputes)
        let predictions = [
            (Modality.video, try #require(velocity.video), video),
            (.audio, try #require(velocity.audio), audio),
        ]
        let errors = Dictionary(
            uniqueKeysWithValues: predictions.map { ($0, SquaredErrors($1, $2.target)) })
        let value = FlowMatchingLoss().value(
            errors.mapValues(\.values), times: [0, 0], isLowQuality: [false, false])
        var gradients = Gradients()
        gradients.add(
            from: try predictions.map { modality, prediction, _ in
                let slopes = try #require(value.slopes[modality])
                return (prediction, try #require(errors[modality]).gradient(slopes))
            })
        return (value, weights.compactMapValues { gradients[$0] })
    }
}

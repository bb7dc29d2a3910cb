import Models
import Samplers
import Tensors

/// Examples on their way to noise, ready for the network.
///
/// Pairs stand as all winners, then all losers; a pair's clips share time, noise and text.
struct Batch: Sendable {
    /// One for each sample.
    let times: [Double]
    let isLowQuality: [Bool]
    /// One for each example.
    let weights: [Double]

    private let texts: [TextInput]
    private let flows: [Modality: FlowState]

    init(
        _ examples: [Example], epoch: Int, seed: UInt64, times: FlowTimes, dropText: Double,
        emptyText: TextInput?
    ) throws(TrainingError) {
        var clips: [[LatentClip]] = []
        for example in examples { clips.append(try example.clips()) }
        let copies = clips.first?.count ?? 1
        guard clips.allSatisfy({ $0.count == copies }) else {
            throw TrainingError("a batch holds clips and pairs; train on one of the two")
        }
        let draws = examples.map { Draw(seed: seed, id: $0.id, epoch: epoch) }
        let drawn = draws.map { $0.time(times) }
        self.times = (0..<copies).flatMap { _ in drawn }
        isLowQuality = (0..<copies).flatMap { _ in examples.map(\.isLowQuality) }
        weights = examples.map(\.weight)
        let texts = zip(examples, draws).map { example, draw in
            draw.happens("text", share: dropText) ? example.text.without(emptyText) : example.text
        }
        self.texts = (0..<copies).flatMap { _ in texts }
        var flows: [Modality: FlowState] = [:]
        for modality in Modality.allCases {
            let ordered = (0..<copies).flatMap { copy in clips.map { $0[copy] } }
            let latents = ordered.compactMap { $0.latents[modality]?.converted(to: .f32) }
            guard latents.count == ordered.count, let shape = latents.first?.shape else { continue }
            guard latents.allSatisfy({ $0.shape == shape }) else {
                throw TrainingError(
                    "\(modality) latents of one batch have the shapes "
                        + "\(Set(latents.map(\.shape)).sorted { "\($0)" < "\($1)" }); clips of a "
                        + "pair must be of one size")
            }
            let noise = draws.map { $0.noise(modality, shape).expanded(0) }
            flows[modality] = FlowState(
                data: .concatenated(latents.map { $0.expanded(0) }, axis: 0),
                noise: .concatenated((0..<copies).flatMap { _ in noise }, axis: 0),
                times: self.times)
        }
        self.flows = flows
    }

    /// What the network says of the batch.
    func velocities(_ network: JavisTransformer, recomputes: Bool) -> [Modality: Tensor] {
        let velocity = network.velocity(
            .init(video: flows[.video]?.state, audio: flows[.audio]?.state),
            timestep: Tensor(times.map { Float(1000 * $0) }), text: text(network),
            recomputes: recomputes)
        var result: [Modality: Tensor] = [:]
        result[.video] = velocity.video
        result[.audio] = velocity.audio
        return result
    }

    private func text(_ network: JavisTransformer) -> Tensor {
        var words: [[Int]] = []
        var states: [Tensor] = []
        for text in texts {
            switch text {
            case .words(let numbers): words.append(numbers)
            case .states(let tensor, let length):
                let rest = Tensor(
                    repeating: 0, shape: [length - tensor.shape[0], tensor.shape[1]])
                let known = tensor.converted(to: .f32)
                states.append(Tensor.concatenated([known, rest], axis: 0).expanded(0))
            }
        }
        return states.isEmpty ? network.states(ofWords: words) : .concatenated(states, axis: 0)
    }

    func errors(
        _ velocities: [Modality: Tensor], _ reduction: SquaredErrors.Reduction
    ) -> [Modality: SquaredErrors] {
        var errors: [Modality: SquaredErrors] = [:]
        for (modality, velocity) in velocities {
            guard let target = flows[modality]?.target else { continue }
            errors[modality] = SquaredErrors(velocity, target, reduction)
        }
        return errors
    }

    /// Where gradients begin: the velocities, with the gradient of a share of the loss.
    func seeds(
        _ velocities: [Modality: Tensor], _ errors: [Modality: SquaredErrors],
        _ slopes: [Modality: [Double]], _ share: Double
    ) -> [(value: Tensor, gradient: Tensor)] {
        Modality.allCases.compactMap { modality in
            guard let velocity = velocities[modality], let error = errors[modality],
                let slopes = slopes[modality]
            else { return nil }
            return (velocity, error.gradient(slopes.map { $0 * share }))
        }
    }

    /// Errors of winners, then losers, as pairs.
    static func pairs(_ errors: [Modality: SquaredErrors]) -> PreferenceLoss.PairErrors {
        PreferenceLoss.PairErrors(
            winner: errors.mapValues { Array($0.values.prefix($0.values.count / 2)) },
            loser: errors.mapValues { Array($0.values.suffix($0.values.count / 2)) })
    }
}

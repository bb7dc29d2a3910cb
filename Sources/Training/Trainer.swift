public import Campaigns
import Layers
import Linux
import Models
import Samplers
public import Tensors

/// Trains a policy on examples, step by step.
///
/// A step depends on its number, the settings, the examples and the state alone; so a training that
/// was interrupted and goes on from a checkpoint ends with the same bytes, on any number of
/// threads.
public struct Trainer: Sendable {
    /// What the file says.
    public let settings: TrainingFile
    /// What is trained.
    public let policy: Policy
    /// Steps in all.
    public let steps: Int
    /// Where it is.
    public private(set) var state: TrainingState

    private let examples: [Example]
    private let order: DataOrder
    private let minimiser: Minimiser
    /// What pairs are compared with; nil where there are none.
    private var reference: JavisTransformer?
    private let emptyText: TextInput?
    private var epoch: (number: Int, batches: [[Int]]) = (-1, [])

    /// Prepares a training of `initial` numbers.
    public init(
        _ settings: TrainingFile, policy: Policy, initial: NamedTensors, examples: [Example],
        emptyText: TextInput? = nil
    ) throws(TrainingError) {
        guard !examples.isEmpty else {
            throw TrainingError("there is nothing to learn from; data names no clip or pair")
        }
        self.settings = settings
        self.policy = policy
        self.examples = examples
        order = DataOrder(examples, batch: settings.optim.batch, seed: settings.optim.seed)
        let perStep = settings.optim.accumulate
        steps =
            settings.optim.steps
            ?? (settings.optim.epochs * order.batchCount + perStep - 1) / perStep
        minimiser = Minimiser(settings.optim, steps: steps)
        self.emptyText = emptyText
        // Weights that are trained change in memory; beside that, no file's pages are held.
        state = TrainingState(parameters: initial.mapValues { $0.inOwnMemory() })
        // Says at once whether numbers and network fit together.
        let start = try Self.network(policy, initial, nil)
        guard settings.objective == .dpo else { return }
        switch settings.loss.reference {
        case .start: reference = start
        case .base: reference = try Self.network(policy, [:], nil)
        case .average:
            reference = start
            state.reference = initial
        }
    }

    /// Goes on from a state.
    public mutating func resume(from state: TrainingState) throws(TrainingError) {
        self.state = state
        guard !state.reference.isEmpty else { return }
        reference = try Self.network(policy, state.reference, nil)
    }

    /// The numbers that the training results in: the averaged ones where they are kept.
    public var result: NamedTensors {
        state.average.isEmpty ? state.parameters : state.average
    }

    /// Takes the next step.
    public mutating func step() throws(TrainingError) -> StepRecord {
        let start = Clock.monotonic
        let perStep = settings.optim.accumulate
        let first = state.step * perStep
        var record = StepRecord(step: state.step + 1, epoch: first / order.batchCount, values: [])
        var gradients = try gradients(first..<first + perStep, &record)
        guard record.values.allSatisfy(\.value.isFinite) else {
            throw TrainingError(
                "step \(state.step + 1): the loss is no longer finite; lower the learning rate, "
                    + "or clip gradients, and go on from the last checkpoint")
        }
        let (rate, norm) = minimiser.step(&state, &gradients)
        record.values += [("rate", rate), ("norm", norm)]
        if case .average(let decay) = settings.loss.reference, !state.reference.isEmpty {
            MovingAverage.update(&state.reference, towards: state.parameters, decay: decay)
            reference = try Self.network(policy, state.reference, nil)
        }
        state.seconds += Double(Clock.monotonic - start) * 1e-9
        return record
    }

    /// Clips or pairs to learn from.
    var exampleCount: Int { examples.count }

    /// Returns how many examples the last steps saw, those of several epochs counted each time.
    func count(ofLast count: Int) -> Int {
        let perStep = settings.optim.accumulate
        var (epoch, batches): (Int, [[Int]]) = (-1, [])
        return ((steps - count) * perStep..<steps * perStep).reduce(0) { sum, number in
            if epoch != number / order.batchCount {
                epoch = number / order.batchCount
                batches = order.batches(epoch: epoch)
            }
            return sum + batches[number % order.batchCount].count
        }
    }

    /// The gradients of some batches, counted from the training's beginning.
    private mutating func gradients(
        _ range: Range<Int>, _ record: inout StepRecord
    ) throws(TrainingError) -> NamedTensors {
        let leaves = state.parameters.mapValues { $0.tracked() }
        var gradients = Gradients()
        let share = 1 / Double(range.count)
        for number in range {
            let batch = try batch(number)
            let dropout = Dropout(seed: settings.optim.seed, batch: number)
            let network = try Self.network(policy, leaves, dropout)
            let run =
                if let reference {
                    try preference(batch, network, reference, share)
                } else {
                    try supervised(batch, network, share)
                }
            record.add(run.values, share: share)
            gradients.add(from: run.seeds)
        }
        return leaves.compactMapValues { gradients[$0] }
    }

    private mutating func batch(_ number: Int) throws(TrainingError) -> Batch {
        let count = order.batchCount
        if epoch.number != number / count {
            epoch = (number / count, order.batches(epoch: number / count))
        }
        return try Batch(
            epoch.batches[number % count].map { examples[$0] }, epoch: epoch.number,
            seed: settings.optim.seed, times: settings.flowTimes,
            dropText: settings.times.dropText, emptyText: emptyText)
    }

    /// A batch's numbers for the record, and where its gradients begin.
    private typealias Run = (
        values: [(name: String, value: Double)], seeds: [(value: Tensor, gradient: Tensor)]
    )

    private func supervised(
        _ batch: Batch, _ network: JavisTransformer, _ share: Double
    ) throws(TrainingError) -> Run {
        let velocities = batch.velocities(network, recomputes: settings.optim.recomputes)
        let errors = batch.errors(velocities, .mean)
        let value = settings.flowMatchingLoss.value(
            errors.mapValues(\.values), times: batch.times, isLowQuality: batch.isLowQuality)
        let values =
            [("loss", value.loss)]
            + Modality.allCases.compactMap { modality in
                value.means[modality].map { ("\(modality)", $0) }
            }
        return (values, batch.seeds(velocities, errors, value.slopes, share))
    }

    private func preference(
        _ batch: Batch, _ network: JavisTransformer, _ reference: JavisTransformer,
        _ share: Double
    ) throws(TrainingError) -> Run {
        let reduction = settings.reduction
        let compared = batch.errors(batch.velocities(reference, recomputes: false), reduction)
        let velocities = batch.velocities(network, recomputes: settings.optim.recomputes)
        let errors = batch.errors(velocities, reduction)
        let value = settings.preferenceLoss.value(
            policy: Batch.pairs(errors), reference: Batch.pairs(compared), weights: batch.weights)
        var values = [("loss", value.loss), ("preference", value.preference)]
        for modality in Modality.allCases where value.margins[modality] != nil {
            for (name, numbers) in [
                ("preference", value.preferences), ("accuracy", value.accuracies),
                ("margin", value.margins), ("winner", value.winnerErrors),
            ] {
                if let number = numbers[modality] { values.append(("\(name)_\(modality)", number)) }
            }
        }
        var slopes: [Modality: [Double]] = [:]
        for modality in Modality.allCases {
            guard let winner = value.slopes.winner[modality] else { continue }
            slopes[modality] = winner + (value.slopes.loser[modality] ?? [])
        }
        return (values, batch.seeds(velocities, errors, slopes, share))
    }

    /// Measures the result on examples that were not learned from.
    func measures(of examples: [Example]) throws(TrainingError) -> Measures {
        try Measures(
            settings, network: Self.network(policy, result, nil), reference: reference,
            examples: examples, emptyText: emptyText)
    }

    private static func network(
        _ policy: Policy, _ parameters: NamedTensors, _ dropout: Dropout?
    ) throws(TrainingError) -> JavisTransformer {
        do throws(WeightError) {
            return try policy.network(parameters, dropout: dropout)
        } catch {
            throw TrainingError("the weights do not fit the network: \(error)")
        }
    }
}

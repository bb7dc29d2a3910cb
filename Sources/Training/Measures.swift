import Campaigns
import Models
import Samplers

/// What was measured of a policy on some clips or pairs.
public struct Measures: Codable, Equatable, Sendable {
    /// Clips or pairs.
    public var examples: Int
    /// Times and noises that each was measured at.
    public var draws: Int
    /// The mean of the training's loss.
    public var loss: Double
    /// For each modality, the mean of h, whose log-sigmoid is the preference loss.
    public var margin: [String: Double]?
    /// For each modality, the share of pairs on which the policy tells winner from loser better
    /// than its reference does; a pair counts as its draws do together.
    ///
    /// Reports have it beside.
    var implicitAccuracy: [String: Double]?

    private enum CodingKeys: String, CodingKey {
        case examples, draws, loss, margin
    }

    /// Sums up the last steps of a training.
    init(examples: Int, steps: [StepRecord]) {
        (self.examples, draws) = (examples, 1)
        func means(_ name: String) -> [String: Double]? {
            var means: [String: Double] = [:]
            for modality in Modality.allCases {
                means["\(modality)"] = Self.mean(steps.compactMap { $0["\(name)_\(modality)"] })
            }
            return means.isEmpty ? nil : means
        }
        loss = Self.mean(steps.compactMap { $0["loss"] }) ?? 0
        (implicitAccuracy, margin) = (means("accuracy"), means("margin"))
    }

    private static func mean(_ numbers: [Double]) -> Double? {
        numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
    }
}

extension Measures {
    /// The number behind the times and noises of held-out examples, the same for every training,
    /// so that two trainings are measured alike.
    private static let seed: UInt64 = 0

    /// Each example's times and noises: enough that one unlucky time does not decide a pair.
    private static let drawsOfEach = 4

    /// Measures a network, and for pairs against its reference, without dropout and with every
    /// text; times and noises follow from the examples' ids.
    init(
        _ settings: TrainingFile, network: JavisTransformer, reference: JavisTransformer?,
        examples: [Example], emptyText: TextInput?
    ) throws(TrainingError) {
        (self.examples, draws, loss) = (examples.count, Self.drawsOfEach, 0)
        var sums: [Modality: [Double]] = [:]
        let order = DataOrder(examples, batch: settings.optim.batch, seed: Self.seed)
        let batches = order.batches(epoch: 0)
        for draw in 0..<Self.drawsOfEach {
            for places in batches {
                let batch = try Batch(
                    places.map { examples[$0] }, epoch: draw, seed: Self.seed,
                    times: settings.flowTimes, dropText: 0, emptyText: emptyText)
                let errors = batch.errors(
                    batch.velocities(network, recomputes: false), settings.reduction)
                let part = Double(places.count) / Double(examples.count * draws)
                guard let reference else {
                    let value = settings.flowMatchingLoss.value(
                        errors.mapValues(\.values), times: batch.times,
                        isLowQuality: batch.isLowQuality)
                    loss += value.loss * part
                    continue
                }
                let compared = batch.errors(
                    batch.velocities(reference, recomputes: false), settings.reduction)
                let value = settings.preferenceLoss.value(
                    policy: Batch.pairs(errors), reference: Batch.pairs(compared))
                loss += value.loss * part
                for (modality, differences) in value.differences {
                    var all = sums[modality] ?? [Double](repeating: 0, count: examples.count)
                    for (place, number) in zip(places, differences) { all[place] += number }
                    sums[modality] = all
                }
            }
        }
        guard reference != nil else { return }
        take(sums, settings.preferenceLoss)
    }

    /// Takes each pair's Δ, summed over its draws.
    private mutating func take(_ sums: [Modality: [Double]], _ loss: PreferenceLoss) {
        var (shares, margins): ([String: Double], [String: Double]) = ([:], [:])
        for (modality, deltas) in sums {
            let count = Double(deltas.count)
            let pull = -loss.factor * (loss.beta[modality] ?? 0) / Double(draws)
            shares["\(modality)"] = Double(deltas.count { $0 < 0 }) / count
            margins["\(modality)"] = pull * deltas.reduce(0, +) / count
        }
        (implicitAccuracy, margin) = (shares, margins)
    }
}

import Campaigns
import Samplers

extension TrainingFile {
    /// The flow-matching loss that the file asks for.
    var flowMatchingLoss: FlowMatchingLoss {
        FlowMatchingLoss(
            weights: Self.byModality(loss.weights), lowQualityAbove: loss.lowQualityAbove)
    }

    /// The preference loss that the file asks for.
    var preferenceLoss: PreferenceLoss {
        PreferenceLoss(
            form: loss.type == .joint ? .joint : .perModality, beta: Self.byModality(loss.beta),
            factor: loss.factor, winnerWeight: loss.winnerWeight, smoothing: loss.smoothing)
    }

    /// How a sample's squares become one number.
    var reduction: SquaredErrors.Reduction { loss.reduction == .sum ? .sum : .mean }

    /// The times that the file asks for.
    var flowTimes: FlowTimes {
        FlowTimes(
            times.density == .uniform
                ? .uniform : .logitNormal(mean: times.mean, spread: times.spread),
            shift: times.shift)
    }

    private static func byModality(_ numbers: [String: Double]) -> [Modality: Double] {
        var result: [Modality: Double] = [:]
        for modality in Modality.allCases { result[modality] = numbers["\(modality)"] }
        return result
    }
}

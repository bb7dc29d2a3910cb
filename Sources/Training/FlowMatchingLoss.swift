public import Samplers

/// The flow-matching loss of a joint model: Σ weight · mean error, over modalities and samples.
public struct FlowMatchingLoss: Hashable, Sendable {
    /// What each modality's error counts; Ovi's are 0.85 for video and 0.15 for audio.
    public var weights: [Modality: Double]

    /// The video of a low-quality sample counts only at times above this one, of 0 to 1.
    ///
    /// UniVerse-1's rule, with 0.8: large motion can be learned from such clips, detail cannot.
    /// nil makes no difference between samples.
    public var lowQualityAbove: Double?

    /// Makes a loss; by default both modalities count 1, and all samples alike.
    public init(
        weights: [Modality: Double] = [.video: 1, .audio: 1], lowQualityAbove: Double? = nil
    ) {
        self.weights = weights
        self.lowQualityAbove = lowQualityAbove
    }

    /// A loss with its derivatives.
    public struct Value: Sendable {
        /// The loss.
        public var loss: Double
        /// The mean error of each modality, before weights.
        public var means: [Modality: Double]
        /// ∂ loss / ∂ error, for each modality and sample.
        public var slopes: [Modality: [Double]]
    }

    /// Returns the loss of samples' errors at their times, of 0 to 1.
    public func value(
        _ errors: [Modality: [Double]], times: [Double], isLowQuality: [Bool]
    ) -> Value {
        var value = Value(loss: 0, means: [:], slopes: [:])
        for modality in Modality.allCases {
            guard let samples = errors[modality], !samples.isEmpty else { continue }
            let weight = (weights[modality] ?? 1) / Double(samples.count)
            let slopes = samples.indices.map { sample in
                guard modality == .video, let least = lowQualityAbove, isLowQuality[sample] else {
                    return weight
                }
                return times[sample] > least ? weight : 0
            }
            value.loss += zip(samples, slopes).reduce(0) { $0 + $1.0 * $1.1 }
            value.means[modality] = samples.reduce(0, +) / Double(samples.count)
            value.slopes[modality] = slopes
        }
        return value
    }
}

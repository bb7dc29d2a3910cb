import Glibc
public import Samplers

/// AV-DPO: the policy is to do better than its reference on winners, and worse on losers.
///
/// With a pair's errors E, Δ = (E winner - E loser) of the policy - the same of the reference, for
/// each modality, and h = -factor · β · Δ, the loss is -log σ(h): for each modality and added up,
/// as in the released code, or of the modalities' sum, as in equation 5 of the paper.
/// Source: JavisDiT++ (2026), equation 5, and its released code.
public struct PreferenceLoss: Hashable, Sendable {
    /// How modalities come together.
    public enum Form: String, Hashable, Sendable {
        /// A log-sigmoid for each modality, added up.
        case perModality
        /// One log-sigmoid of the modalities' sum.
        case joint
    }

    /// How modalities come together.
    public var form: Form

    /// The strength of each modality's preference.
    public var beta: [Modality: Double]

    /// What β is multiplied by: ½ in the released code, 1 in the paper.
    public var factor: Double

    /// What the winner's own error counts besides.
    public var winnerWeight: Double

    /// The share of pairs that are taken to be the wrong way round.
    public var smoothing: Double

    /// Makes a loss; by default the released code's.
    public init(
        form: Form = .perModality, beta: [Modality: Double] = [.audio: 1000, .video: 3000],
        factor: Double = 0.5, winnerWeight: Double = 0.1, smoothing: Double = 0
    ) {
        (self.form, self.beta, self.factor) = (form, beta, factor)
        (self.winnerWeight, self.smoothing) = (winnerWeight, smoothing)
    }

    /// The errors of pairs' winners and losers under one model.
    public struct PairErrors: Sendable {
        /// For each modality, one number for each pair.
        public var winner, loser: [Modality: [Double]]

        /// Joins the errors of winners and losers.
        public init(winner: [Modality: [Double]], loser: [Modality: [Double]]) {
            (self.winner, self.loser) = (winner, loser)
        }

        /// E winner - E loser.
        public func difference(_ modality: Modality, _ pair: Int) -> Double {
            (winner[modality]?[pair] ?? 0) - (loser[modality]?[pair] ?? 0)
        }
    }

    /// A loss with its derivatives, and what is worth watching.
    public struct Value: Sendable {
        /// The loss.
        public var loss = 0.0
        /// The preference's part of it, for each modality; a joint loss stands under neither.
        public var preference = 0.0
        /// The same of each modality alone, where there is one log-sigmoid for each.
        public var preferences: [Modality: Double] = [:]
        /// Each pair's Δ, for each modality: below 0 the policy does better than its reference.
        public var differences: [Modality: [Double]] = [:]
        /// The share of pairs on which the policy's difference is below the reference's.
        public var accuracies: [Modality: Double] = [:]
        /// The mean of h, for each modality.
        public var margins: [Modality: Double] = [:]
        /// The winners' mean error, for each modality.
        public var winnerErrors: [Modality: Double] = [:]
        /// ∂ loss / ∂ error of the policy.
        public var slopes = PairErrors(winner: [:], loser: [:])
    }

    /// Returns the loss of pairs, each of which counts as much as its weight says.
    public func value(
        policy: PairErrors, reference: PairErrors, weights: [Double]? = nil
    ) -> Value {
        let modalities = Modality.allCases.filter { policy.winner[$0] != nil }
        let pairs = modalities.first.flatMap { policy.winner[$0]?.count } ?? 0
        let weights = weights ?? [Double](repeating: 1, count: pairs)
        var value = Value()
        var arguments: [Modality: [Double]] = [:]
        for modality in modalities {
            let deltas = (0..<pairs).map {
                policy.difference(modality, $0) - reference.difference(modality, $0)
            }
            value.differences[modality] = deltas
            arguments[modality] = deltas.map { -factor * (beta[modality] ?? 0) * $0 }
            value.accuracies[modality] = mean(deltas.map { $0 < 0 ? 1 : 0 })
            value.margins[modality] = mean(arguments[modality] ?? [])
            value.winnerErrors[modality] = mean(policy.winner[modality] ?? [])
        }
        let sums = (0..<pairs).map { pair in
            modalities.reduce(0) { $0 + (arguments[$1]?[pair] ?? 0) }
        }
        if form == .joint {
            value.preference = mean(zip(sums, weights).map { loss($0) * $1 })
        }
        for modality in modalities {
            let own = form == .joint ? sums : arguments[modality] ?? []
            if form == .perModality {
                let part = mean(zip(own, weights).map { loss($0) * $1 })
                value.preferences[modality] = part
                value.preference += part
            }
            let pull = -factor * (beta[modality] ?? 0) / Double(pairs)
            let slopes = zip(own, weights).map { slope($0) * pull * $1 }
            value.slopes.winner[modality] = slopes.map { $0 + winnerWeight / Double(pairs) }
            value.slopes.loser[modality] = slopes.map { -$0 }
        }
        let winners = modalities.reduce(0) { $0 + (value.winnerErrors[$1] ?? 0) }
        value.loss = value.preference + winnerWeight * winners
        return value
    }

    /// -log σ(h), or -log σ(-h) for the share of pairs that are the wrong way round.
    private func loss(_ h: Double) -> Double {
        (1 - smoothing) * softplus(-h) + smoothing * softplus(h)
    }

    private func slope(_ h: Double) -> Double {
        smoothing * sigmoid(h) - (1 - smoothing) * sigmoid(-h)
    }
}

/// log(1 + eˣ), for any x.
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// 1 / (1 + e⁻ˣ), for any x.
func sigmoid(_ x: Double) -> Double {
    x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))
}

private func mean(_ numbers: [Double]) -> Double {
    numbers.isEmpty ? 0 : numbers.reduce(0, +) / Double(numbers.count)
}

/// The largest weight of a pair, so that no rare pair outweighs all others.
private let largestWeight = 10.0

extension Field {
    /// Gives every pair the weight that the rule asks for: mean 1, then cut at the largest.
    func weigh(_ outcome: inout RankOutcome) {
        guard rule.weighting != .none, !outcome.pairs.isEmpty else { return }
        let weights = outcome.pairs.map(weight())
        let mean = weights.sum() / Double(weights.count)
        outcome.meanWeight = mean
        for index in outcome.pairs.indices {
            outcome.pairs[index].weight = mean > 0 ? min(weights[index] / mean, largestWeight) : 1
        }
    }

    private func weight() -> (PreferencePair) -> Double {
        switch rule.weighting {
        case .none:
            return { _ in 1 }
        case .margin:
            return { max(0, $0.margin) }
        case .histogram(let bins, let alpha, let power):
            let histogram = Histogram(totals.scores, bins: bins)
            let count = Double(totals.scores.count)
            let scores = scoresByCandidate()
            return { pair in
                let shares = [pair.winner, pair.loser].map { ordinal in
                    let score = scores(pair.prompt, ordinal)
                    return Double(histogram.counts[histogram.bin(of: score)]) / count
                }
                let ratio = alpha / (shares[0] * shares[1])
                return power == 1 ? ratio : exponential(power * naturalLogarithm(ratio))
            }
        }
    }

    /// Returns what finds a candidate's score; rows are sorted by prompt and ordinal.
    private func scoresByCandidate() -> (Int64, Int) -> Double {
        { prompt, ordinal in
            var (low, high) = (0, table.rows.count - 1)
            while low < high {
                let middle = (low + high) / 2
                let row = table.rows[middle]
                if (row.prompt, row.ordinal) < (prompt, ordinal) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return totals.scores[low]
        }
    }
}

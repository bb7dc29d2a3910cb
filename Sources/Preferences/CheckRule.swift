extension RankRule {
    /// Refuses a rule that means nothing.
    func check() throws(RankError) {
        guard !dimensions.isEmpty else { throw .noDimensions }
        if let pairsPerPrompt, pairsPerPrompt < 1 { throw .pairsPerPrompt(pairsPerPrompt) }
        let modalities = self.modalities
        for name in minimumMargins.keys.sorted() where !modalities.contains(name) {
            throw .unknownModality(field: "minimum margin", name)
        }
        if case .weighted(let weights) = aggregation {
            for name in weights.keys.sorted() where !modalities.contains(name) {
                throw .unknownModality(field: "weight", name)
            }
            if modalities.allSatisfy({ weights[$0] == 0 }) { throw .noWeight }
        }
        for (field, value, range) in numbers where !range.contains(value) {
            throw .invalidNumber(field: field, value: value, range: range)
        }
    }

    private typealias Number = (field: String, value: Double, range: ClosedRange<Double>)

    private var numbers: [Number] {
        var numbers: [Number] = [
            ("epsilon", epsilon, positive), ("minimum total margin", minimumTotalMargin, positive),
        ]
        if case .zScore(let ddof) = normalisation {
            numbers.append(("ddof", Double(ddof), positive))
        }
        for name in minimumMargins.keys.sorted() {
            numbers.append(("minimum margin of \(name)", minimumMargins[name] ?? 0, positive))
        }
        if case .weighted(let weights) = aggregation {
            for name in weights.keys.sorted() {
                numbers.append(("weight of \(name)", weights[name] ?? 0, 0...1e9))
            }
        }
        if case .bestSigma(let deviations) = selection {
            numbers.append(("number of deviations", deviations, -1e9...1e9))
        }
        if case .histogram(let bins, let alpha, let power) = weighting {
            numbers.append(("number of bins", Double(bins), 1...1e6))
            numbers.append(("alpha", alpha, 1e-9...1e9))
            numbers.append(("power", power, 0...16))
        }
        return numbers
            + guards.compactMap { entry in
                number(entry.kind).map { ("bound of the guard \(entry.name)", $0, $1) }
            }
    }

    private func number(_ kind: Guard.Kind) -> (Double, ClosedRange<Double>)? {
        switch kind {
        case .minimumDeviation(let value): (value, positive)
        case .groundTruthWinnerShare(let value): (value, 0...1)
        case .staticMotion(let value, _): (value, -1e9...1e9)
        case .silence(let value, _): (value, 0...1)
        case .nearDuplicate(let value): (Double(value), 0...64)
        case .offPolicy: nil
        }
    }

    private var positive: ClosedRange<Double> { 0...Double.greatestFiniteMagnitude }
}

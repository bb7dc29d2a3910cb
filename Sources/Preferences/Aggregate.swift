/// Every candidate's total per modality, one flat array, and its score.
struct Totals {
    let modalities: Int
    /// `values[row * modalities + modality]`.
    private(set) var values: [Double]
    /// The sum of a row's totals, or the one score of the aggregation.
    private(set) var scores: [Double]
    /// Whether rows are compared modality by modality, or by their scores alone.
    let isByModality: Bool

    /// For each modality, a difference up to this much is rounding, not preference.
    ///
    /// Relative to the largest normalised score, because totals are sums of such scores.
    let rounding: [Double]
    /// The same for scores.
    let scoreRounding: Double

    init(of table: ScoreTable, rule: RankRule) {
        let names = rule.modalities
        let count = names.count
        let modalityOf = rule.dimensions.map { names.firstIndex(of: $0.modality) ?? 0 }
        let largest = modalityOf.indices.map { dimension in
            table.columns[dimension].reduce(0) { max($0, $1.magnitude) }
        }
        var values = Array(repeating: 0.0, count: table.rows.count * count)
        var members = Array(repeating: 0.0, count: count)
        var rounding = Array(repeating: 0.0, count: count)
        for (dimension, modality) in modalityOf.enumerated() {
            members[modality] += 1
            rounding[modality] = max(rounding[modality], largest[dimension] * 1e-12)
            for (row, score) in table.columns[dimension].enumerated() {
                values[row * count + modality] += score
            }
        }
        for row in table.rows.indices {
            for modality in 0..<count { values[row * count + modality] /= members[modality] }
        }
        let weights = Self.weights(rule.aggregation, names: names, members: members)
        scores = table.rows.indices.map { row in
            var score = 0.0
            for modality in 0..<count {
                score += weights[modality] * values[row * count + modality]
            }
            return score
        }
        scoreRounding = zip(weights, rounding).reduce(0) { $0 + $1.0 * $1.1 }
        modalities = count
        isByModality = rule.aggregation.isByModality
        self.rounding = rounding
        self.values = values
    }

    /// What each modality's total counts in the score.
    private static func weights(
        _ aggregation: RankRule.Aggregation, names: [String], members: [Double]
    ) -> [Double] {
        switch aggregation {
        case .modalityMicro, .modalityMacro: names.map { _ in 1 }
        case .modalityMean: names.map { _ in 1 / Double(names.count) }
        case .averageMicro, .averageMacro: members.map { $0 / members.reduce(0, +) }
        case .weighted(let weights): names.map { weights[$0] ?? 1 }
        }
    }

    /// Returns a row's total in a modality.
    func value(_ row: Int, _ modality: Int) -> Double {
        values[row * modalities + modality]
    }

    /// Returns a row's totals.
    func values(of row: Int) -> [Double] {
        Array(values[row * modalities..<(row + 1) * modalities])
    }

    /// Returns winner minus loser in each modality.
    func margins(_ winner: Int, _ loser: Int) -> [Double] {
        (0..<modalities).map { value(winner, $0) - value(loser, $0) }
    }

    /// Returns by how much one row is better than another, over all modalities.
    func margin(_ winner: Int, _ loser: Int) -> Double {
        guard isByModality else { return scores[winner] - scores[loser] }
        var margin = 0.0
        for modality in 0..<modalities {
            margin += value(winner, modality) - value(loser, modality)
        }
        return margin
    }

    /// Returns rows by score; scores equal but for rounding go by the lower row.
    func order(_ rows: Range<Int>, bestFirst: Bool) -> [Int] {
        var order = rows.sorted {
            let (left, right) = (scores[$0], scores[$1])
            return left != right ? (left > right) == bestFirst : $0 < $1
        }
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count,
                (scores[order[end - 1]] - scores[order[end]]).magnitude <= scoreRounding
            { end += 1 }
            if end - start > 1 { order[start..<end].sort() }
            start = end
        }
        return order
    }
}

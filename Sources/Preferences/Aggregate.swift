/// Every candidate's total per modality, one flat array: `values[row * modalities + modality]`.
struct Totals {
    let modalities: Int
    private(set) var values: [Double]

    /// Differences up to this much are rounding, not preference.
    ///
    /// Relative to the largest normalised score, because totals are sums of such scores.
    let rounding: Double

    init(of table: ScoreTable, rule: RankRule) {
        let names = rule.modalities
        modalities = names.count
        values = Array(repeating: 0, count: table.rows.count * names.count)
        var largest = 0.0
        switch rule.aggregation {
        case .modalityMicro:
            var members = Array(repeating: 0, count: names.count)
            for (index, dimension) in rule.dimensions.enumerated() {
                let modality = names.firstIndex(of: dimension.modality) ?? 0
                members[modality] += 1
                for (row, score) in table.columns[index].enumerated() {
                    values[row * names.count + modality] += score
                    largest = max(largest, score.magnitude)
                }
            }
            for row in table.rows.indices {
                for (modality, count) in members.enumerated() {
                    values[row * names.count + modality] /= Double(count)
                }
            }
        }
        rounding = largest * 1e-12
    }

    /// Returns a row's total in a modality.
    func value(_ row: Int, _ modality: Int) -> Double {
        values[row * modalities + modality]
    }

    /// Returns a row's totals.
    func values(of row: Int) -> [Double] {
        Array(values[row * modalities..<(row + 1) * modalities])
    }

    /// Returns the sum of a row's totals, added in the order of the modalities.
    func sum(of row: Int) -> Double {
        var sum = 0.0
        for modality in 0..<modalities { sum += value(row, modality) }
        return sum
    }
}

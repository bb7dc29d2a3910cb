extension ScoreTable {
    /// Replaces raw scores by normalised ones, larger better; returns what was used.
    mutating func normalise(by rule: RankRule) -> [DimensionStatistics] {
        var used: [DimensionStatistics] = []
        for (index, dimension) in rule.dimensions.enumerated() {
            let statistics = statistics(of: index, named: dimension.name, rule: rule)
            used.append(statistics)
            let sign: Double = dimension.goal == .minimize ? -1 : 1
            switch rule.normalisation {
            case .none:
                for row in rows.indices { columns[index][row] *= sign }
            case .zScore:
                let (mean, deviation) = (statistics.mean, statistics.deviation)
                for row in rows.indices {
                    let score = columns[index][row]
                    columns[index][row] = deviation == 0 ? 0 : sign * ((score - mean) / deviation)
                }
            }
        }
        return used
    }

    private func statistics(
        of index: Int, named name: String, rule: RankRule
    ) -> DimensionStatistics {
        var counted = columns[index]
        if rule.groundTruth == .outsideStatistics {
            counted = rows.indices.filter { !rows[$0].isGroundTruth }.map { columns[index][$0] }
        }
        let ddof = if case .zScore(let ddof) = rule.normalisation { ddof } else { 1 }
        let (mean, deviation) = meanAndDeviation(of: counted, ddof: ddof)
        return DimensionStatistics(
            name: name, count: counted.count, mean: mean, deviation: deviation)
    }
}

/// Returns mean and standard deviation, the same bits for every order of the values.
///
/// Floating-point sums depend on their order, so the values are summed in ascending order.
/// The deviation is 0 when all values are equal (a rounded mean would make it tiny instead, and
/// the scores noise) and when there are not more than `ddof` of them.
func meanAndDeviation(of values: [Double], ddof: Int) -> (mean: Double, deviation: Double) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else { return (0, 0) }
    guard first != last else { return (first, 0) }
    let mean = compensatedSum(sorted) / Double(sorted.count)
    guard sorted.count > ddof else { return (mean, 0) }
    let squares = sorted.map { ($0 - mean) * ($0 - mean) }.sorted()
    return (mean, (compensatedSum(squares) / Double(sorted.count - ddof)).squareRoot())
}

/// Returns the sum with Neumaier's correction, so that 100 000 terms lose no digits.
func compensatedSum(_ values: [Double]) -> Double {
    var sum = 0.0
    var lost = 0.0
    for value in values {
        let next = sum + value
        if sum.magnitude >= value.magnitude {
            lost += (sum - next) + value
        } else {
            lost += (value - next) + sum
        }
        sum = next
    }
    return sum + lost
}

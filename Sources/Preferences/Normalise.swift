extension ScoreTable {
    /// Returns each dimension's statistics; called while the columns are still raw.
    func statistics(_ rule: RankRule) -> [DimensionStatistics] {
        let ddof = if case .zScore(let ddof) = rule.normalisation { ddof } else { 1 }
        return rule.dimensions.enumerated().map { index, dimension in
            let spread = Spread(
                columns[index], rows: rows.indices, counts: { counts($0, rule) }, ddof: ddof)
            let isMinimised = dimension.goal == .minimize
            let sign: Double = isMinimised ? -1 : 1
            // Adding 0 turns −0 into 0.
            return DimensionStatistics(
                name: dimension.name, count: spread.count, mean: sign * spread.mean + 0,
                deviation: spread.deviation,
                minimum: sign * (isMinimised ? spread.maximum : spread.minimum) + 0,
                maximum: sign * (isMinimised ? spread.minimum : spread.maximum) + 0)
        }
    }

    /// Replaces raw scores by normalised ones.
    mutating func normalise(by rule: RankRule) {
        for index in columns.indices {
            var column = columns[index]
            // Taken out, so that the column is not shared and not copied.
            columns[index] = []
            forEachScope(rule) { normalise(&column, $0, rule) }
            columns[index] = column
        }
    }

    /// Replaces raw scores by their ranks within the scope.
    mutating func rankColumns(_ rule: RankRule) {
        var order: [RankedValue] = []
        for index in columns.indices {
            var column = columns[index]
            columns[index] = []
            forEachScope(rule) {
                rank(&column, in: $0, population: { counts($0, rule) }, &order)
            }
            columns[index] = column
        }
    }

    private func forEachScope(_ rule: RankRule, _ body: (Range<Int>) -> Void) {
        switch rule.scope {
        case .campaign: body(rows.indices)
        case .prompt: for group in groups { body(group.rows) }
        }
    }

    /// Whether a row counts in statistics and ranks.
    private func counts(_ row: Int, _ rule: RankRule) -> Bool {
        !(rule.groundTruth == .outsideStatistics && rows[row].isGroundTruth)
    }

    private func normalise(_ column: inout [Double], _ rows: Range<Int>, _ rule: RankRule) {
        let counts = { (row: Int) in self.counts(row, rule) }
        switch rule.normalisation {
        case .none:
            return
        case .zScore(let ddof):
            let spread = Spread(column, rows: rows, counts: counts, ddof: ddof)
            standardise(&column, rows, minus: spread.mean, over: spread.deviation)
        case .minMax:
            let spread = Spread(column, rows: rows, counts: counts, ddof: 1)
            standardise(
                &column, rows, minus: spread.minimum, over: spread.maximum - spread.minimum)
        case .robust:
            let counted = rows.filter(counts).map { column[$0] }
            let median = median(of: counted)
            let deviations = counted.map { ($0 - median).magnitude }
            // 1 / Φ⁻¹(¾): makes the normal distribution's deviation 1.
            let scale = 1.482_602_218_505_602 * Preferences.median(of: deviations)
            standardise(&column, rows, minus: median, over: scale)
        case .rank, .quantile, .normalQuantile:
            var order: [RankedValue] = []
            rank(&column, in: rows, population: counts, &order)
            let count = rows.count(where: counts)
            guard rule.normalisation != .rank, count > 0 else { return }
            for row in rows { column[row] = (column[row] - 0.5) / Double(count) }
            guard rule.normalisation == .normalQuantile else { return }
            // Beyond the population lies infinity; half of the outermost step stays finite.
            let outermost = 0.25 / Double(count)
            for row in rows {
                column[row] = normalQuantile(min(max(column[row], outermost), 1 - outermost))
            }
        }
    }

    private func standardise(
        _ column: inout [Double], _ rows: Range<Int>, minus centre: Double, over scale: Double
    ) {
        for row in rows { column[row] = scale == 0 ? 0 : (column[row] - centre) / scale }
    }
}

/// Where values lie and how far they spread.
struct Spread {
    var count = 0
    var mean = 0.0
    /// 0 when all values are equal (a rounded mean would make it tiny instead, and the scores
    /// noise) and when there are not more than `ddof` of them.
    var deviation = 0.0
    var minimum = 0.0
    var maximum = 0.0

    /// Measures the values of some rows; sums are taken in the order of the rows.
    init(_ values: [Double], rows: Range<Int>, counts: (Int) -> Bool, ddof: Int) {
        var sum = CompensatedSum()
        for row in rows where counts(row) {
            let value = values[row]
            minimum = count == 0 ? value : min(minimum, value)
            maximum = count == 0 ? value : max(maximum, value)
            sum.add(value)
            count += 1
        }
        guard count > 0 else { return }
        guard minimum != maximum else {
            mean = minimum
            return
        }
        mean = sum.value / Double(count)
        guard count > ddof else { return }
        var squares = CompensatedSum()
        for row in rows where counts(row) {
            squares.add((values[row] - mean) * (values[row] - mean))
        }
        deviation = (squares.value / Double(count - ddof)).squareRoot()
    }

    /// Measures values in the order they stand in.
    init(_ values: [Double], ddof: Int) {
        self.init(values, rows: values.indices, counts: { _ in true }, ddof: ddof)
    }
}

/// Returns the middle value, or the mean of the two middle ones; 0 for none.
func median(of values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
        ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

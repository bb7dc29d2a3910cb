/// Puts dimensions together by modality; nil without dimensions.
///
/// A held-out dimension without a modality is a modality of its own name.
func compareModalities(_ columns: [Column], _ resampling: Resampling) -> ModalityComparison? {
    guard let rows = columns.first?.means.count else { return nil }
    var names: [String] = []
    var members: [[Column]] = []
    for column in columns {
        let name = column.dimension.modality ?? column.dimension.name
        if let place = names.firstIndex(of: name) {
            members[place].append(column)
        } else {
            names.append(name)
            members.append([column])
        }
    }
    let parts = zip(names, members).map { name, columns in
        Part(
            name: name, dimensions: columns.map(\.dimension.name),
            totals: (0..<rows).map { row in mean(columns.map { $0.standardised(row) }) },
            shares: columns.allSatisfy(\.dimension.isShare)
                ? (0..<rows).map { row in mean(columns.map { $0.share(row) }) } : nil)
    }
    let shares = parts.compactMap(\.shares)
    let total = Part(
        name: "total", dimensions: columns.map(\.dimension.name),
        totals: (0..<rows).map { row in mean(parts.map { $0.totals[row] }) },
        shares: shares.count == parts.count
            ? (0..<rows).map { row in mean(shares.map { $0[row] }) } : nil)
    return ModalityComparison(
        modalities: parts.map { $0.compared(resampling) }, total: total.compared(resampling))
}

/// A modality or all of them: its dimensions, and a total for each prompt that has all scores.
private struct Part {
    let name: String
    let dimensions: [String]
    let totals: [Column.Means?]
    let shares: [Column.Means?]?

    func compared(_ resampling: Resampling) -> TotalComparison {
        let both = totals.compactMap(\.self)
        let differences = both.map { $0.after - $0.before }
        let largest = both.reduce(0) { max($0, $1.before.magnitude, $1.after.magnitude) }
        return TotalComparison(
            name: name, dimensions: dimensions, prompts: both.count,
            before: both.mean(of: \.before), after: both.mean(of: \.after),
            gain: Estimate(differences, resampling),
            wins: PromptWins(differences, rounding: 1e-12 * largest),
            shares: compareShares(resampling))
    }

    private func compareShares(_ resampling: Resampling) -> ShareComparison? {
        guard let both = shares?.compactMap(\.self), let before = both.mean(of: \.before),
            let after = both.mean(of: \.after),
            let difference = Estimate(both.map { $0.after - $0.before }, resampling)
        else { return nil }
        return ShareComparison(before: before, after: after, difference: difference)
    }
}

/// Returns the mean of a prompt's scores; nil when one is missing.
private func mean(_ scores: [Column.Means?]) -> Column.Means? {
    var sum = Column.Means(before: 0, after: 0)
    for score in scores {
        guard let score else { return nil }
        sum.before += score.before
        sum.after += score.after
    }
    let count = Double(scores.count)
    return Column.Means(before: sum.before / count, after: sum.after / count)
}

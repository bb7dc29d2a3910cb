/// Chooses the pairs of one prompt among the rows of its candidates.
struct PairSelector {
    /// A winner and a loser by row, with the sum of their margins.
    struct Choice {
        var winner: Int
        var loser: Int
        var margin: Double
    }

    let rule: RankRule
    let totals: Totals
    private let epsilon: Double
    private let minimums: [Double]

    init(rule: RankRule, totals: Totals) {
        self.rule = rule
        self.totals = totals
        epsilon = max(rule.epsilon, totals.rounding)
        minimums = rule.modalities.map { rule.minimumMargins[$0] ?? 0 }
    }

    /// Returns the chosen pairs, or why there are none; `rows` ascend by ordinal.
    func choose(among rows: Range<Int>) -> Result<[Choice], Refusal> {
        guard rows.count > 1 else {
            return .failure(
                Refusal(reason: rows.isEmpty ? .noEligibleCandidate : .oneEligibleCandidate))
        }
        switch rule.selection {
        case .dominanceMaxMargin:
            var admissible: [Choice] = []
            var sawTie = false
            var sawSmall = false
            for winner in rows {
                for loser in rows where loser != winner {
                    switch compare(winner, loser) {
                    case .dominates(let margin):
                        admissible.append(Choice(winner: winner, loser: loser, margin: margin))
                    case .dominatesTooLittle: sawSmall = true
                    case .tied: sawTie = true
                    case .worse: break
                    }
                }
            }
            guard admissible.isEmpty else { return .success(largest(of: admissible)) }
            let reason: UnpairedReason =
                sawSmall ? .belowMinimumMargin : sawTie ? .tied : .noDominance
            return .failure(Refusal(reason: reason))
        }
    }

    /// Why no pair was chosen.
    struct Refusal: Error {
        var reason: UnpairedReason
    }

    private enum Comparison {
        case dominates(margin: Double)
        case dominatesTooLittle
        case tied
        case worse
    }

    /// Compares two rows in every modality, leaving as soon as the first is worse in one.
    private func compare(_ winner: Int, _ loser: Int) -> Comparison {
        var margin = 0.0
        var isTied = false
        var isSmall = false
        for modality in 0..<totals.modalities {
            let difference = totals.value(winner, modality) - totals.value(loser, modality)
            // Written so that a difference that is not a number is never a win.
            guard difference >= -epsilon else { return .worse }
            if difference <= epsilon { isTied = true }
            if difference < minimums[modality] { isSmall = true }
            margin += difference
        }
        if isTied { return .tied }
        if isSmall || margin < rule.minimumTotalMargin { return .dominatesTooLittle }
        return .dominates(margin: margin)
    }

    /// Returns the pairs with the largest margins; margins equal but for rounding go by ordinal.
    ///
    /// `admissible` comes with ascending winners and losers, so the first of equals is the one
    /// with the lowest ordinals.
    private func largest(of admissible: [Choice]) -> [Choice] {
        var rest = admissible
        var chosen: [Choice] = []
        while chosen.count < rule.pairsPerPrompt, !rest.isEmpty {
            var top = rest[0].margin
            for choice in rest { top = max(top, choice.margin) }
            guard let first = rest.firstIndex(where: { $0.margin >= top - totals.rounding })
            else { break }
            chosen.append(rest.remove(at: first))
        }
        return chosen
    }
}

/// Chooses the pairs of one prompt among the rows of its candidates.
struct PairSelector {
    let rule: RankRule
    let totals: Totals
    let sight: GuardSight
    let rows: [ScoreTable.Row]
    private let epsilons: [Double]
    private let scoreEpsilon: Double
    private let minimums: [Double]
    let limit: Int

    init(rule: RankRule, totals: Totals, sight: GuardSight, rows: [ScoreTable.Row]) {
        self.rule = rule
        self.totals = totals
        self.sight = sight
        self.rows = rows
        limit = rule.limit
        epsilons = totals.rounding.map { max(rule.epsilon, $0) }
        scoreEpsilon = max(rule.epsilon, totals.scoreRounding)
        minimums = rule.modalities.map { rule.minimumMargins[$0] ?? 0 }
    }

    /// Considers the pairs that the selection looks at, and chooses among them.
    ///
    /// Chosen pairs come first, in the order of choice. Returns why there are none, if so.
    func choose(
        among group: ScoreTable.Group, _ considered: inout [Considered]
    ) -> UnpairedReason? {
        considered.removeAll(keepingCapacity: true)
        if group.isDropped { return .missingScore }
        guard !group.rows.isEmpty else { return .noEligibleCandidate }
        guard group.rows.count > 1 else { return .oneEligibleCandidate }
        if isTooUniform(group.rows, action: .drop) { return .minimumDeviation }
        switch rule.selection {
        case .dominanceMaxMargin, .allDominating:
            considerAll(group.rows, &considered)
            chooseLargest(&considered)
        case .groundTruthVersusGenerated:
            guard let truth = group.rows.first(where: { rows[$0].isGroundTruth }) else {
                return .noGroundTruth
            }
            for loser in totals.order(group.rows, bestFirst: false)
            where !rows[loser].isGroundTruth {
                considered.append(Considered(truth, loser, admit(truth, loser, isTie: false)))
            }
            chooseFirst(&considered)
        case .bestWorst, .bestRandom, .topBottomK, .bestSigma:
            for (winner, loser) in proposals(group.rows) {
                considered.append(Considered(winner, loser, judgeByScore(winner, loser)))
            }
            chooseFirst(&considered)
        }
        guard let nearest = considered.map(\.verdict).max(by: { $0.stage < $1.stage }) else {
            return reasonWithoutProposal(group.rows)
        }
        return reason(nearest)
    }

    /// Whether a guard with this action finds the scores of a prompt too much alike.
    func isTooUniform(_ group: Range<Int>, action: RankRule.Guard.Action) -> Bool {
        rule.guards.contains {
            guard case .minimumDeviation(let least) = $0.kind, $0.action == action else {
                return false
            }
            return deviation(group) < least
        }
    }

    /// The deviation of a prompt's scores, with their count as the divisor.
    func deviation(_ group: Range<Int>) -> Double {
        Spread(totals.scores, rows: group, counts: { _ in true }, ddof: 0).deviation
    }

    /// Judges a pair by what it is better in.
    func judgeByDominance(_ winner: Int, _ loser: Int) -> Considered.Verdict {
        guard totals.isByModality else { return judgeByScore(winner, loser) }
        var tied = 0
        for modality in 0..<totals.modalities {
            let difference = totals.value(winner, modality) - totals.value(loser, modality)
            if difference < -epsilons[modality] { return .worse(modality: modality) }
            if difference <= epsilons[modality] { tied += 1 }
        }
        guard tied > 0 else { return admit(winner, loser, isTie: false) }
        guard rule.ties == .split, tied == totals.modalities else { return .tied }
        return admit(winner, loser, isTie: true)
    }

    func judgeByScore(_ winner: Int, _ loser: Int) -> Considered.Verdict {
        let difference = totals.scores[winner] - totals.scores[loser]
        if difference < -scoreEpsilon { return .worse(modality: nil) }
        if difference > scoreEpsilon { return admit(winner, loser, isTie: false) }
        return rule.ties == .split ? admit(winner, loser, isTie: true) : .tied
    }

    /// Judges a pair that is good enough by its margins, its content and the guards.
    private func admit(_ winner: Int, _ loser: Int, isTie: Bool) -> Considered.Verdict {
        for modality in 0..<totals.modalities where minimums[modality] > 0 {
            let difference = totals.value(winner, modality) - totals.value(loser, modality)
            if difference < minimums[modality] { return .belowMinimum(modality: modality) }
        }
        if rule.minimumTotalMargin > 0, totals.margin(winner, loser) < rule.minimumTotalMargin {
            return .belowMinimum(modality: nil)
        }
        if sight.isSameContent(winner, loser) { return .sameContent }
        if let index = sight.bars(winner, loser) { return .barred(guardIndex: index) }
        return .chosen(isTie: isTie)
    }

    private func reason(_ verdict: Considered.Verdict) -> UnpairedReason? {
        switch verdict {
        case .worse: .noDominance
        case .tied: .tied
        case .belowMinimum: .belowMinimumMargin
        case .sameContent: .sameContent
        case .barred(let index): sight.guards[index].reason
        case .beyondLimit, .chosen: nil
        }
    }

    /// Why a selection found nothing to look at: guards keep the members out.
    private func reasonWithoutProposal(_ group: Range<Int>) -> UnpairedReason {
        let index = group.lazy.compactMap { sight.barsWinning($0) ?? sight.barsLosing($0) }.first
        return index.map { sight.guards[$0].reason } ?? .noDominance
    }
}

/// A winner and a loser by row, and what became of them.
struct Considered {
    var winner: Int
    var loser: Int
    var verdict: Verdict

    /// What became of a pair, from what is farthest from being chosen to what is.
    enum Verdict: Equatable {
        /// The would-be winner is worse in a modality, or by score where that is nil.
        case worse(modality: Int?)
        /// Nowhere worse, but not better everywhere.
        case tied
        /// The margin is too small in a modality, or in total where that is nil.
        case belowMinimum(modality: Int?)
        /// Both are the same clip.
        case sameContent
        /// A guard keeps the pair out, by its place in the rule.
        case barred(guardIndex: Int)
        /// Others took its place.
        case beyondLimit
        /// A pair.
        case chosen(isTie: Bool)
    }
}

/// Chooses the pairs of one prompt among the rows of its candidates.
struct PairSelector {
    let rule: RankRule
    let totals: Totals
    let sight: GuardSight
    let rows: [ScoreTable.Row]
    private let epsilons: [Double]
    private let scoreEpsilon: Double
    private let minimums: [Double]
    private let limit: Int

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
        guard let first = group.rows.first else { return .noEligibleCandidate }
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
            return sight.barsWinning(first).map { sight.guards[$0].reason } ?? .noDominance
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

    // MARK: One pair

    /// Judges a pair by what it is better in.
    private func judgeByDominance(_ winner: Int, _ loser: Int) -> Considered.Verdict {
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

    private func judgeByScore(_ winner: Int, _ loser: Int) -> Considered.Verdict {
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

    // MARK: Which pairs

    /// Considers every two rows, the better score as the winner.
    private func considerAll(_ group: Range<Int>, _ considered: inout [Considered]) {
        for left in group {
            for right in left + 1..<group.upperBound {
                let isRightBetter = totals.margin(right, left) > totals.scoreRounding
                let (winner, loser) = isRightBetter ? (right, left) : (left, right)
                let verdict = judgeByDominance(winner, loser)
                // Tied in some and a little worse in others, the lower score is nowhere worse.
                if case .worse = verdict, rule.epsilon > 0 {
                    let other = judgeByDominance(loser, winner)
                    if case .worse = other {
                    } else {
                        considered.append(Considered(loser, winner, other))
                        continue
                    }
                }
                considered.append(Considered(winner, loser, verdict))
            }
        }
    }

    /// The pairs that a selection by score looks at, in the order in which it takes them.
    private func proposals(_ group: Range<Int>) -> [(winner: Int, loser: Int)] {
        let best = totals.order(group, bestFirst: true).filter { sight.barsWinning($0) == nil }
        guard let winner = best.first else { return [] }
        let losers = group.filter { $0 != winner && sight.barsLosing($0) == nil }
        switch rule.selection {
        case .bestWorst:
            let worst = totals.order(group, bestFirst: false)
            return worst.filter(losers.contains).prefix(1).map { (winner, $0) }
        case .bestRandom(let seed):
            let draws = losers.map { (draw(seed, rows[$0]), $0) }.sorted { $0 < $1 }
            return draws.map { (winner, $0.1) }
        case .topBottomK:
            let worst = totals.order(group, bestFirst: false)
                .filter { sight.barsLosing($0) == nil }
            let most = min(limit, group.count / 2)
            return zip(best, worst).prefix(most).filter { $0.0 != $0.1 }.map { ($0.0, $0.1) }
        case .bestSigma(let deviations):
            let mean = group.lazy.map { totals.scores[$0] }.sum() / Double(group.count)
            let target = mean - deviations * deviation(group)
            let distances = losers.map { (totals.scores[$0] - target).magnitude }
            let least = (distances.min() ?? 0) + totals.scoreRounding
            return zip(losers, distances).first { $0.1 <= least }.map { [(winner, $0.0)] } ?? []
        case .dominanceMaxMargin, .allDominating, .groundTruthVersusGenerated:
            return []
        }
    }

    // MARK: Choosing

    /// Chooses the pairs with the largest margins; margins equal but for rounding by ordinal.
    private func chooseLargest(_ considered: inout [Considered]) {
        guard considered.contains(where: \.verdict.isChosen) else { return }
        let margins = considered.map {
            $0.verdict.isChosen ? totals.margin($0.winner, $0.loser) : -.infinity
        }
        var order = considered.indices.sorted { margins[$0] > margins[$1] }
        var start = 0
        while start < order.count, margins[order[start]].isFinite {
            var end = start + 1
            while end < order.count,
                margins[order[end - 1]] - margins[order[end]] <= totals.scoreRounding
            { end += 1 }
            order[start..<end].sort {
                let (left, right) = (considered[$0], considered[$1])
                return (left.winner, left.loser) < (right.winner, right.loser)
            }
            start = end
        }
        considered = order.map { considered[$0] }
        chooseFirst(&considered)
    }

    /// Keeps the first pairs that may be chosen, up to the limit, and puts them in front.
    private func chooseFirst(_ considered: inout [Considered]) {
        var chosen = 0
        for index in considered.indices where considered[index].verdict.isChosen {
            if chosen < limit {
                considered.swapAt(chosen, index)
                chosen += 1
            } else {
                considered[index].verdict = .beyondLimit
            }
        }
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
}

extension Considered {
    fileprivate init(_ winner: Int, _ loser: Int, _ verdict: Verdict) {
        self.init(winner: winner, loser: loser, verdict: verdict)
    }
}

extension Considered.Verdict {
    var isChosen: Bool { if case .chosen = self { true } else { false } }

    /// How near the pair came to being chosen.
    fileprivate var stage: Int {
        switch self {
        case .worse: 0
        case .tied: 1
        case .belowMinimum: 2
        case .sameContent: 3
        case .barred: 4
        case .beyondLimit: 5
        case .chosen: 6
        }
    }
}

/// Returns a number that looks random and depends on nothing but the seed and the candidate.
private func draw(_ seed: UInt64, _ row: ScoreTable.Row) -> UInt64 {
    var generator = SplitMix64(seed: seed)
    for part in [UInt64(bitPattern: row.prompt), UInt64(bitPattern: Int64(row.ordinal))] {
        generator = SplitMix64(seed: generator.next() ^ part)
    }
    return generator.next()
}

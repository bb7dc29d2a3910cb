extension PairSelector {
    /// Considers every two rows, the better score as the winner.
    func considerAll(_ group: Range<Int>, _ considered: inout [Considered]) {
        for left in group {
            for right in left + 1..<group.upperBound {
                let isRightBetter = totals.margin(right, left) > totals.scoreRounding
                let (winner, loser) = isRightBetter ? (right, left) : (left, right)
                let verdict = judgeByDominance(winner, loser)
                // Tied in some and a little worse in others, the lower score is nowhere worse.
                if verdict.isWorse, rule.epsilon > 0 {
                    let other = judgeByDominance(loser, winner)
                    if !other.isWorse {
                        considered.append(Considered(loser, winner, other))
                        continue
                    }
                }
                considered.append(Considered(winner, loser, verdict))
            }
        }
    }

    /// The pairs that a selection by score looks at, in the order in which it takes them.
    func proposals(_ group: Range<Int>) -> [(winner: Int, loser: Int)] {
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

    /// Chooses the pairs with the largest margins; margins equal but for rounding by ordinal.
    func chooseLargest(_ considered: inout [Considered]) {
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
    func chooseFirst(_ considered: inout [Considered]) {
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
}

/// Returns a number that looks random and depends on nothing but the seed and the candidate.
private func draw(_ seed: UInt64, _ row: ScoreTable.Row) -> UInt64 {
    var generator = SplitMix64(seed: seed)
    for part in [UInt64(bitPattern: row.prompt), UInt64(bitPattern: Int64(row.ordinal))] {
        generator = SplitMix64(seed: generator.next() ^ part)
    }
    return generator.next()
}

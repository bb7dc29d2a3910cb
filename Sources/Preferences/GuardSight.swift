/// What the rule's guards see in the competing candidates.
struct GuardSight {
    let guards: [RankRule.Guard]
    private let candidates: [CandidateScores]
    private let rows: [ScoreTable.Row]
    private let motion: Spread
    /// By row, the first guard that keeps it from winning or losing; empty when none can.
    private var barred: (winners: [Int?], losers: [Int?]) = ([], [])
    /// By guard, how many rows it keeps out.
    private(set) var found: [Int]
    /// By guard, how many rows lack the value that it looks at.
    private(set) var unmeasured: [Int]

    init(_ rule: RankRule, candidates: [CandidateScores], table: ScoreTable) {
        guards = rule.guards
        self.candidates = candidates
        rows = table.rows
        found = guards.map { _ in 0 }
        unmeasured = found
        let measured = guards.isEmpty ? [] : rows.compactMap { candidates[$0.candidate].motion }
        motion = Spread(measured, ddof: 1)
        for index in guards.indices { look(with: index) }
    }

    private mutating func look(with index: Int) {
        switch guards[index].kind {
        case .minimumDeviation, .groundTruthWinnerShare: return
        case .nearDuplicate:
            unmeasured[index] = rows.count { candidates[$0.candidate].side.perceptualHash == nil }
            return
        case .staticMotion, .silence, .offPolicy: break
        }
        let member = member(guards[index].kind)
        let isDropping = guards[index].action == .drop
        if isDropping && barred.winners.isEmpty {
            barred = (rows.map { _ in nil }, rows.map { _ in nil })
        }
        for row in rows.indices {
            let finding = finds(guards[index].kind, row)
            if finding == nil { unmeasured[index] += 1 }
            guard finding == true, isDropping else { continue }
            found[index] += 1
            if member != .loser && barred.winners[row] == nil { barred.winners[row] = index }
            if member != .winner && barred.losers[row] == nil { barred.losers[row] = index }
        }
    }

    /// Returns the guard that keeps a row from winning, if any.
    func barsWinning(_ row: Int) -> Int? { barred.winners.isEmpty ? nil : barred.winners[row] }

    /// Returns the guard that keeps a row from losing, if any.
    func barsLosing(_ row: Int) -> Int? { barred.losers.isEmpty ? nil : barred.losers[row] }

    /// Returns the first guard that keeps two rows from being a pair, if any.
    func bars(_ winner: Int, _ loser: Int) -> Int? {
        if let index = barsWinning(winner) ?? barsLosing(loser) { return index }
        return guards.indices.first { index in
            guard guards[index].action == .drop, case .nearDuplicate(let most) = guards[index].kind
            else { return false }
            return isNear(winner, loser, most)
        }
    }

    /// Whether both rows are known to be the same clip.
    func isSameContent(_ left: Int, _ right: Int) -> Bool {
        guard let content = candidates[rows[left].candidate].side.content else { return false }
        return content == candidates[rows[right].candidate].side.content
    }

    /// Returns the names of the guards that find something in a row, whatever their action.
    func findings(_ row: Int) -> [String] {
        guards.filter { finds($0.kind, row) == true }.map(\.name)
    }

    /// Whether a guard that lets pairs count finds something in this pair.
    func warns(_ guardIndex: Int, winner: Int, loser: Int) -> Bool {
        let kind = guards[guardIndex].kind
        if case .nearDuplicate(let most) = kind { return isNear(winner, loser, most) }
        let member = member(kind)
        return member != .loser && finds(kind, winner) == true
            || member != .winner && finds(kind, loser) == true
    }

    private func isNear(_ left: Int, _ right: Int, _ most: Int) -> Bool {
        guard let one = candidates[rows[left].candidate].side.perceptualHash,
            let other = candidates[rows[right].candidate].side.perceptualHash
        else { return false }
        return (one ^ other).nonzeroBitCount <= most
    }

    private func member(_ kind: RankRule.Guard.Kind) -> RankRule.Guard.Member {
        switch kind {
        case .staticMotion(_, let member), .silence(_, let member): member
        default: .both
        }
    }

    /// Whether a guard finds something in a row; nil when the row lacks the value.
    private func finds(_ kind: RankRule.Guard.Kind, _ row: Int) -> Bool? {
        let candidate = candidates[rows[row].candidate]
        switch kind {
        case .staticMotion(let maximumZ, _):
            return candidate.motion.map {
                (motion.deviation == 0 ? 0 : ($0 - motion.mean) / motion.deviation) <= maximumZ
            }
        case .silence(let most, _):
            guard let silence = candidate.side.silence, !silence.isNaN else { return nil }
            return silence > most
        case .offPolicy:
            return candidate.isGroundTruth ? false : candidate.side.isOffPolicy
        case .minimumDeviation, .groundTruthWinnerShare, .nearDuplicate:
            return false
        }
    }
}

extension CandidateScores {
    /// The clip's motion, if it is a number that can be counted with.
    fileprivate var motion: Double? {
        side.motion.flatMap { $0.isCountable ? $0 : nil }
    }
}

/// The eligible candidates as columns, sorted by prompt and ordinal.
///
/// Columns keep the hot loops over plain arrays of numbers. Sorting makes every later step
/// independent of the order in which rows were read: sums are taken in the order of the rows.
struct ScoreTable {
    struct Row {
        var prompt: Int64
        var ordinal: Int
        var isGroundTruth: Bool
        /// Where the candidate is in what was handed in.
        var candidate: Int
    }

    /// One prompt and the rows of its candidates.
    struct Group {
        var prompt: Int64
        var rows: Range<Int>
        /// Whether a score is missing and the rule then drops the whole prompt.
        var isDropped = false
    }

    /// One row per eligible candidate.
    private(set) var rows: [Row] = []
    /// `columns[dimension][row]`, larger better: raw at first, then normalised.
    var columns: [[Double]]
    /// The candidates left out, sorted like the rows.
    private(set) var ineligible: [IneligibleCandidate] = []
    /// Every prompt seen, eligible or not, ascending.
    private(set) var groups: [Group] = []

    init(_ candidates: [CandidateScores], rule: RankRule) throws(RankError) {
        columns = Array(repeating: [], count: rule.dimensions.count)
        for index in columns.indices { columns[index].reserveCapacity(candidates.count) }
        rows.reserveCapacity(candidates.count)
        let signs = rule.dimensions.map { $0.goal == .minimize ? -1.0 : 1.0 }
        var previous: (prompt: Int64, ordinal: Int)?
        var ineligibleBefore = 0
        for index in order(of: candidates) {
            let (prompt, ordinal) = (candidates[index].prompt, candidates[index].ordinal)
            guard candidates[index].scores.count == signs.count else {
                throw .scoreCount(
                    prompt: prompt, ordinal: ordinal, expected: signs.count,
                    found: candidates[index].scores.count)
            }
            if let previous, previous == (prompt, ordinal) {
                throw .duplicateCandidate(prompt: prompt, ordinal: ordinal)
            }
            if previous?.prompt != prompt {
                closeGroup(rule, ineligibleBefore: ineligibleBefore)
                ineligibleBefore = ineligible.count
                groups.append(Group(prompt: prompt, rows: rows.count..<rows.count))
            }
            previous = (prompt, ordinal)
            if rule.groundTruth == .removed && candidates[index].isGroundTruth { continue }
            append(candidates[index], at: index, signs: signs, rule: rule)
        }
        closeGroup(rule, ineligibleBefore: ineligibleBefore)
        if rule.missing == .fail, let first = ineligible.first {
            throw .missingScores(count: ineligible.count, first: first)
        }
    }

    /// Ends the last group; when it lacks a score and the rule says so, its rows go.
    private mutating func closeGroup(_ rule: RankRule, ineligibleBefore: Int) {
        guard var group = groups.popLast() else { return }
        if rule.missing == .dropPrompt && ineligible.count > ineligibleBefore {
            group.isDropped = true
            let excess = rows.count - group.rows.lowerBound
            rows.removeLast(excess)
            for index in columns.indices { columns[index].removeLast(excess) }
        }
        group.rows = group.rows.lowerBound..<rows.count
        groups.append(group)
    }

    private mutating func append(
        _ candidate: CandidateScores, at position: Int, signs: [Double], rule: RankRule
    ) {
        for (index, score) in candidate.scores.enumerated() {
            guard let reason = IneligibleReason(score) else { continue }
            ineligible.append(
                IneligibleCandidate(
                    prompt: candidate.prompt, ordinal: candidate.ordinal,
                    dimension: rule.dimensions[index].name, reason: reason))
            return
        }
        rows.append(
            Row(
                prompt: candidate.prompt, ordinal: candidate.ordinal,
                isGroundTruth: candidate.isGroundTruth, candidate: position))
        for (index, score) in candidate.scores.enumerated() {
            columns[index].append(signs[index] * (score ?? .nan))
        }
    }

    /// Removes the ground truth; its prompts stay.
    mutating func dropGroundTruth() {
        let kept = rows.indices.filter { !rows[$0].isGroundTruth }
        for index in columns.indices {
            let column = columns[index]
            columns[index] = kept.map { column[$0] }
        }
        for index in groups.indices {
            let before = groups[index].rows
            let start = index == 0 ? 0 : groups[index - 1].rows.upperBound
            groups[index].rows = start..<start + before.count { !rows[$0].isGroundTruth }
        }
        let all = rows
        rows = kept.map { all[$0] }
    }
}

/// Returns the places of the candidates in the order of prompt and ordinal.
private func order(of candidates: [CandidateScores]) -> [Int] {
    let keys = candidates.map { ($0.prompt, $0.ordinal) }
    let isSorted = keys.indices.dropFirst().allSatisfy { keys[$0 - 1] <= keys[$0] }
    return isSorted ? Array(keys.indices) : keys.indices.sorted { keys[$0] < keys[$1] }
}

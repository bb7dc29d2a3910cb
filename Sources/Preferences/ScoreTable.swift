/// The eligible candidates as columns, sorted by prompt and ordinal.
///
/// Columns keep the hot loops over plain arrays of numbers. Sorting makes every later step
/// independent of the order in which rows were read.
struct ScoreTable {
    struct Row {
        var prompt: Int64
        var ordinal: Int
        var isGroundTruth: Bool
    }

    /// One row per eligible candidate.
    private(set) var rows: [Row] = []
    /// `columns[dimension][row]`, raw scores.
    var columns: [[Double]]
    /// The candidates left out, sorted like the rows.
    private(set) var ineligible: [IneligibleCandidate] = []
    /// Every prompt seen, eligible or not, ascending.
    private(set) var prompts: [Int64] = []

    init(_ candidates: [CandidateScores], dimensions: [RankRule.Dimension]) throws(RankError) {
        columns = Array(repeating: [], count: dimensions.count)
        for index in columns.indices { columns[index].reserveCapacity(candidates.count) }
        rows.reserveCapacity(candidates.count)
        let order = candidates.indices.sorted {
            let (left, right) = (candidates[$0], candidates[$1])
            return (left.prompt, left.ordinal) < (right.prompt, right.ordinal)
        }
        var previous: (prompt: Int64, ordinal: Int)?
        for index in order {
            let candidate = candidates[index]
            let (prompt, ordinal) = (candidate.prompt, candidate.ordinal)
            guard candidate.scores.count == dimensions.count else {
                throw .scoreCount(
                    prompt: prompt, ordinal: ordinal, expected: dimensions.count,
                    found: candidate.scores.count)
            }
            if let previous, previous == (prompt, ordinal) {
                throw .duplicateCandidate(prompt: prompt, ordinal: ordinal)
            }
            if previous?.prompt != prompt { prompts.append(prompt) }
            previous = (prompt, ordinal)
            append(candidate, dimensions: dimensions)
        }
    }

    private mutating func append(_ candidate: CandidateScores, dimensions: [RankRule.Dimension]) {
        for (index, score) in candidate.scores.enumerated() {
            guard let score, score.isFinite else {
                ineligible.append(
                    IneligibleCandidate(
                        prompt: candidate.prompt, ordinal: candidate.ordinal,
                        dimension: dimensions[index].name,
                        reason: score == nil ? .missing : .nonFinite))
                return
            }
        }
        rows.append(
            Row(
                prompt: candidate.prompt, ordinal: candidate.ordinal,
                isGroundTruth: candidate.isGroundTruth))
        for (index, score) in candidate.scores.enumerated() {
            columns[index].append(score ?? .nan)
        }
    }

    /// Removes the ground truth; its prompts stay.
    mutating func dropGroundTruth() {
        let kept = rows.indices.filter { !rows[$0].isGroundTruth }
        for index in columns.indices {
            let column = columns[index]
            columns[index] = kept.map { column[$0] }
        }
        let all = rows
        rows = kept.map { all[$0] }
    }
}

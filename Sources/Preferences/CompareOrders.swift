/// How alike two rankings of the same candidates order every two of a prompt.
public struct OrderAgreement: Sendable, Equatable, Encodable {
    /// Two candidates of a prompt that compete in both rankings.
    public var count = 0
    /// Those of which both rankings say the same.
    public var agreeing = 0
    /// Those that the rankings put in opposite orders.
    public var reversed = 0
    /// Cohen's kappa over better, tied and worse; nil where it is undefined.
    public var kappa: Double?

    /// Compares the scores of two rankings; in any order of candidates.
    public init(
        _ first: [RankedCandidate], _ second: [RankedCandidate]
    ) throws(AgreementError) {
        var scores: [Int64: [Int: Double]] = [:]
        for candidate in second {
            scores[candidate.prompt, default: [:]][candidate.ordinal] = candidate.score
        }
        var prompts: [Int64: [RankedCandidate]] = [:]
        for candidate in first { prompts[candidate.prompt, default: []].append(candidate) }
        var table = Array(repeating: [0, 0, 0], count: 3)
        for (prompt, candidates) in prompts {
            guard let others = scores[prompt] else { continue }
            // The lower ordinal first: which of two is on the left must not depend on places.
            let both = candidates.filter { others[$0.ordinal] != nil }
                .sorted { $0.ordinal < $1.ordinal }
            for (index, left) in both.enumerated() {
                for right in both.dropFirst(index + 1) {
                    let one = category(left.score, right.score)
                    let other = category(others[left.ordinal] ?? 0, others[right.ordinal] ?? 0)
                    table[one][other] += 1
                }
            }
        }
        count = table.reduce(0) { $0 + $1.reduce(0, +) }
        agreeing = table.indices.reduce(0) { $0 + table[$1][$1] }
        reversed = table[0][2] + table[2][0]
        kappa = try cohensKappa(table)
    }
}

/// 0 for the left one, 1 for a tie, 2 for the right one.
private func category(_ left: Double, _ right: Double) -> Int {
    left > right ? 0 : left < right ? 2 : 1
}

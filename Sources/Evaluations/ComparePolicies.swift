import Preferences

/// Compares two policies prompt by prompt.
///
/// A prompt's score is the mean of its candidates' scores; missing, infinite and unusable ones
/// are left out and counted. The same input in any order of prompts gives the same bits.
public func comparePolicies(
    before: String, after: String, dimensions: [ComparedDimension], prompts: [PromptScores],
    resampling: Resampling = Resampling()
) throws(ComparisonError) -> PolicyComparison {
    try check(dimensions, prompts)
    let ordered = prompts.sorted { $0.prompt < $1.prompt }
    let columns = dimensions.indices.map { Column(dimensions[$0], at: $0, ordered) }
    func totals(_ role: ComparedDimension.Role) -> ModalityComparison? {
        compareModalities(columns.filter { $0.dimension.role == role }, resampling)
    }
    return PolicyComparison(
        before: before, after: after, prompts: prompts.count, resampling: resampling,
        dimensions: columns.map { $0.compared(resampling) }, ranked: totals(.ranked),
        judge: totals(.heldOut))
}

private func check(
    _ dimensions: [ComparedDimension], _ prompts: [PromptScores]
) throws(ComparisonError) {
    var names: Set<String> = []
    for dimension in dimensions {
        guard names.insert(dimension.name).inserted else {
            throw .duplicateDimension(dimension.name)
        }
        if dimension.role == .ranked, dimension.modality == nil {
            throw .noModality(dimension.name)
        }
    }
    var seen: Set<Int64> = []
    for prompt in prompts {
        guard seen.insert(prompt.prompt).inserted else { throw .duplicatePrompt(prompt.prompt) }
        for candidate in prompt.before + prompt.after where candidate.count != dimensions.count {
            throw .scoreCount(
                prompt: prompt.prompt, expected: dimensions.count, found: candidate.count)
        }
    }
}

/// A dimension's scores, a place for each prompt.
struct Column {
    /// Both policies' mean scores for a prompt.
    struct Means {
        var before: Double
        var after: Double
    }

    let dimension: ComparedDimension
    /// nil where a policy has no score for the prompt.
    private(set) var means: [Means?] = []
    private(set) var missing = (before: 0, after: 0)
    /// Of all candidates whose prompt counts.
    private let mean, deviation: Double

    init(_ dimension: ComparedDimension, at place: Int, _ prompts: [PromptScores]) {
        self.dimension = dimension
        var scores: [Double] = []
        for prompt in prompts {
            let before = prompt.before.compactMap { usable($0[place]) }
            let after = prompt.after.compactMap { usable($0[place]) }
            missing.before += prompt.before.count - before.count
            missing.after += prompt.after.count - after.count
            guard !before.isEmpty, !after.isEmpty else {
                means.append(nil)
                continue
            }
            means.append(
                Means(before: Distribution(before).mean, after: Distribution(after).mean))
            scores += before + after
        }
        let all = Distribution(scores)
        (mean, deviation) = (all.mean, all.deviation)
    }

    /// A prompt's z-scores, larger better; 0 when all candidates score the same.
    func standardised(_ row: Int) -> Means? {
        means[row].map {
            Means(before: standardised($0.before), after: standardised($0.after))
        }
    }

    private func standardised(_ score: Double) -> Double {
        deviation == 0 ? 0 : dimension.sign * (score - mean) / deviation
    }

    /// A prompt's shares, larger better.
    func share(_ row: Int) -> Means? {
        guard dimension.goal == .minimize else { return means[row] }
        return means[row].map { Means(before: 1 - $0.before, after: 1 - $0.after) }
    }

    func compared(_ resampling: Resampling) -> DimensionComparison {
        let both = means.compactMap(\.self)
        let difference = Estimate(both.map { $0.after - $0.before }, resampling)
        let scale = deviation == 0 ? 0 : dimension.sign / deviation
        let largest = both.reduce(0) { max($0, $1.before.magnitude, $1.after.magnitude) }
        return DimensionComparison(
            dimension: dimension, prompts: both.count, missingBefore: missing.before,
            missingAfter: missing.after, before: both.mean(of: \.before),
            after: both.mean(of: \.after), difference: difference, deviation: deviation,
            gain: difference?.scaled(by: scale),
            wins: PromptWins(
                both.map { dimension.sign * ($0.after - $0.before) }, rounding: 1e-12 * largest))
    }
}

extension [Column.Means] {
    /// The mean of one policy; nil without prompts.
    func mean(of policy: (Column.Means) -> Double) -> Double? {
        isEmpty ? nil : Distribution(map(policy)).mean
    }
}

/// Returns a score that can be counted with.
private func usable(_ score: Double?) -> Double? { score.flatMap { $0.isCountable ? $0 : nil } }

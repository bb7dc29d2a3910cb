import Evaluations
import Foundation

/// Two policies and sets of embeddings as numpy and scipy see them.
///
/// `Fixtures/make_evaluations.py` makes the numbers.
struct EvaluationsFixture: Decodable {
    struct Prompt: Decodable {
        var prompt: Int64
        var before, after: [[Double?]]
    }

    struct Wins: Decodable {
        var rate: Double
        /// nil where half wins leave no whole number.
        var wilson: [Double]?
    }

    struct Dimension: Decodable {
        var name: String
        var missing: [Int]
        var prompts: Int
        var before, after, deviation: Double
        /// A mean difference and the ends of its interval.
        var difference, gain: [Double]
        var wins: Wins
    }

    struct Total: Decodable {
        var prompts: Int
        var before, after: Double
        var gain: [Double]
        var wins: Wins
    }

    struct Group: Decodable {
        var modalities: [Total]
        var total: Total
    }

    struct Comparison: Decodable {
        var dimensions: [Dimension]
        var ranked, judge: Group
        var videoShares: [Double]
    }

    struct Subsets: Decodable {
        var subsets, size: Int
        var seed: UInt64
        var value, deviation: Double
    }

    struct Distance: Decodable {
        /// Seed, count, width, scale and shift.
        var first, second: [Double]
        var frechet: [String: Double]
        var kernel: Double
        var subsets: Subsets
    }

    var dimensions: [ComparedDimension]
    var prompts: [Prompt]
    var comparison: Comparison
    var distances: [Distance]

    static let whole = Result {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try JSONDecoder().decode(
            EvaluationsFixture.self,
            from: Data(contentsOf: folder.appending(path: "Fixtures/evaluations.json")))
    }

    var scores: [PromptScores] {
        prompts.map { PromptScores(prompt: $0.prompt, before: $0.before, after: $0.after) }
    }

    func compared() throws -> PolicyComparison {
        try comparePolicies(
            before: "base", after: "round 1", dimensions: dimensions, prompts: scores)
    }
}

/// Whether two numbers are the same but for rounding.
func isClose(_ found: Double?, _ expected: Double, _ tolerance: Double = 1e-10) -> Bool {
    guard let found else { return false }
    return (found - expected).magnitude <= tolerance * max(1, expected.magnitude)
}

import Foundation
import Preferences
import Testing

/// What a second implementation chooses (`Fixtures/make_selections.py`).
private struct SelectionFixture: Decodable {
    struct Row: Decodable {
        var prompt: Int64
        var ordinal: Int
        var truth: Bool
        var scores: [Double?]
        var motion: Double
        var silence: Double
        var hash: UInt64
        var off: Bool
        var content: UInt64
    }

    struct Guard: Decodable {
        var type: String
        var value: Double
    }

    struct Rule: Decodable {
        var normalise: String
        var scope: String
        var truth: String
        var aggregate: String
        var select: String
        var limit: Int
        var epsilon: Double
        var ties: String
        var total: Double
        var minimums: [String: Double]
        var guards: [Guard]
        var weighting: String
        var missing: String
    }

    struct Pair: Decodable {
        var prompt: Int64
        var winner: Int
        var loser: Int
        var margin: Double
        var weight: Double
        var isTie: Bool

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            prompt = try container.decode(Int64.self)
            winner = try container.decode(Int.self)
            loser = try container.decode(Int.self)
            margin = try container.decode(Double.self)
            weight = try container.decode(Double.self)
            isTie = try container.decode(Bool.self)
        }
    }

    struct Case: Decodable {
        var rule: Rule
        var pairs: [Pair]
    }

    var rows: [Row]
    var cases: [Case]

    static let whole = Result {
        try JSONDecoder().decode(SelectionFixture.self, from: fixture("selections.json"))
    }

    var candidates: [CandidateScores] {
        rows.map {
            CandidateScores(
                prompt: $0.prompt, ordinal: $0.ordinal, isGroundTruth: $0.truth,
                scores: $0.scores,
                side: SideValues(
                    motion: $0.motion, silence: $0.silence, perceptualHash: $0.hash,
                    content: $0.content, isOffPolicy: $0.off))
        }
    }
}

extension RankRule {
    fileprivate init(_ rule: SelectionFixture.Rule) {
        self = goldenRule()
        normalisation =
            [
                "none": .none, "minmax": .minMax, "robust": .robust, "rank": .rank,
                "quantile": .quantile, "normalQuantile": .normalQuantile,
            ][rule.normalise] ?? .zScore(ddof: 1)
        scope = Scope(rawValue: rule.scope) ?? .campaign
        groundTruth = GroundTruthPart(rawValue: rule.truth) ?? .counted
        aggregation =
            [
                "modality-macro": .modalityMacro, "modality-mean": .modalityMean,
                "average-micro": .averageMicro, "average-macro": .averageMacro,
                "weighted": .weighted(["video": 2, "audio": 0.5]),
            ][rule.aggregate] ?? .modalityMicro
        selection =
            [
                "all-dominating": .allDominating, "best-worst": .bestWorst,
                "best-random": .bestRandom(seed: 99), "top-bottom-k": .topBottomK,
                "best-sigma": .bestSigma(deviations: 2),
                "ground-truth-versus-generated": .groundTruthVersusGenerated,
            ][rule.select] ?? .dominanceMaxMargin
        pairsPerPrompt = selection == .allDominating ? nil : rule.limit
        epsilon = rule.epsilon
        ties = TieAction(rawValue: rule.ties) ?? .drop
        minimumTotalMargin = rule.total
        minimumMargins = rule.minimums
        missing = MissingAction(rawValue: rule.missing) ?? .dropCandidate
        guards = rule.guards.map {
            switch $0.type {
            case "min-std": Guard(.minimumDeviation($0.value))
            case "static-motion": Guard(.staticMotion(maximumZ: $0.value, .winner))
            case "silence": Guard(.silence(maximumShare: $0.value, .both))
            case "near-duplicate": Guard(.nearDuplicate(maximumDistance: Int($0.value)))
            case "off-policy": Guard(.offPolicy)
            default: Guard(.groundTruthWinnerShare($0.value))
            }
        }
        switch rule.weighting {
        case "margin": weighting = .margin
        case "histogram": weighting = .histogram(bins: 12, alpha: 0.72, power: 1.5)
        default: weighting = .none
        }
    }
}

@Test func theSecondImplementationHasAllThatARuleCanSay() throws {
    #expect(try SelectionFixture.whole.get().cases.count == 235)
}

@Test(arguments: 0..<235)
func pairsMarginsAndWeightsEqualTheSecondImplementation(index: Int) throws {
    let fixture = try SelectionFixture.whole.get()
    let expected = fixture.cases[index]
    let outcome = try rank(candidates: fixture.candidates, rule: RankRule(expected.rule))
    #expect(
        outcome.pairs.map { [Int($0.prompt), $0.winner, $0.loser] }
            == expected.pairs.map { [Int($0.prompt), $0.winner, $0.loser] }, "\(expected.rule)")
    for (found, expected) in zip(outcome.pairs, expected.pairs) {
        #expect(isClose(found.margin, expected.margin, 2e-9))
        #expect(isClose(found.weight, expected.weight, 2e-9))
        #expect(found.isTie == expected.isTie)
    }
}

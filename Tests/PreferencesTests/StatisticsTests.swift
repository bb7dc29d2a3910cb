@testable import Preferences
import Testing

private func numbers() throws -> StatisticsFixture { try StatisticsFixture.whole.get() }

@Test func logarithmsAndPowersEqualNumpyToTheLastBitButOne() throws {
    let functions = try numbers().functions
    for (x, expected) in zip(functions.x, functions.logarithm) {
        #expect((naturalLogarithm(x) - expected).magnitude <= expected.ulp, "\(x)")
    }
    for (y, expected) in zip(functions.y, functions.exponential) {
        #expect((exponential(y) - expected).magnitude <= expected.ulp, "\(y)")
    }
    #expect(naturalLogarithm(0) == -.infinity && naturalLogarithm(-1).isNaN)
    #expect(naturalLogarithm(.infinity) == .infinity && naturalLogarithm(1) == 0)
    #expect(exponential(-800) == 0 && exponential(800) == .infinity && exponential(.nan).isNaN)
}

@Test func normalQuantilesEqualScipy() throws {
    let functions = try numbers().functions
    for (p, expected) in zip(functions.p, functions.quantile) {
        #expect((normalQuantile(p) - expected).magnitude <= 4e-16 * max(1, expected.magnitude))
    }
    #expect(normalQuantile(0) == -.infinity && normalQuantile(1) == .infinity)
    #expect(normalQuantile(1.5).isNaN && normalQuantile(.nan).isNaN)
}

@Test(arguments: RankRule.Scope.allCases)
func normalisedScoresEqualScipyPandasAndScikitLearn(scope: RankRule.Scope) throws {
    for numbers in try numbers().normalisations {
        let rows = numbers.x.enumerated().map {
            CandidateScores(prompt: 1, ordinal: $0, scores: [$1])
        }
        let expected: [(RankRule.Normalisation, [Double])] = [
            (.zScore(ddof: 1), numbers.zscore1), (.zScore(ddof: 0), numbers.zscore0),
            (.minMax, numbers.minmax), (.robust, numbers.robust), (.rank, numbers.rank),
            (.quantile, numbers.quantile), (.normalQuantile, numbers.normalQuantile),
        ]
        for (normalisation, expected) in expected {
            let rule = RankRule(
                dimensions: [.init(name: "x", modality: "video")], normalisation: normalisation,
                scope: scope)
            let ranking = try rank(candidates: rows, rule: rule).ranking
            let found = ranking.sorted { $0.ordinal < $1.ordinal }.map { $0.totals[0] }
            #expect(areClose(found, expected, 1e-11), "\(normalisation)")
        }
    }
}

@Test func normalisationsOfSixScoresHaveTheKnownValues() throws {
    let expected = try numbers().normalisations[0]
    #expect(
        areClose(
            expected.zscore1,
            [
                -0.070186240634, -0.315838082855, 0.912421128247, -0.315838082855,
                1.298445451736, -1.509004173639,
            ]))
    #expect(areClose(expected.minmax, [0.5125, 0.425, 0.8625, 0.425, 1, 0]))
    #expect(areClose(expected.rank, [4, 2.5, 5, 2.5, 6, 1]))
    #expect(
        areClose(
            expected.normalQuantile,
            [0.210428394, -0.430727299, 0.674489750, -0.430727299, 1.382994127, -1.382994127]))
    #expect(median(of: expected.x) == 2.75)
}

@Test func distributionsEqualNumpy() throws {
    for expected in try numbers().distributions {
        let found = Distribution(expected.values)
        #expect(found.count == expected.values.count)
        #expect(isClose(found.mean, expected.mean) && isClose(found.deviation, expected.deviation))
        #expect(areClose(found.quantiles, expected.quantiles, 1e-12))
        if let histogram = expected.histogram { #expect(found.histogram.counts == histogram) }
    }
}

@Test func distributionsOfNothingAndOfEqualsAreWhole() {
    let none = Distribution([])
    #expect(none.count == 0 && none.quantiles == [] && none.histogram.counts.count == 20)
    let equal = Distribution([2, 2, 2], bins: 4)
    #expect(equal.deviation == 0 && equal.histogram.counts == [3, 0, 0, 0])
    #expect(Histogram([0, .leastNonzeroMagnitude], bins: 2).counts == [1, 1])
    #expect(Histogram([.nan, 1, -.infinity, 3, 1e200], bins: 2).counts == [1, 1])
    #expect(Distribution([.nan, 1, .infinity, 3]).mean == 2)
}

@Test func correlationsEqualScipy() throws {
    for expected in try numbers().correlations {
        let found = Correlation(expected.left, expected.right)
        #expect(isClose(try #require(found.pearson), expected.pearson, 1e-12))
        #expect(isClose(try #require(found.spearman), expected.spearman, 1e-12))
        #expect(isClose(try #require(found.kendall), expected.kendall, 1e-12))
    }
}

@Test func aCorrelationWithAConstantIsUndefined() {
    for (left, right) in [([], []), ([1], [2]), ([1, 2, 3], [5, 5, 5])] as [([Double], [Double])] {
        let found = Correlation(left, right)
        #expect(found.pearson == nil && found.spearman == nil && found.kendall == nil)
        #expect(found.count == left.count)
    }
}

@Test func aRankingsStatisticsCountWhatItSays() throws {
    var rows = goldenRows
    for index in rows.indices { rows[index].side.duration = rows[index].scores[0].map { 5 + $0 } }
    rows.append(CandidateScores(prompt: 3, ordinal: 0, scores: Array(repeating: nil, count: 7)))
    let rule = goldenRule()
    let outcome = try rank(candidates: rows, rule: rule)
    let found = try RankStatistics(outcome, candidates: rows, rule: rule)
    #expect(found.prompts == 4 && found.candidates == 12 && found.pairs == 2 && found.ties == 0)
    #expect(found.groundTruthWinnerShare == 0.5)
    #expect(isClose(found.margin.mean, (1.081710345 + 2.307319480) / 2))
    #expect(found.margins.map(\.name) == ["video", "audio", "audio_video"])
    #expect(
        found.unpaired.map { "\($0.name) \($0.value)" }
            == ["no-eligible-candidate 1", "no-dominance 1"])
    #expect(found.ineligible.map { "\($0.name) \($0.value)" } == ["missing-score 1"])
    #expect(found.correlations.count == 21)
    #expect(isClose(found.durations[0].value.pearson ?? 0, 1, 1e-12))
    #expect(found.durations[0].value.kendall == 1)
    // The raw scores of a minimised dimension keep their sign, its correlations do not.
    #expect(found.scores[6].value.quantiles.first == 0.2135)
    let desync = goldenRows.compactMap { $0.scores[6] }
    let first = goldenRows.compactMap { $0.scores[0] }
    let direct = Correlation(first, desync).kendall ?? 0
    let reported = found.correlations.first {
        $0.first == "visual_quality" && $0.second == "desync_scores"
    }
    #expect(isClose(reported?.correlation.kendall ?? 0, -direct, 1e-12))
    #expect(try RankStatistics(outcome, candidates: rows.reversed(), rule: rule) == found)
}

import Preferences
import Testing

private func numbers() throws -> StatisticsFixture { try StatisticsFixture.whole.get() }

@Test func wilsonIntervalsEqualStatsmodels() throws {
    for expected in try numbers().wilson {
        let rate = WinRate(wins: expected.wins, losses: expected.count - expected.wins)
        let found = try #require(rate.wilson(confidence: expected.confidence))
        #expect(areClose([found.lower, found.upper], expected.interval, 1e-12))
    }
}

@Test func wilsonIntervalsHaveTheKnownValues() throws {
    for (wins, count, expected) in [
        (63, 100, [0.5322053, 0.71817639]), (9, 10, [0.59584997, 0.98212379]),
        (0, 20, [0, 0.16112516]),
    ] {
        let found = try #require(WinRate(wins: wins, losses: count - wins).wilson())
        #expect(areClose([found.lower, found.upper], expected, 1e-8))
    }
}

@Test func aTieIsHalfAWin() {
    let rate = WinRate([.left, .tie, .tie, .right, .left])
    #expect(rate == WinRate(wins: 2, ties: 2, losses: 1) && rate.rate == 0.6)
    #expect(WinRate([]).rate == nil && WinRate([]).wilson() == nil)
    #expect(rate.wilson(confidence: 2) == Interval(lower: 0, upper: 1))
}

@Test func bootstrapIntervalsEqualNumpysOverTheSameDraws() throws {
    for expected in try numbers().bootstrap {
        let found = try #require(
            pairedBootstrap(
                expected.values.map { [$0] }, resamples: expected.resamples,
                seed: UInt64(expected.seed) ?? 0))
        #expect(isClose(found.mean, expected.mean, 1e-12))
        #expect(areClose([found.interval.lower, found.interval.upper], expected.interval, 1e-12))
        #expect(isClose(found.shareAbove, expected.shareAbove, 1e-12))
        if let scipy = expected.scipy {
            #expect(areClose([found.interval.lower, found.interval.upper], scipy, 0.03))
        }
    }
}

@Test func aBootstrapDoesNotDependOnTheOrderOfPromptsOrPairs() {
    let clusters: [[Double]] = [[0.1, 0.7], [-0.3], [], [0.2, 0.25, 0.4], [-0.3, 1]]
    let found = pairedBootstrap(clusters, seed: 3)
    #expect(found != nil)
    #expect(pairedBootstrap(clusters.reversed().map { $0.reversed() }, seed: 3) == found)
    #expect(pairedBootstrap(clusters, seed: 4) != found)
}

@Test func aBootstrapOfNothingOrOfNoNumberIsNil() {
    #expect(pairedBootstrap([], seed: 1) == nil)
    #expect(pairedBootstrap([[]], seed: 1) == nil)
    #expect(pairedBootstrap([[1], [.nan]], seed: 1) == nil)
    #expect(pairedBootstrap([[2]], resamples: 0, seed: 1)?.mean == 2)
}

@Test func kappasEqualStatsmodels() throws {
    let kappas = try numbers().kappas
    for expected in kappas.cohen {
        for (weight, kappa) in [
            (DisagreementWeight.equal, expected.equal), (.linear, expected.linear),
            (.quadratic, expected.quadratic),
        ] {
            let found = try #require(try cohensKappa(expected.table, weight: weight))
            #expect(isClose(found, kappa, 1e-12))
        }
    }
    for expected in kappas.fleiss {
        #expect(isClose(try #require(try fleissKappa(expected.table)), expected.kappa, 1e-12))
    }
}

@Test func kappasHaveTheKnownValues() throws {
    let table = [[20, 5, 1], [4, 30, 6], [2, 3, 29]]
    #expect(isClose(try #require(try cohensKappa(table)), 0.6808510638))
    #expect(isClose(try #require(try cohensKappa(table, weight: .linear)), 0.7142857, 1e-7))
    #expect(isClose(try #require(try cohensKappa(table, weight: .quadratic)), 0.7508305648))
    let counts = [[0, 0, 5], [0, 3, 2], [5, 0, 0], [1, 2, 2], [0, 5, 0], [3, 1, 1]]
    #expect(isClose(try #require(try fleissKappa(counts)), 0.4732441472))
}

@Test func alphasEqualKrippendorffs() throws {
    for expected in try numbers().alphas {
        for (level, alpha) in [
            (RatingLevel.nominal, expected.nominal), (.ordinal, expected.ordinal),
            (.interval, expected.interval), (.ratio, expected.ratio),
        ] {
            let found = try #require(try krippendorffAlpha(expected.units, level: level))
            #expect(isClose(found, alpha, 1e-12), "\(level)")
        }
    }
}

@Test func alphasHaveTheKnownValues() throws {
    // The example of Krippendorff's own paper: three raters, fifteen units.
    let raters: [[Double?]] = [
        [nil, nil, nil, nil, nil, 3, 4, 1, 2, 1, 1, 3, 3, nil, 3],
        [1, nil, 2, 1, 3, 3, 4, 3, nil, nil, nil, nil, nil, nil, nil],
        [nil, nil, 2, 1, 3, 4, 4, nil, 2, 1, 1, 3, 3, nil, 4],
    ]
    let units = (0..<15).map { unit in raters.compactMap { $0[unit] } }
    for (level, expected) in [
        (RatingLevel.nominal, 0.691358), (.ordinal, 0.806721), (.interval, 0.810845),
        (.ratio, 0.808944),
    ] {
        let found = try #require(try krippendorffAlpha(units, level: level))
        #expect(isClose(found, expected, 1e-6), "\(level)")
    }
}

@Test func agreementWithoutAChoiceIsUndefined() throws {
    #expect(try cohensKappa([]) == nil)
    #expect(try cohensKappa([[7]]) == nil)
    #expect(try cohensKappa([[7, 0], [0, 0]]) == nil)
    #expect(try fleissKappa([]) == nil)
    #expect(try fleissKappa([[1, 0], [0, 1]]) == nil)
    #expect(try fleissKappa([[3, 0], [3, 0]]) == nil)
    #expect(try krippendorffAlpha([[1, 1], [1, 1, 1]], level: .nominal) == nil)
    #expect(try krippendorffAlpha([[1], [2], []], level: .interval) == nil)
}

@Test func tablesThatCannotBeSayWhy() {
    #expect(throws: AgreementError.notSquare(row: 1, expected: 2, found: 1)) {
        try cohensKappa([[1, 2], [3]])
    }
    #expect(throws: AgreementError.negativeCount(row: 0, -1)) { try cohensKappa([[-1]]) }
    #expect(throws: AgreementError.columns(row: 1, expected: 2, found: 3)) {
        try fleissKappa([[1, 1], [1, 1, 0]])
    }
    #expect(throws: AgreementError.raters(row: 1, expected: 2, found: 3)) {
        try fleissKappa([[1, 1], [1, 2]])
    }
    #expect(throws: AgreementError.nonFinite(unit: 1)) {
        try krippendorffAlpha([[1, 2], [1, .nan]], level: .ordinal)
    }
}

@Test func rewardAgreementEqualsACountOverAllEpsilons() throws {
    for expected in try numbers().agreements {
        let pairs = zip(expected.differences, expected.votes).map {
            JudgedPair(difference: $0, vote: $1 == 0 ? .tie : $1 > 0 ? .left : .right)
        }
        for found in [RewardAgreement(pairs), RewardAgreement(pairs.reversed())] {
            #expect(found.count == pairs.count && found.epsilon == expected.epsilon)
            #expect(isClose(found.withoutTies ?? -1, expected.withoutTies ?? -1, 1e-12))
            #expect(isClose(found.withTies ?? -1, expected.withTies, 1e-12))
            #expect(isClose(found.correlation.kendall ?? -1, expected.kendall ?? -1, 1e-12))
        }
    }
}

@Test func aDifferenceThatIsNoNumberIsCountedApart() {
    let found = RewardAgreement([
        JudgedPair(difference: .nan, vote: .left), JudgedPair(difference: 1, vote: .left),
    ])
    #expect(found.count == 1 && found.nonFinite == 1 && found.withoutTies == 1)
    #expect(RewardAgreement([]).withTies == nil && RewardAgreement([]).withoutTies == nil)
}

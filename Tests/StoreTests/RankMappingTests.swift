@testable import Campaigns
@testable import Preferences
@testable import Store
import Testing

/// The rule of a ranking of the sample rewards.
private func rule(
    _ rank: Campaign.Rank, onMissing: Campaign.Score.OnMissing = .dropCandidate,
    seed: UInt64? = nil
) -> RankRule {
    RankRule(rank, rewards: sampleRewards, onMissing: onMissing, seed: seed)
}

@Test func aFileWithoutAWordOnRankingIsTheReleasedRule() {
    let dimensions = sampleRewards.map(RankRule.Dimension.init)
    #expect(rule(Campaign.Rank()) == RankRule(dimensions: dimensions, pairsPerPrompt: 1))
    #expect(dimensions.map(\.modality) == ["video", "video", "audio"])
}

@Test(
    arguments: zip(
        Campaign.Normalize.Method.allCases,
        [
            .zScore(ddof: 0), .none, .robust, .minMax, .rank, .quantile, .normalQuantile,
        ] as [RankRule.Normalisation]))
func everyNormalisationOfTheFileIsOneOfPreferences(
    method: Campaign.Normalize.Method, normalisation: RankRule.Normalisation
) {
    let found = rule(.init(normalize: .init(method: method, scope: .prompt, ddof: 0)))
    #expect(found.normalisation == normalisation)
    #expect(found.scope == .prompt)
}

@Test(
    arguments: zip(
        Campaign.Rank.Aggregate.allCases,
        [
            .modalityMicro, .modalityMacro, .modalityMean, .averageMicro, .averageMacro,
            .weighted(["audio": 2]),
        ] as [RankRule.Aggregation]))
func everyAggregateOfTheFileIsOneOfPreferences(
    aggregate: Campaign.Rank.Aggregate, aggregation: RankRule.Aggregation
) {
    let found = rule(.init(aggregate: aggregate, weights: ["audio": 2]))
    #expect(found.aggregation == aggregation)
}

@Test(
    arguments: zip(
        Campaign.Rank.Select.allCases,
        [
            .dominanceMaxMargin, .allDominating, .bestWorst, .bestRandom(seed: 7), .topBottomK,
            .bestSigma(deviations: 2), .groundTruthVersusGenerated,
        ] as [RankRule.Selection]))
func everySelectionOfTheFileIsOneOfPreferences(
    select: Campaign.Rank.Select, selection: RankRule.Selection
) {
    #expect(rule(.init(select: select), seed: 7).selection == selection)
    // One pair of all that dominate would be the first selection.
    #expect(rule(.init(select: select)).pairsPerPrompt == (select == .allDominating ? nil : 1))
    #expect(rule(.init(select: select, pairsPerPrompt: 2)).pairsPerPrompt == 2)
}

@Test func tiesMarginsAndMissingScoresAreMapped() {
    let found = rule(
        .init(tieEpsilon: 0.25, tieAction: .split, minMargin: ["total": 1, "video": 0.5]),
        onMissing: .dropPrompt)
    #expect(found.epsilon == 0.25 && found.ties == .split)
    #expect(found.minimumTotalMargin == 1 && found.minimumMargins == ["video": 0.5])
    #expect(found.missing == .dropPrompt)
    #expect(rule(.init(), onMissing: .fail).missing == .fail)
}

@Test func theGroundTruthHasThePartThatTheFileGivesIt() {
    func part(
        _ groundTruth: Campaign.Rank.GroundTruth, counts: Bool = true
    ) -> RankRule.GroundTruthPart {
        rule(.init(normalize: .init(includeReference: counts), groundTruth: groundTruth))
            .groundTruth
    }
    #expect(part(.competes) == .counted)
    #expect(part(.competes, counts: false) == .outsideStatistics)
    #expect(part(.statisticsOnly) == .statisticsOnly)
    #expect(part(.removed) == .removed)
}

@Test func guardsAndWeightsAreMapped() {
    let found = rule(
        .init(
            guards: [
                .init(type: .minStd, value: 0.5), .init(type: .maxReferenceWinnerShare, value: 0.7),
                .init(type: .staticMotion, maxZ: -2, appliesTo: .winner, action: .warn),
                .init(type: .silence, maxRatio: 0.8, appliesTo: .loser),
                .init(type: .nearDuplicate, hash: .phash, maxDistance: 4, action: .fail),
                .init(type: .offPolicy),
            ], weighting: .init(method: .histogram, bins: 10, alpha: 0.5, power: 2)))
    #expect(
        found.guards == [
            .init(.minimumDeviation(0.5)), .init(.groundTruthWinnerShare(0.7)),
            .init(.staticMotion(maximumZ: -2, .winner), action: .warn),
            .init(.silence(maximumShare: 0.8, .loser)),
            .init(.nearDuplicate(maximumDistance: 4), action: .fail), .init(.offPolicy),
        ])
    #expect(found.weighting == .histogram(bins: 10, alpha: 0.5, power: 2))
    #expect(rule(.init(weighting: .init(method: .margin))).weighting == .margin)
}

@testable import Preferences
import Testing

/// Twelve rows whose ranking was confirmed by the released AV-DPO script; ordinal 0 is the
/// ground truth, columns are VQ, MQ, text-video, AQ, text-audio, audio-video, desync.
let goldenScores: [[[Double]]] = [
    [
        [1.6905, -0.4659, 0.2816, 6.163, 0.1106, 0.2001, 0.8997],
        [-1.7547, 1.0177, 0.31, 5.7498, 0.1414, 0.2253, 0.8216],
        [-0.2427, -1.4532, 0.3077, 6.0496, 0.1637, 0.1237, 1.3952],
        [0.1543, -0.3871, 0.3815, 5.9818, 0.0775, 0.1797, 0.2135],
    ],
    [
        [1.0494, -0.4165, 0.2429, 6.429, 0.0674, 0.2268, 0.2807],
        [-0.6622, -1.2042, 0.3531, 6.7065, 0.1335, 0.242, 0.846],
        [0.5681, -0.7528, 0.1946, 5.2788, 0.1692, 0.3124, 0.9808],
        [-0.5246, 1.912, 0.2919, 6.0406, 0.1626, 0.1934, 0.8072],
    ],
    [
        [-1.435, 0.5016, 0.2753, 6.4772, 0.1316, 0.1047, 0.8701],
        [1.6995, -0.3834, 0.2355, 5.5226, 0.0975, 0.185, 0.546],
        [1.4976, -0.2826, 0.2854, 6.5753, 0.2252, 0.1894, 0.9996],
        [0.735, -0.1929, 0.1911, 6.2619, 0.1947, 0.2208, 0.6229],
    ],
]

let goldenRows = goldenScores.enumerated().flatMap { prompt, siblings in
    siblings.enumerated().map { ordinal, scores in
        CandidateScores(
            prompt: Int64(prompt), ordinal: ordinal, isGroundTruth: ordinal == 0, scores: scores)
    }
}

func goldenRule(
    _ normalisation: RankRule.Normalisation = .zScore(ddof: 1),
    groundTruth: RankRule.GroundTruthPart = .counted,
    aggregation: RankRule.Aggregation = .modalityMicro,
    selection: RankRule.Selection = .dominanceMaxMargin
) -> RankRule {
    RankRule(
        dimensions: [
            .init(name: "visual_quality", modality: "video"),
            .init(name: "motion_quality", modality: "video"),
            .init(name: "ib_tv", modality: "video"),
            .init(name: "audio_quality", modality: "audio"),
            .init(name: "ib_ta", modality: "audio"),
            .init(name: "ib_av", modality: "audio_video"),
            .init(name: "desync_scores", modality: "audio_video", goal: .minimize),
        ], normalisation: normalisation, groundTruth: groundTruth, aggregation: aggregation,
        selection: selection)
}

func isClose(_ found: Double, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
    (found - expected).magnitude <= tolerance * max(1, expected.magnitude)
}

func summary(_ outcome: RankOutcome) -> [String] {
    (0..<3).map { prompt in
        guard let pair = outcome.pairs.first(where: { $0.prompt == Int64(prompt) }) else {
            return "none"
        }
        return "\(pair.winner)>\(pair.loser)"
    }
}

@Test func theDefaultRuleGivesThePairsOfTheReleasedScript() throws {
    let outcome = try rank(candidates: goldenRows, rule: goldenRule())
    #expect(
        outcome.pairs.map { [Int($0.prompt), $0.winner, $0.loser] } == [[1, 0, 2], [2, 2, 0]])
    #expect(isClose(outcome.pairs[0].margin, 1.081710345))
    #expect(isClose(outcome.pairs[1].margin, 2.307319480))
    #expect(outcome.unpaired == [UnpairedPrompt(prompt: 0, reason: .noDominance)])
    #expect(outcome.groundTruthWinnerShare == 0.5)
}

@Test func theDefaultRuleGivesTheTotalsOfTheReleasedScript() throws {
    let outcome = try rank(candidates: goldenRows, rule: goldenRule())
    #expect(outcome.modalities == ["video", "audio", "audio_video"])
    let expected: [[[Double]]] = [
        [
            [0.322951029, -0.239366357, -0.196997661], [0.044813558, -0.392150587, 0.15804674],
            [-0.426465918, 0.195269406, -1.674276193], [0.497900511, -0.803849188, 0.676778394],
        ],
        [
            [-0.06617967, -0.390488107, 1.010073476], [-0.19162435, 0.638467267, 0.275333211],
            [-0.604260097, -0.644317411, 0.720272864], [0.60838762, 0.173039293, -0.115896692],
        ],
        [
            [-0.251760556, 0.350959188, -1.037114345], [0.086671891, -1.125521916, 0.210808184],
            [0.356184597, 1.464377611, -0.45115844], [-0.376618614, 0.773580802, 0.424130461],
        ],
    ]
    for candidate in outcome.ranking {
        let totals = expected[Int(candidate.prompt)][candidate.ordinal]
        for (found, expected) in zip(candidate.totals, totals) {
            #expect(isClose(found, expected), "\(candidate)")
        }
    }
}

@Test(arguments: [
    (
        RankRule.Normalisation.zScore(ddof: 1), RankRule.GroundTruthPart.counted,
        ["none", "0>2", "2>0"]
    ),
    (.none, .counted, ["0>2", "0>2", "none"]),
    (.zScore(ddof: 1), .statisticsOnly, ["none", "none", "none"]),
    (.none, .statisticsOnly, ["3>1", "3>2", "none"]),
])
func everyVariantGivesThePairsOfTheReleasedScript(
    normalisation: RankRule.Normalisation, groundTruth: RankRule.GroundTruthPart,
    expected: [String]
) throws {
    let rule = goldenRule(normalisation, groundTruth: groundTruth)
    #expect(summary(try rank(candidates: goldenRows, rule: rule)) == expected)
}

@Test(arguments: [
    (
        RankRule.Aggregation.modalityMacro, RankRule.Selection.dominanceMaxMargin,
        ["none", "1>2", "3>0"], [0, 5.833333333, 7.833333333]
    ),
    (.averageMicro, .bestWorst, ["3>2", "3>2", "2>0"], []),
    (.averageMacro, .bestWorst, ["1>2", "1>2", "2>0"], []),
    (.averageMicro, .dominanceMaxMargin, ["3>2", "3>2", "2>0"], []),
    (.averageMacro, .dominanceMaxMargin, ["1>2", "1>2", "2>0"], []),
])
func everyAggregationGivesThePairsOfTheReference(
    aggregation: RankRule.Aggregation, selection: RankRule.Selection, expected: [String],
    margins: [Double]
) throws {
    let rule = goldenRule(aggregation: aggregation, selection: selection)
    let outcome = try rank(candidates: goldenRows, rule: rule)
    #expect(summary(outcome) == expected)
    for pair in outcome.pairs where !margins.isEmpty {
        #expect(isClose(pair.margin, margins[Int(pair.prompt)]))
    }
}

@Test func ranksGiveTheTotalsOfTheReleasedScript() throws {
    let outcome = try rank(
        candidates: goldenRows, rule: goldenRule(aggregation: .modalityMacro))
    let expected: [[[Double]]] = [
        [[7, 5.5, 5.5], [22 / 3, 5, 8], [5, 7.5, 1.5], [8, 3, 7.5]],
        [[6, 5, 10.5], [16 / 3, 9, 8.5], [4, 5.5, 7.5], [8, 6.5, 7]],
        [[17 / 3, 7.5, 3], [22 / 3, 2.5, 7], [25 / 3, 11.5, 3.5], [6, 9.5, 8.5]],
    ]
    for candidate in outcome.ranking {
        let totals = expected[Int(candidate.prompt)][candidate.ordinal]
        for (found, expected) in zip(candidate.totals, totals) {
            #expect(isClose(found, expected, 1e-15), "\(candidate)")
        }
    }
}

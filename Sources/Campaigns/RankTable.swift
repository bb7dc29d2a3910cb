extension Campaign.Normalize: Tabled {
    static let table = Table(
        Campaign.Normalize(),
        [
            Row(
                "method", \.method, .choice, "How a dimension's scores are put on one scale.",
                example: "none"),
            Row(
                "scope", \.scope, .choice, "Over which candidates the statistics are taken.",
                example: "campaign"),
            Row(
                "ddof", \.ddof, .integer(0...1),
                "What is subtracted from the count in the deviation: 1 as pandas and torch do, "
                    + "0 as numpy does.", example: "0"),
            Row(
                "include_reference", \.includeReference, .boolean,
                "Whether the ground truth counts in the statistics; whether it competes says "
                    + "rank.ground_truth.",
                example: "false"),
        ])
}

/// What `rank.tie` says.
struct Tie: Sendable {
    var epsilon = 0.0
    var action = Campaign.Rank.TieAction.drop
}

extension Tie: Tabled {
    static let table = Table(
        Tie(),
        [
            Row(
                "epsilon", \.epsilon, .number(.atLeast0),
                "A difference up to this much is a tie, in normalised score.", example: "0.1"),
            Row("action", \.action, .choice, "What happens to a tied pair.", example: "drop"),
        ])
}

extension Campaign.Rank.Weighting: Tabled {
    static let table = Table(
        Campaign.Rank.Weighting(),
        [
            Row("method", \.method, .choice, "How pairs are weighted.", example: "histogram"),
            Row(
                "bins", \.bins, .integer(2...10_000),
                "The bins of the histogram; with the method histogram.", example: "50",
                absence: "50 with the method histogram"),
            Row(
                "alpha", \.alpha, .number(.above0),
                "The frequency at which a pair counts once; with the method histogram.",
                example: "0.72", absence: "0.72 with the method histogram"),
            Row(
                "power", \.power, .number(.above0),
                "The exponent of a pair's factor; with the method histogram.", example: "1",
                absence: "1 with the method histogram"),
        ]
    ) { weighting, field in
        if weighting.method == .histogram {
            weighting.bins = weighting.bins ?? 50
            weighting.alpha = weighting.alpha ?? 0.72
            weighting.power = weighting.power ?? 1
        } else {
            for key in ["bins", "alpha", "power"] {
                field.child(key)?.report(
                    "is for the method histogram; remove it, or say method: histogram")
            }
            weighting = Campaign.Rank.Weighting(method: weighting.method)
        }
    }
}

extension Campaign.Rank: Tabled {
    static let table = Table(
        Campaign.Rank(),
        [
            Row(
                "normalize", \.normalize, .section,
                "How scores of different dimensions become comparable.",
                example: "{method: zscore, scope: campaign, ddof: 1}",
                starter: "{method: zscore, scope: campaign, ddof: 1}"),
            Row(
                "aggregate", \.aggregate, .choice, "How normalised scores become totals.",
                example: "modality-micro", starter: "modality-micro"),
            Row(
                "weights", \.weights, .map(of: .number(.atLeast0), keys: "modalities"),
                "What each modality counts; with the aggregate weighted. Absent ones count 1.",
                example: "{video: 2, audio: 1}"),
            Row(
                "select", \.select, .choice, "Which candidates of a prompt become pairs.",
                example: "dominance-max-margin", starter: "dominance-max-margin"),
            Row(
                "pairs_per_prompt", \.pairsPerPrompt, .integer(1...1000),
                "The most pairs one prompt may give; with all-dominating 1 stands for all.",
                example: "2", starter: "1"),
            Row(
                "ground_truth", \.groundTruth, .choice,
                "What part the ground truth plays in the pairs.", example: "statistics-only"),
            Row(
                "tie", \.tie, .section,
                "When two candidates are tied, and what happens to the pair.",
                example: "{epsilon: 0.1, action: drop}"),
            Row(
                "min_margin", \.minMargin,
                .map(of: .number(.atLeast0), keys: "total and the modalities"),
                "The smallest margins a pair may have. Absent ones are 0.",
                example: "{total: 0.5}"),
            Row(
                "guards", \.guards, .list(of: .section),
                "What is looked for in candidates and pairs before they count.",
                example: "[{type: min-std, value: 1.0e-6}]"),
            Row(
                "weighting", \.weighting, .section,
                "How much each pair counts in training.", example: "{method: none}"),
        ]
    ) { rank, field in
        // No minimum and a minimum of 0 are the same rule and must have the same hash.
        rank.minMargin = rank.minMargin.filter { $0.value > 0 }
        if !rank.weights.isEmpty, rank.aggregate != .weighted {
            field.child("weights")?.report(
                "is for the aggregate weighted; remove it, or say aggregate: weighted")
        }
        if !rank.normalize.includeReference, rank.groundTruth == .statisticsOnly {
            field.child("ground_truth")?.report(
                "'statistics-only' contradicts normalize.include_reference: false; say removed")
        }
    }
}

extension Campaign.Rank {
    fileprivate var tie: Tie {
        get { Tie(epsilon: tieEpsilon, action: tieAction) }
        set { (tieEpsilon, tieAction) = (newValue.epsilon, newValue.action) }
    }
}

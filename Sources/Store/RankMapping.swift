public import Campaigns
public import Preferences

/// What a campaign file says of ranking, in the words of Preferences.
extension RankRule {
    init(
        _ rank: Campaign.Rank, rewards: [Reward], onMissing: Campaign.Score.OnMissing,
        seed: UInt64?
    ) {
        var margins = rank.minMargin
        let total = margins.removeValue(forKey: "total") ?? 0
        self.init(
            dimensions: rewards.map(Dimension.init), normalisation: Normalisation(rank.normalize),
            scope: Scope(rank.normalize.scope), groundTruth: GroundTruthPart(rank),
            aggregation: Aggregation(rank), selection: Selection(rank.select, seed: seed ?? 0),
            pairsPerPrompt: rank.allowsAllPairs ? nil : rank.pairsPerPrompt,
            epsilon: rank.tieEpsilon, ties: rank.tieAction == .split ? .split : .drop,
            minimumTotalMargin: total, minimumMargins: margins,
            guards: rank.guards.map(Guard.init), weighting: Weighting(rank.weighting),
            missing: MissingAction(onMissing))
    }
}

extension Campaign.Rank {
    /// One pair of all that dominate is `dominance-max-margin`, so there 1 means no limit.
    fileprivate var allowsAllPairs: Bool { select == .allDominating && pairsPerPrompt == 1 }
}

extension RankRule.Dimension {
    /// A reward of the campaign file.
    public init(_ reward: Reward) {
        self.init(
            name: reward.name, modality: reward.modality ?? "",
            goal: reward.goal == .maximize ? .maximize : .minimize)
    }
}

extension RankRule.Normalisation {
    fileprivate init(_ normalize: Campaign.Normalize) {
        self =
            switch normalize.method {
            case .none: .none
            case .zscore: .zScore(ddof: normalize.ddof)
            case .robust: .robust
            case .minmax: .minMax
            case .rank: .rank
            case .quantile: .quantile
            case .quantileNormal: .normalQuantile
            }
    }
}

extension RankRule.Scope {
    fileprivate init(_ scope: Campaign.Normalize.Scope) {
        self =
            switch scope {
            case .campaign: .campaign
            case .prompt: .prompt
            }
    }
}

extension RankRule.GroundTruthPart {
    fileprivate init(_ rank: Campaign.Rank) {
        self =
            switch rank.groundTruth {
            case .competes: rank.normalize.includeReference ? .counted : .outsideStatistics
            case .statisticsOnly: .statisticsOnly
            case .removed: .removed
            }
    }
}

extension RankRule.Aggregation {
    fileprivate init(_ rank: Campaign.Rank) {
        self =
            switch rank.aggregate {
            case .modalityMicro: .modalityMicro
            case .modalityMacro: .modalityMacro
            case .modalityMean: .modalityMean
            case .averageMicro: .averageMicro
            case .averageMacro: .averageMacro
            case .weighted: .weighted(rank.weights)
            }
    }
}

extension RankRule.Selection {
    fileprivate init(_ select: Campaign.Rank.Select, seed: UInt64) {
        self =
            switch select {
            case .dominanceMaxMargin: .dominanceMaxMargin
            case .allDominating: .allDominating
            case .bestWorst: .bestWorst
            case .bestRandom: .bestRandom(seed: seed)
            case .topBottomK: .topBottomK
            // As the campaign file says of it.
            case .bestSigma: .bestSigma(deviations: 2)
            case .referenceVsGenerated: .groundTruthVersusGenerated
            }
    }
}

extension RankRule.Weighting {
    fileprivate init(_ weighting: Campaign.Rank.Weighting) {
        self =
            switch weighting.method {
            case .none: .none
            case .margin: .margin
            case .histogram:
                .histogram(
                    bins: weighting.bins ?? 50, alpha: weighting.alpha ?? 0.72,
                    power: weighting.power ?? 1)
            }
    }
}

extension RankRule.MissingAction {
    fileprivate init(_ action: Campaign.Score.OnMissing) {
        self =
            switch action {
            case .dropCandidate: .dropCandidate
            case .dropPrompt: .dropPrompt
            case .fail: .fail
            }
    }
}

extension RankRule.Guard {
    fileprivate init(_ stated: Campaign.Rank.Guard) {
        let action: Action =
            switch stated.action {
            case .drop: .drop
            case .warn: .warn
            case .fail: .fail
            }
        self.init(Kind(stated), action: action)
    }
}

extension RankRule.Guard.Kind {
    /// Bounds are there: the campaign file's table asks for those that a type needs.
    fileprivate init(_ stated: Campaign.Rank.Guard) {
        let member: RankRule.Guard.Member =
            switch stated.appliesTo {
            case .winner: .winner
            case .loser: .loser
            case nil: .both
            }
        self =
            switch stated.type {
            case .minStd: .minimumDeviation(stated.value ?? 0)
            case .maxReferenceWinnerShare: .groundTruthWinnerShare(stated.value ?? 1)
            case .staticMotion: .staticMotion(maximumZ: stated.maxZ ?? 0, member)
            case .silence: .silence(maximumShare: stated.maxRatio ?? 1, member)
            case .nearDuplicate: .nearDuplicate(maximumDistance: stated.maxDistance ?? 0)
            case .offPolicy: .offPolicy
            }
    }
}

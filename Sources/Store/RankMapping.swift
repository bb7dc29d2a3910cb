import Campaigns
import Preferences

/// What a campaign file says of ranking, in the words of Preferences.
extension RankRule {
    init(_ rank: Campaign.Rank, rewards: [Reward]) throws(StoreError) {
        var margins = rank.minMargin
        let total = margins.removeValue(forKey: "total") ?? 0
        self.init(
            dimensions: rewards.map {
                Dimension(
                    name: $0.name, modality: $0.modality ?? "",
                    goal: $0.goal == .maximize ? .maximize : .minimize)
            },
            normalisation: try Normalisation(rank.normalize),
            groundTruth: rank.normalize.includeReference ? .counted : .outsideStatistics,
            pairsPerPrompt: rank.pairsPerPrompt, epsilon: rank.tieEpsilon,
            minimumTotalMargin: total, minimumMargins: margins)
    }
}

extension RankRule.Normalisation {
    init(_ normalize: Campaign.Normalize) throws(StoreError) {
        switch normalize.method {
        case .zscore: self = .zScore(ddof: normalize.ddof)
        case .none: self = .none
        case .robust, .minmax, .rank, .quantile, .quantileNormal:
            throw .rank(
                "scores cannot be normalised by '\(normalize.method.rawValue)' yet; "
                    + "submit refuses such campaigns")
        }
    }
}

/// Why a prompt gave no pair; the raw value is what is stored.
///
/// When several pairs were refused for several reasons, it is that of the one that came nearest.
public enum UnpairedReason: String, Sendable, Equatable, CaseIterable {
    /// No candidate has all its scores.
    case noEligibleCandidate = "no-eligible-candidate"
    /// Only one candidate has all its scores.
    case oneEligibleCandidate = "one-eligible-candidate"
    /// A candidate lacks a score, and the rule then drops the prompt.
    case missingScore = "missing-score"
    /// The rule pairs the ground truth with generated candidates, and there is none to compete.
    case noGroundTruth = "no-ground-truth"
    /// Every two candidates are each better than the other in some modality.
    case noDominance = "no-dominance"
    /// A candidate is nowhere worse than another, but tied with it in something compared.
    case tied
    /// Pairs exist, but their margins are below the rule's minimum.
    case belowMinimumMargin = "below-minimum-margin"
    /// Winner and loser are the same clip.
    case sameContent = "same-content"
    /// The candidates' scores deviate too little.
    case minimumDeviation = "min-std"
    /// Too many winners of the campaign are ground truth, and this margin is among the smallest.
    case groundTruthWinnerShare = "max-reference-winner-share"
    /// A clip that hardly moves may not be in the pair.
    case staticMotion = "static-motion"
    /// A clip that is mostly silent may not be in the pair.
    case silence
    /// Winner and loser look alike.
    case nearDuplicate = "near-duplicate"
    /// Another policy made a member of the pair.
    case offPolicy = "off-policy"
}

/// What is wrong with a score; the raw value is what is stored.
public enum IneligibleReason: String, Sendable, Equatable, CaseIterable {
    /// There is no score.
    case missing = "missing-score"
    /// The score is infinite or not a number.
    case nonFinite = "non-finite-score"
    /// The score is beyond ±1e140, where squares no longer are numbers.
    case tooLarge = "too-large-score"

    /// Returns what is wrong with a score, or nil for one that can be ranked.
    init?(_ score: Double?) {
        guard let score else {
            self = .missing
            return
        }
        if score.isCountable { return nil }
        self = score.isFinite ? .tooLarge : .nonFinite
    }
}

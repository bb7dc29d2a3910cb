/// How raw scores become preference pairs: the whole rule, so that one value names one ranking.
///
/// The defaults reproduce the released AV-DPO code. Methods are enums with payloads: another
/// normalisation, aggregation or selection is another case, and every switch then asks for it.
public struct RankRule: Sendable, Equatable {
    /// The ranked dimensions, in the order of every candidate's scores.
    ///
    /// Held-out dimensions do not belong here: a score missing there must not exclude a candidate.
    public var dimensions: [Dimension]
    /// How scores become comparable.
    public var normalisation: Normalisation
    /// Over which candidates statistics and ranks are taken.
    public var scope: Scope
    /// What part the ground truth plays.
    public var groundTruth: GroundTruthPart
    /// How scores become totals.
    public var aggregation: Aggregation
    /// How pairs are chosen.
    public var selection: Selection
    /// The most pairs one prompt may give, at least 1; nil is 1, or all for `allDominating`.
    public var pairsPerPrompt: Int?
    /// A difference up to this much is a tie, and a tie is not better.
    public var epsilon: Double
    /// What happens to two candidates that are tied.
    public var ties: TieAction
    /// The smallest total margin a pair may have; 0 is no minimum.
    public var minimumTotalMargin: Double
    /// The smallest margin a pair may have in a modality; absent modalities have no minimum.
    public var minimumMargins: [String: Double]
    /// What is looked for before candidates and pairs count.
    public var guards: [Guard]
    /// How much each pair counts in training.
    public var weighting: Weighting
    /// What happens to a candidate with a missing or non-finite score.
    public var missing: MissingAction

    /// Makes a rule; what is not given is the method's default.
    public init(
        dimensions: [Dimension],
        normalisation: Normalisation = .zScore(ddof: 1),
        scope: Scope = .campaign,
        groundTruth: GroundTruthPart = .counted,
        aggregation: Aggregation = .modalityMicro,
        selection: Selection = .dominanceMaxMargin,
        pairsPerPrompt: Int? = nil,
        epsilon: Double = 0,
        ties: TieAction = .drop,
        minimumTotalMargin: Double = 0,
        minimumMargins: [String: Double] = [:],
        guards: [Guard] = [],
        weighting: Weighting = .none,
        missing: MissingAction = .dropCandidate
    ) {
        self.dimensions = dimensions
        self.normalisation = normalisation
        self.scope = scope
        self.groundTruth = groundTruth
        self.aggregation = aggregation
        self.selection = selection
        self.pairsPerPrompt = pairsPerPrompt
        self.epsilon = epsilon
        self.ties = ties
        self.minimumTotalMargin = minimumTotalMargin
        self.minimumMargins = minimumMargins
        self.guards = guards
        self.weighting = weighting
        self.missing = missing
    }

    /// The modalities in the order in which the dimensions first name them.
    public var modalities: [String] {
        var names: [String] = []
        for dimension in dimensions where !names.contains(dimension.modality) {
            names.append(dimension.modality)
        }
        return names
    }

    /// The most pairs one prompt may give.
    var limit: Int { pairsPerPrompt ?? (selection == .allDominating ? .max : 1) }
}

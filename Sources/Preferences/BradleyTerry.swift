/// How two competitors compared, so many times.
public struct Comparison: Sendable, Equatable {
    /// The left competitor, from 0.
    public var left: Int
    /// The right competitor, another than the left one.
    public var right: Int
    /// Which was better.
    public var vote: Vote
    /// How many times.
    public var count: Double

    /// Says how two competitors compared.
    public init(_ left: Int, _ right: Int, _ vote: Vote, count: Double = 1) {
        self.left = left
        self.right = right
        self.vote = vote
        self.count = count
    }
}

/// What a tie says of two strengths `a` and `b` (as e to the power of the fitted ones).
public enum TieModel: Sendable, Equatable {
    /// Nothing: ties are left out.
    case drop
    /// Half a win for each.
    case half
    /// Davidson, 1970: `P(left) = a / (a + b + ν√(ab))`, ν fitted.
    case davidson
    /// Rao and Kupper, 1967: `P(left) = a / (a + θb)`; θ fitted where it is nil.
    case raoKupper(theta: Double?)
}

/// Strengths of competitors in the model of Bradley and Terry: `P(i beats j) = σ(b_i − b_j)`.
public struct BradleyTerryFit: Sendable, Equatable {
    /// The strengths b, with mean 0.
    public var strengths: [Double]
    /// Their standard errors; nil with a model of ties.
    public var standardErrors: [Double]?
    /// Davidson's ν or Rao and Kupper's θ; nil with ties dropped or halved.
    public var tieParameter: Double?
    /// The logarithm of the likelihood of all comparisons.
    public var logLikelihood: Double
    /// How many steps the fit took.
    public var steps: Int

    /// The strengths on the scale of Elo: 1000 in the mean, and 400 apart for odds of 10 to 1.
    public var elo: [Double] { strengths.map { 1000 + 400 * $0 / naturalLogarithm(10) } }
}

/// Fits strengths to comparisons by minorisation and maximisation (Hunter, 2004).
///
/// `prior` is added to the wins of everyone over everyone; without one, the strengths exist only
/// if everyone has beaten everyone else at least over others, and otherwise `notConnected` names
/// the groups. Stops when no strength moves by `tolerance`. In any order of comparisons.
public func bradleyTerry(
    competitors: Int, _ comparisons: [Comparison], ties: TieModel = .half, prior: Double = 0,
    tolerance: Double = 1e-12, limit: Int = 100_000
) throws(BradleyTerryError) -> BradleyTerryFit {
    let tally = try Tally(competitors, comparisons, ties: ties, prior: prior)
    let groups = tally.groups()
    if groups.count > 1 { throw .notConnected(groups: groups) }
    var model = PairModel(tally: tally, ties: ties)
    var steps = 0
    while true {
        guard steps < limit else { throw .notConverged(steps: steps) }
        steps += 1
        // Also ends on a difference that is no number, which cannot be as long as all is finite.
        if !(model.step() >= tolerance) { break }
    }
    return BradleyTerryFit(
        strengths: model.strengths, standardErrors: model.standardErrors(),
        tieParameter: model.tieParameter, logLikelihood: model.logLikelihood(), steps: steps)
}

/// Why strengths cannot be fitted.
public enum BradleyTerryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A comparison names a competitor that there is not, or one with itself.
    case competitor(Comparison, competitors: Int)
    /// A count, a prior or a θ is out of its range.
    case invalidNumber(field: String, value: Double)
    /// Nobody of a group has lost to anybody of a later one; best first where they met.
    case notConnected(groups: [[Int]])
    /// The strengths still moved after so many steps.
    case notConverged(steps: Int)

    /// Says what is wrong and what to do instead.
    public var description: String {
        switch self {
        case .competitor(let comparison, let competitors):
            "a comparison of \(comparison.left) with \(comparison.right) cannot be: there are "
                + "\(competitors) competitors, numbered from 0, and none is compared with itself"
        case .invalidNumber(let field, let value):
            "the \(field) is \(value); counts and priors must be finite and at least 0, and θ "
                + "above 1"
        case .notConnected(let groups):
            "the strengths are not bounded, because no win leads from one of these groups to an "
                + "earlier one: "
                + groups.map { $0.map(String.init).joined(separator: ", ") }
                .joined(separator: " | ") + "; compare more, or give a prior"
        case .notConverged(let steps):
            "the strengths still move after \(steps) steps; raise the limit or the tolerance"
        }
    }
}

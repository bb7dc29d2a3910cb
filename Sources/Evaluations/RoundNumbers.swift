/// Everything measured at a round's end that gates may look at; what is absent was not measured.
public struct RoundNumbers: Sendable, Equatable {
    /// The new policy against the one the round started from.
    public var comparison: PolicyComparison?
    /// By modality, the share of trained pairs whose winner the policy now prefers.
    public var implicitAccuracy: [String: Double]
    /// The same of pairs that were kept out of the training.
    public var heldOutAccuracy: [String: Double]
    /// By name, what guards measured on the new policy; `weight_change` is one of them.
    public var guards: [String: Double]
    /// Fréchet distances to ground truth.
    public var frechet: DistanceChange?
    /// Kernel distances to ground truth.
    public var kernel: DistanceChange?

    /// Holds what was measured.
    public init(
        comparison: PolicyComparison? = nil, implicitAccuracy: [String: Double] = [:],
        heldOutAccuracy: [String: Double] = [:], guards: [String: Double] = [:],
        frechet: DistanceChange? = nil, kernel: DistanceChange? = nil
    ) {
        self.comparison = comparison
        self.implicitAccuracy = implicitAccuracy
        self.heldOutAccuracy = heldOutAccuracy
        self.guards = guards
        self.frechet = frechet
        self.kernel = kernel
    }
}

/// Two policies' distances to the same ground truth; smaller is better.
public struct DistanceChange: Sendable, Equatable, Codable {
    /// The first policy's distance.
    public var before: Double
    /// The second policy's distance.
    public var after: Double

    /// Holds two distances.
    public init(before: Double, after: Double) {
        self.before = before
        self.after = after
    }
}

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

    /// Holds what was measured.
    public init(
        comparison: PolicyComparison? = nil, implicitAccuracy: [String: Double] = [:],
        heldOutAccuracy: [String: Double] = [:], guards: [String: Double] = [:]
    ) {
        self.comparison = comparison
        self.implicitAccuracy = implicitAccuracy
        self.heldOutAccuracy = heldOutAccuracy
        self.guards = guards
    }
}

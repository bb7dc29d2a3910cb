import Samplers

/// Which part of training a prompt of the bounce world is for; no prompt is in two.
public enum BounceSplit: String, Sendable, CaseIterable {
    /// The base model is trained on these.
    case base
    /// Pairs are made from these.
    case preference
    /// Settings are chosen on these.
    case tuning
    /// Results are reported on these, which nothing was chosen on.
    case evaluation

    /// How many prompts it has; together 972.
    public var size: Int {
        switch self {
        case .base: 500
        case .preference: 252
        case .tuning: 100
        case .evaluation: 120
        }
    }

    /// Its prompts, in the order of a fixed shuffle.
    public var prompts: ArraySlice<BouncePrompt> {
        let earlier = Self.allCases.prefix { $0 != self }.map(\.size).reduce(0, +)
        return Self.shuffled[earlier..<earlier + size]
    }

    /// All prompts by a random word of their place: the same order on every machine.
    private static let shuffled: [BouncePrompt] = {
        let keys = BouncePrompt.all.indices.map { index in
            Philox.block(counter: SIMD4(UInt32(index), 0, 0, 0), key: SIMD2(0x6f62, 0x756e))
        }
        let order = keys.indices.sorted {
            (keys[$0][0], keys[$0][1], $0) < (keys[$1][0], keys[$1][1], $1)
        }
        return order.map { BouncePrompt.all[$0] }
    }()
}

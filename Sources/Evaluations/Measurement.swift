import Campaigns

/// One number that gates may name.
struct Measurement {
    var value: Double
    /// The ends of its interval.
    var lower, upper: Double?
    /// The same number of the policy from before.
    var before: Double?
    var isLargerBetter = true
}

/// What a round will have measured when its gates are judged, known before it begins.
public struct MeasurementNames: Sendable, Equatable {
    /// What can be asked of each name.
    enum Kind: Sendable, Equatable {
        case winRate, gain
        /// A raw score or a distance, which the policy from before has too.
        case compared
        case plain

        var test: Round.Gate.Test? {
            switch self {
            case .winRate: .wilsonLower
            case .gain: .bootstrapLower
            case .compared, .plain: nil
            }
        }
    }

    let kinds: [String: Kind]

    /// Every name, in alphabetical order.
    public var all: [String] { kinds.keys.sorted() }

    /// Names what can be measured with these dimensions.
    ///
    /// `trained` are the modalities of the loss, whose implicit accuracies a training reports;
    /// `guards` the names of what guards measure, such as `weight_change`, `distances` the
    /// modalities whose distances to ground truth are measured. Where a dimension is called like a
    /// modality, `total` or `judge`, the gain is the modality's or the total's.
    public init(
        dimensions: [ComparedDimension], trained: [String], guards: [String] = ["weight_change"],
        distances: [String] = []
    ) {
        var kinds: [String: Kind] = [:]
        for dimension in dimensions {
            kinds["eval/\(dimension.name)"] = .compared
            kinds["gain/\(dimension.name)"] = .gain
        }
        // After those of dimensions, because these names are fixed.
        for dimension in dimensions where dimension.role == .ranked {
            if let modality = dimension.modality { kinds["gain/\(modality)"] = .gain }
            kinds["gain/total"] = .gain
            kinds["eval/win_rate"] = .winRate
        }
        if dimensions.contains(where: { $0.role == .heldOut }) {
            kinds["gain/judge"] = .gain
            kinds["eval/win_rate_judge"] = .winRate
        }
        for modality in trained {
            kinds["train/implicit_acc_\(modality)"] = .plain
            kinds["train/held_out_acc_\(modality)"] = .plain
        }
        for name in guards { kinds["guard/\(name)"] = .plain }
        for modality in distances {
            for name in Self.distances(modality) { kinds[name] = .compared }
        }
        self.kinds = kinds
    }
}

extension MeasurementNames {
    /// The names of a modality's distances.
    fileprivate static func distances(_ modality: String) -> [String] {
        ["eval/frechet_\(modality)", "eval/kernel_\(modality)"]
    }

    /// Whether a name asks for a distance, of whatever modality.
    static func isDistance(_ name: String) -> Bool {
        ["eval/frechet", "eval/kernel"].contains { name == $0 || name.hasPrefix("\($0)_") }
    }
}

extension RoundNumbers {
    /// Every number by its name.
    var measurements: [String: Measurement] {
        var found: [String: Measurement] = [:]
        if let comparison { found = comparison.measurements }
        for (modality, share) in implicitAccuracy {
            found["train/implicit_acc_\(modality)"] = Measurement(value: share)
        }
        for (modality, share) in heldOutAccuracy {
            found["train/held_out_acc_\(modality)"] = Measurement(value: share)
        }
        for (name, value) in guards { found["guard/\(name)"] = Measurement(value: value) }
        return found
    }
}

extension PolicyComparison {
    fileprivate var measurements: [String: Measurement] {
        var found: [String: Measurement] = [:]
        for one in dimensions {
            let name = one.dimension.name
            found["eval/\(name)"] = one.after.map {
                Measurement(
                    value: $0, before: one.before, isLargerBetter: one.dimension.sign > 0)
            }
            found["gain/\(name)"] = one.gain.map(Measurement.init)
        }
        for one in ranked?.modalities ?? [] {
            found["gain/\(one.name)"] = one.gain.map(Measurement.init)
        }
        if let ranked { found["gain/total"] = ranked.total.gain.map(Measurement.init) }
        if let judge { found["gain/judge"] = judge.total.gain.map(Measurement.init) }
        for one in distances?.modalities ?? [] {
            for (name, distance) in zip(
                MeasurementNames.distances(one.name), [one.frechet, one.kernel])
            {
                found[name] = Measurement(
                    value: distance.after, before: distance.before, isLargerBetter: false)
            }
        }
        found["eval/win_rate"] = ranked?.total.wins.map(Measurement.init)
        found["eval/win_rate_judge"] = judge?.total.wins.map(Measurement.init)
        return found
    }
}

extension Measurement {
    fileprivate init(_ gain: Estimate) {
        self.init(value: gain.value, lower: gain.lower, upper: gain.upper)
    }

    fileprivate init(_ wins: PromptWins) {
        self.init(value: wins.rate, lower: wins.lower, upper: wins.upper)
    }
}

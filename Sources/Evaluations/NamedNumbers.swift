extension RoundNumbers {
    /// Every number by the name that gates use, in the order of names.
    ///
    /// Beside `gain/total` stand the ends of its 95 % interval, `gain/total_lower` and `…_upper`;
    /// beside `eval/sync` that of the policy before, `eval/sync_before`.
    public var named: [(name: String, value: Double)] {
        var named: [(name: String, value: Double)] = []
        for (name, found) in measurements.sorted(by: { $0.key < $1.key }) {
            named.append((name, found.value))
            if let lower = found.lower { named.append((name + "_lower", lower)) }
            if let upper = found.upper { named.append((name + "_upper", upper)) }
            if let before = found.before { named.append((name + "_before", before)) }
        }
        return named
    }
}

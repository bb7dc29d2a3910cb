extension RoundNumbers {
    /// Every number by the name that gates use, in the order of names.
    ///
    /// Beside `gain/total` stand the ends of its 95 % interval, `gain/total_lower` and `…_upper`;
    /// beside `eval/sync` that of the policy before, `eval/sync_before`.
    public var named: [(name: String, value: Double)] {
        measurements.sorted { $0.key < $1.key }.flatMap { name, found in
            let beside = [
                ("_lower", found.lower), ("_upper", found.upper), ("_before", found.before),
            ]
            return [(name: name, value: found.value)]
                + beside.compactMap { end, value in value.map { (name: name + end, value: $0) } }
        }
    }
}

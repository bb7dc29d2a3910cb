public import Campaigns
import Words

/// Judges gates by what a round measured; one verdict for each gate, in their order.
///
/// A number that is missing or not finite never passes.
public func judge(
    _ gates: [Round.Gate], by numbers: RoundNumbers, names: MeasurementNames
) -> [GateVerdict] {
    let measured = numbers.measurements
    return gates.map { gate in
        if let problem = names.problem(with: gate) {
            return GateVerdict(gate, passed: false, sentence: problem)
        }
        guard let number = measured[gate.metric],
            let value = gate.test == nil ? number.value : number.lower, value.isFinite
        else {
            return GateVerdict(
                gate, passed: false,
                sentence: "\(gate.metric) was not measured, so the gate is not passed.")
        }
        return gate.judged(number, by: value)
    }
}

extension MeasurementNames {
    /// Returns what is wrong with a gate before anything is measured; nil for a sound one.
    public func problem(with gate: Round.Gate) -> String? {
        guard let kind = kinds[gate.metric] else {
            if Self.isDistance(gate.metric), !all.contains(where: Self.isDistance) {
                return "\(gate.metric) is measured only where a round's evaluate asks for it; add "
                    + "distances: {embedder: ...} there, or remove the gate"
            }
            return "\(gate.metric) is nothing that this round measures; "
                + "\(hint(for: gate.metric, among: all))"
        }
        if let test = gate.test, test != kind.test {
            let advice =
                kind.test.map { "use test \($0.rawValue), or none" } ?? "leave the test out"
            return "\(gate.metric) has no \(test.words); \(advice)"
        }
        if gate.maxRegression != nil, kind != .compared {
            return "\(gate.metric) has no value from before, so it cannot be so many percent "
                + "worse; give it a min or max instead of max_regression"
        }
        if gate.min == nil, gate.max == nil, gate.maxRegression == nil {
            return "the gate on \(gate.metric) has no bound; add min, max or max_regression"
        }
        return nil
    }
}

extension Round.Gate {
    /// Compares a number, or the end of its interval that the test asks for, with the bounds.
    fileprivate func judged(_ number: Measurement, by value: Double) -> GateVerdict {
        var wrong: [String] = []
        if let min, value < min { wrong.append("below \(short(min))") }
        if let max, value > max { wrong.append("above \(short(max))") }
        if let maxRegression, let problem = regression(number, most: maxRegression) {
            wrong.append(problem)
        }
        let found =
            test.map { "\(short(value)) (\($0.words); the value is \(short(number.value)))" }
            ?? short(value)
        let end =
            wrong.isEmpty ? "\(bounds), as asked" : "\(listed(wrong)), where \(bounds) was asked"
        return GateVerdict(
            self, value: value, passed: wrong.isEmpty, sentence: "\(metric) is \(found), \(end).")
    }

    /// Returns how much worse than before a number is when that is too much.
    private func regression(_ number: Measurement, most: Double) -> String? {
        guard let before = number.before, before.isFinite else {
            return "without a value from before to compare with"
        }
        let loss = number.isLargerBetter ? before - number.value : number.value - before
        if loss <= 0 { return nil }
        guard before != 0 else { return "worse than before, which was 0" }
        let percent = loss / before.magnitude * 100
        // 1.96 is 2 % below 2, whatever the last bit says.
        return percent <= most * (1 + 1e-9)
            ? nil : "\(short(percent)) % worse than before, which was \(short(before))"
    }
}

extension GateVerdict {
    fileprivate init(_ gate: Round.Gate, value: Double? = nil, passed: Bool, sentence: String) {
        self.init(
            metric: gate.metric, value: value, bound: gate.bounds, passed: passed,
            sentence: sentence)
    }
}

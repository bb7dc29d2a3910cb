/// A sum with Neumaier's correction, so that 100 000 terms lose no digits.
struct CompensatedSum {
    private var sum = 0.0
    private var lost = 0.0

    var value: Double { sum + lost }

    mutating func add(_ term: Double) {
        let next = sum + term
        lost += sum.magnitude >= term.magnitude ? (sum - next) + term : (term - next) + sum
        sum = next
    }
}

extension Double {
    /// Whether the number can be counted with: finite, and its square is so as well.
    public var isCountable: Bool { magnitude <= 1e140 }
}

extension Sequence where Element == Double {
    /// The sum of the terms in their order, corrected for rounding.
    func sum() -> Double {
        var sum = CompensatedSum()
        for term in self { sum.add(term) }
        return sum.value
    }
}

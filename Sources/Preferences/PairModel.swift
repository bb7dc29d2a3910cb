/// The likelihood of a tally under a model of ties, and the steps that raise it.
struct PairModel {
    let tally: Tally
    private let model: TieModel
    /// e to the power of the strengths; geometric mean 1.
    private var powers: [Double]
    /// Davidson's ν or Rao and Kupper's θ; nil with ties dropped or halved.
    private(set) var tieParameter: Double?

    init(tally: Tally, ties: TieModel) {
        self.tally = tally
        model = ties
        powers = Array(repeating: 1, count: tally.count)
        let hasTies = tally.ties.contains { $0 > 0 }
        tieParameter =
            switch ties {
            case .drop, .half: nil
            case .davidson: hasTies ? 1 : 0
            case .raoKupper(let theta): theta ?? (hasTies ? 2 : 1)
            }
    }

    /// The strengths, with mean 0.
    var strengths: [Double] { powers.map(naturalLogarithm) }

    /// Takes one step and returns the largest change of a strength.
    mutating func step() -> Double {
        let before = strengths
        let raised = powers.indices.map { one in
            tally.count == 1 ? 1 : credit(one) / burden(one)
        }
        let mean = raised.map(naturalLogarithm).sum() / Double(max(1, raised.count))
        powers = raised.map { $0 / exponential(mean) }
        var change = zip(before, strengths).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
        if let parameter = tieParameter {
            tieParameter = raisedTieParameter(parameter)
            change = max(change, ((tieParameter ?? 0) - parameter).magnitude)
        }
        return change
    }

    private func chances(_ a: Double, _ b: Double) -> (win: Double, tie: Double) {
        model.chances(a, b, parameter: tieParameter)
    }

    private func win(_ one: Int, _ other: Int) -> Double { tally.wins[one * tally.count + other] }

    private func tie(_ one: Int, _ other: Int) -> Double { tally.ties[one * tally.count + other] }

    private func others(than one: Int) -> some Sequence<Int> {
        (0..<tally.count).lazy.filter { $0 != one }
    }

    /// What speaks for a competitor: its wins, and its ties as the model counts them.
    private func credit(_ one: Int) -> Double {
        let share = if case .raoKupper = model { 1.0 } else { 0.5 }
        return others(than: one).map { win(one, $0) + share * tie(one, $0) }.sum()
    }

    /// What its strength is divided by, at the present strengths.
    private func burden(_ one: Int) -> Double {
        others(than: one).map { other in
            let (a, b) = (powers[one], powers[other])
            switch model {
            case .drop, .half:
                return (win(one, other) + win(other, one)) / (a + b)
            case .davidson:
                let nu = tieParameter ?? 0
                let count = win(one, other) + win(other, one) + tie(one, other)
                return count * (1 + nu / 2 * (b / a).squareRoot())
                    / (a + b + nu * (a * b).squareRoot())
            case .raoKupper:
                let theta = tieParameter ?? 1
                return (win(one, other) + tie(one, other)) / (a + theta * b)
                    + theta * (win(other, one) + tie(one, other)) / (b + theta * a)
            }
        }.sum()
    }

    private func raisedTieParameter(_ parameter: Double) -> Double {
        var (ties, sum) = (CompensatedSum(), CompensatedSum())
        for one in powers.indices {
            for other in others(than: one) {
                let (a, b) = (powers[one], powers[other])
                ties.add(tie(one, other) / 2)
                switch model {
                case .davidson where one < other:
                    let count = win(one, other) + win(other, one) + tie(one, other)
                    let root = (a * b).squareRoot()
                    sum.add(count * root / (a + b + parameter * root))
                case .raoKupper(nil):
                    sum.add((win(one, other) + tie(one, other)) * b / (a + parameter * b))
                case .drop, .half, .davidson, .raoKupper: break
                }
            }
        }
        guard sum.value > 0, ties.value > 0 else { return parameter }
        if case .davidson = model { return ties.value / sum.value }
        let ratio = ties.value / sum.value
        return ratio + (ratio * ratio + 1).squareRoot()
    }

    /// The logarithm of the probability of all comparisons.
    func logLikelihood() -> Double {
        var sum = CompensatedSum()
        for one in powers.indices {
            for other in others(than: one) {
                let chance = chances(powers[one], powers[other])
                if win(one, other) > 0 {
                    sum.add(win(one, other) * naturalLogarithm(chance.win))
                }
                if one < other, tie(one, other) > 0 {
                    sum.add(tie(one, other) * naturalLogarithm(chance.tie))
                }
            }
        }
        return sum.value
    }

    /// The roots of the diagonal of the information's pseudo-inverse; nil with a model of ties.
    func standardErrors() -> [Double]? {
        guard tieParameter == nil, tally.count > 0 else { return nil }
        let count = tally.count
        // The information is a Laplacian: adding 1/n everywhere makes it invertible, and taking
        // 1/n away from the inverse gives the pseudo-inverse.
        var matrix = (0..<count).map { _ in Array(repeating: 1 / Double(count), count: count) }
        for one in 0..<count {
            for other in others(than: one) {
                let chance = chances(powers[one], powers[other]).win
                let met = win(one, other) + win(other, one)
                matrix[one][one] += met * chance * (1 - chance)
                matrix[one][other] -= met * chance * (1 - chance)
            }
        }
        return diagonalOfInverse(&matrix).map { max(0, $0 - 1 / Double(count)).squareRoot() }
    }
}

extension TieModel {
    /// Returns the probabilities that the first of two powers wins, and that the two tie.
    func chances(_ a: Double, _ b: Double, parameter: Double?) -> (win: Double, tie: Double) {
        let parameter = parameter ?? 0
        switch self {
        case .drop, .half:
            return (a / (a + b), 0)
        case .davidson:
            let tie = parameter * (a * b).squareRoot()
            return (a / (a + b + tie), tie / (a + b + tie))
        case .raoKupper:
            let (left, right) = (a + parameter * b, parameter * a + b)
            return (a / left, (parameter * parameter - 1) * a * b / (left * right))
        }
    }
}

/// Returns the diagonal of the inverse of a symmetric positive definite matrix, by Cholesky.
private func diagonalOfInverse(_ matrix: inout [[Double]]) -> [Double] {
    let count = matrix.count
    for row in 0..<count {
        for column in 0...row {
            var sum = matrix[row][column]
            for index in 0..<column { sum -= matrix[row][index] * matrix[column][index] }
            matrix[row][column] = row == column ? sum.squareRoot() : sum / matrix[column][column]
        }
    }
    return (0..<count).map { unit in
        // The inverse's diagonal is the squared length of the solution of L x = unit.
        var solution = Array(repeating: 0.0, count: count)
        for row in unit..<count {
            var value = row == unit ? 1.0 : 0
            for index in unit..<row { value -= matrix[row][index] * solution[index] }
            solution[row] = value / matrix[row][row]
        }
        return solution.reduce(0) { $0 + $1 * $1 }
    }
}

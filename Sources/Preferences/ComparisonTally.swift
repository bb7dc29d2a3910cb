/// How often each competitor beat and tied with each other.
struct Tally {
    let count: Int
    /// `wins[winner * count + loser]`.
    private(set) var wins: [Double]
    /// `ties[one * count + other]`, the same both ways.
    private(set) var ties: [Double]

    init(
        _ count: Int, _ comparisons: [Comparison], ties model: TieModel, prior: Double
    ) throws(BradleyTerryError) {
        self.count = max(0, count)
        guard prior.isCountable, prior >= 0 else {
            throw .invalidNumber(field: "prior", value: prior)
        }
        if case .raoKupper(let theta?) = model, !(theta.isCountable && theta > 1) {
            throw .invalidNumber(field: "θ", value: theta)
        }
        wins = Array(repeating: 0, count: self.count * self.count)
        ties = wins
        // Sorted, so that sums of fractions do not depend on the order of the comparisons.
        for comparison in comparisons.sorted(by: { $0.count < $1.count }) {
            let places = 0..<self.count
            guard places.contains(comparison.left), places.contains(comparison.right),
                comparison.left != comparison.right
            else { throw .competitor(comparison, competitors: self.count) }
            guard comparison.count.isCountable, comparison.count >= 0 else {
                throw .invalidNumber(field: "count of a comparison", value: comparison.count)
            }
            add(comparison, model)
        }
        for one in 0..<self.count {
            for other in 0..<self.count where one != other {
                wins[one * self.count + other] += prior
            }
        }
    }

    private mutating func add(_ comparison: Comparison, _ model: TieModel) {
        let forth = comparison.left * count + comparison.right
        let back = comparison.right * count + comparison.left
        switch (comparison.vote, model) {
        case (.left, _): wins[forth] += comparison.count
        case (.right, _): wins[back] += comparison.count
        case (.tie, .drop): break
        case (.tie, .half):
            wins[forth] += comparison.count / 2
            wins[back] += comparison.count / 2
        case (.tie, .davidson), (.tie, .raoKupper):
            ties[forth] += comparison.count
            ties[back] += comparison.count
        }
    }

    /// Returns the groups within which wins lead from everyone to everyone; a tie leads both ways.
    ///
    /// A group stands before those that it has beaten.
    func groups() -> [[Int]] {
        let reach = (0..<count).map(reachable)
        var groups: [[Int]] = []
        var isPlaced = Array(repeating: false, count: count)
        // Who reaches more stands above; equals in reach are either one group or never met.
        let order = (0..<count).sorted {
            let (left, right) = (reach[$0].count { $0 }, reach[$1].count { $0 })
            return left != right ? left > right : $0 < $1
        }
        for one in order where !isPlaced[one] {
            let group = (0..<count).filter { reach[one][$0] && reach[$0][one] }
            for member in group { isPlaced[member] = true }
            groups.append(group)
        }
        return groups
    }

    private func reachable(from start: Int) -> [Bool] {
        var isReached = Array(repeating: false, count: count)
        isReached[start] = true
        var open = [start]
        while let one = open.popLast() {
            for other in 0..<count where !isReached[other] {
                guard wins[one * count + other] > 0 || ties[one * count + other] > 0 else {
                    continue
                }
                isReached[other] = true
                open.append(other)
            }
        }
        return isReached
    }
}

import Glibc

/// The loss of telling which of many belong together, over rows and columns of their likeness.
///
/// Several may belong to one: the wanted share is then the same for each of them.
/// Source: van den Oord and others, "Representation learning with contrastive predictive coding"
/// (2018), in both directions as CLIP has it.
struct ContrastiveLoss {
    /// The mean of both directions.
    private(set) var loss = 0.0
    /// The derivative by each likeness, in row-major order.
    private(set) var gradient: [Float]

    /// Takes likenesses `[rows, columns]`; only the first columns choose among the rows.
    init(
        _ likeness: [Float], rows: Int, columns: Int, choosing: Int,
        belong: (_ row: Int, _ column: Int) -> Bool
    ) {
        gradient = [Float](repeating: 0, count: likeness.count)
        for row in 0..<rows {
            let places = (0..<columns).map { row * columns + $0 }
            add(likeness, places, 0.5 / Double(rows)) { belong(row, $0) }
        }
        for column in 0..<choosing {
            let places = (0..<rows).map { $0 * columns + column }
            add(likeness, places, 0.5 / Double(choosing)) { belong($0, column) }
        }
    }

    private mutating func add(
        _ likeness: [Float], _ places: [Int], _ weight: Double, _ belongs: (Int) -> Bool
    ) {
        let largest = places.reduce(-Float.infinity) { max($0, likeness[$1]) }
        let powers = places.map { exp(Double(likeness[$0] - largest)) }
        let sum = powers.reduce(0, +)
        let wanted = places.indices.filter(belongs)
        guard !wanted.isEmpty else { return }
        for (index, place) in places.enumerated() {
            gradient[place] += Float(weight * powers[index] / sum)
        }
        let share = weight / Double(wanted.count)
        for index in wanted {
            gradient[places[index]] -= Float(share)
            loss -= share * log(max(powers[index] / sum, 1e-30))
        }
    }
}

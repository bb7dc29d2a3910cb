/// Replaces values by their ranks, ascending from 1; equal values share the mean of their ranks.
///
/// The rank is `below + (equal + 1) / 2` with both counts over the population alone: a value that
/// is not in it stands half-way between its neighbours, `½` below all and `n + ½` above.
func rank(
    _ values: inout [Double], in rows: Range<Int>, population: (Int) -> Bool,
    _ order: inout [RankedValue]
) {
    order.removeAll(keepingCapacity: true)
    for row in rows { order.append(RankedValue(value: values[row], row: row)) }
    order.sort { $0.value < $1.value }
    var start = 0
    var below = 0
    while start < order.count {
        var end = start
        var equal = 0
        while end < order.count, order[end].value == order[start].value {
            if population(order[end].row) { equal += 1 }
            end += 1
        }
        for entry in order[start..<end] {
            values[entry.row] = Double(below) + Double(equal + 1) / 2
        }
        below += equal
        start = end
    }
}

/// A value and the row it stands in.
struct RankedValue {
    var value: Double
    var row: Int
}

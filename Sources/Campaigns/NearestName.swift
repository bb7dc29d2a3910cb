/// Returns the known name that a person most likely meant, or nil when none is near.
///
/// Near is at most two edits (insert, delete, replace, swap neighbours), or a third of the name's
/// length for long names; or else one name begins the other. Equally near names go by the
/// alphabet, so messages never change.
func nearestName(to name: String, among known: [String]) -> String? {
    let limit = max(2, name.count / 3)
    let near = known.sorted().map { (name: $0, edits: edits(from: name, to: $0)) }
        .filter { $0.edits <= limit && $0.edits < max(name.count, $0.name.count) }
    if let nearest = near.min(by: { $0.edits < $1.edits }) { return nearest.name }
    guard name.count > 2 else { return nil }
    return known.sorted().first { $0.hasPrefix(name) || (name.hasPrefix($0) && $0.count > 2) }
}

/// Returns a hint for an unknown name: the nearest one, or all that may be written.
///
/// `refused` are names that a person may mean but that are not to be listed.
func hint(for name: String, among known: [String], or refused: [String] = []) -> String {
    if let nearest = nearestName(to: name, among: known + refused) {
        return "did you mean '\(nearest)'?"
    }
    return known.isEmpty
        ? "none is known here" : "known here: \(known.sorted().joined(separator: ", "))"
}

/// Returns the optimal string alignment distance, case ignored.
private func edits(from left: String, to right: String) -> Int {
    let left = Array(left.lowercased())
    let right = Array(right.lowercased())
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var rows = Array(
        repeating: Array(repeating: 0, count: right.count + 1), count: left.count + 1)
    for row in 0...left.count { rows[row][0] = row }
    for column in 0...right.count { rows[0][column] = column }
    for row in 1...left.count {
        for column in 1...right.count {
            let isSame = left[row - 1] == right[column - 1]
            var best = min(
                rows[row - 1][column] + 1, rows[row][column - 1] + 1,
                rows[row - 1][column - 1] + (isSame ? 0 : 1))
            if row > 1, column > 1, left[row - 1] == right[column - 2],
                left[row - 2] == right[column - 1]
            {
                best = min(best, rows[row - 2][column - 2] + 1)
            }
            rows[row][column] = best
        }
    }
    return rows[left.count][right.count]
}

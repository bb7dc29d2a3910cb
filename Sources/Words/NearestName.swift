/// Returns the known name that a person most likely meant, or nil when none is near.
///
/// One edit (insert, delete, replace, swap neighbours) is nearest, then a name that begins with
/// what was written, then two edits, or a third of the name's length for long names, then a name
/// that ends with a dot and it, then one that begins it. Equally near names go by the alphabet, so
/// messages never change.
public func nearestName(to name: String, among known: [String]) -> String? {
    nearestNames(to: name, among: known).first
}

/// Returns a hint for an unknown name: the nearest one, or all that may be written.
public func hint(for name: String, among known: [String]) -> String {
    let nearest = nearestNames(to: name, among: known).prefix(3).map { "'\($0)'" }
    if !nearest.isEmpty { return "did you mean \(nearest.joined(separator: " or "))?" }
    return known.isEmpty
        ? "none is known here" : "known here: \(known.sorted().joined(separator: ", "))"
}

/// Returns the nearest names; more than one only where all begin with what was written.
private func nearestNames(to name: String, among known: [String]) -> [String] {
    let limit = max(2, name.count / 3)
    let near = known.sorted().map { (name: $0, edits: edits(from: name, to: $0)) }
        .filter { $0.edits <= limit && $0.edits < max(name.count, $0.name.count) }
    let nearest = near.min { $0.edits < $1.edits }
    if let nearest, nearest.edits <= 1 { return [nearest.name] }
    let longer = name.count > 2 ? known.sorted().filter { $0.hasPrefix(name) } : []
    if !longer.isEmpty { return longer }
    if let nearest { return [nearest.name] }
    if let column = known.sorted().first(where: { $0.hasSuffix(".\(name)") }) { return [column] }
    guard name.count > 2 else { return [] }
    return known.sorted().first { name.hasPrefix($0) && $0.count > 2 }.map { [$0] } ?? []
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

/// Why a text is not a filter.
public struct FilterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The filter as it was written.
    public var text: String
    /// Where in it, in characters from 1; one past the end when something is missing there.
    public var position: Int
    /// What is wrong there and what to write instead.
    public var message: String

    /// The filter, the place, and the message.
    public var description: String {
        "filter `\(text)`, character \(position): \(message)"
    }
}

/// Returns the name that was probably meant; nil when none is near enough.
func nearest(to word: String, of names: [String]) -> String? {
    let wanted = Array(word.lowercased())
    let limit = max(1, wanted.count / 3)
    let found = names.map { (name: $0, distance: distance(wanted, Array($0.lowercased()))) }
        .min { $0.distance < $1.distance }
    guard let found else { return nil }
    if found.distance <= limit { return found.name }
    return names.first { $0.hasPrefix(word) || $0.hasSuffix("." + word) }
}

/// How many letters must be added, taken away, changed or swapped with their neighbour.
private func distance(_ a: [Character], _ b: [Character]) -> Int {
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            let changed = last[j] + (a[i] == b[j] ? 0 : 1)
            var least = min(changed, last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                least = min(least, before[j - 1] + 1)
            }
            row.append(least)
        }
        before = last
        last = row
    }
    return last[b.count]
}

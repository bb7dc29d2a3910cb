/// Labels that an operator has set over a worker's own, and own ones that are to be ignored.
public struct OperatorLabels: Hashable, Sendable, Codable {
    /// Labels over the worker's own.
    public var added: [String: String] = [:]
    /// Keys of own labels that do not count; sorted.
    public var hidden: [String] = []

    /// None.
    public init() {}

    /// Whether nothing is said.
    public var isEmpty: Bool { added.isEmpty && hidden.isEmpty }

    /// The labels that count for a worker that says these of itself.
    public func applied(to own: [Registration.Label]) -> [String: String] {
        var labels: [String: String] = [:]
        for label in own where !hidden.contains(label.key) { labels[label.key] = label.value }
        return labels.merging(added) { _, wanted in wanted }
    }

    /// Sets and removes labels; a removed own one is hidden.
    mutating func change(set new: [String: String], remove keys: [String]) {
        for (key, value) in new { added[key] = value }
        hidden.removeAll { new[$0] != nil }
        for key in keys {
            added[key] = nil
            if !hidden.contains(key) { hidden.append(key) }
        }
        hidden.sort()
    }
}

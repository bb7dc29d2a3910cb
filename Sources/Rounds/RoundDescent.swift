import Campaigns
public import Evaluations

/// Which rounds start from which, and what grew from some of them.
public struct RoundDescent: Sendable {
    private let records: [RoundRecord]

    /// A round that was trained on something, and how.
    public struct Use: Sendable {
        /// The round.
        public var label: String
        /// What is to be said of it.
        public var facts: [LineageNode.Fact]
        /// The pairs by which it was.
        public var pairs: [LineageNode]

        /// Describes a round's use of something.
        public init(label: String, facts: [LineageNode.Fact], pairs: [LineageNode] = []) {
            (self.label, self.facts, self.pairs) = (label, facts, pairs)
        }
    }

    /// Looks at all rounds.
    public init(_ records: [RoundRecord]) { self.records = records }

    /// The round whose adapter a round starts from, under its own name or another; nil for none.
    public func parent(of record: RoundRecord) -> RoundRecord? {
        if record.start > 0 {
            return records.first { $0.name == record.name && $0.number == record.start }
        }
        guard let declared = HashedFile(record.round.policy.adapter) else { return nil }
        return records.first { other in
            other.label != record.label && other.adapter?.sha256 == declared.sha256
        }
    }

    /// The rounds that were trained on something, each with its pairs and what grew from it.
    ///
    /// A round that starts from another one of them stands below that.
    public func trees(of uses: [Use]) -> [LineageNode] {
        let used = Dictionary(uniqueKeysWithValues: uses.map { ($0.label, $0) })
        return records.filter { record in
            guard used[record.label] != nil else { return false }
            var ancestor = parent(of: record)
            while let found = ancestor {
                if used[found.label] != nil { return false }
                ancestor = parent(of: found)
            }
            return true
        }.map { tree(of: $0, used) }
    }

    private func tree(of record: RoundRecord, _ used: [String: Use]) -> LineageNode {
        var node = LineageNode(
            kind: "round", name: record.label, facts: [.init("state", record.state.word)])
        if let adapter = record.adapter {
            node.facts.append(.init("adapter", adapter.sha256))
            node.facts.append(.init("file", adapter.path))
        }
        if let use = used[record.label] {
            node.facts += use.facts
            node.children = use.pairs
        }
        if let parent = parent(of: record) {
            node.facts.append(.init("starts from", parent.label))
        }
        node.children += records.filter { parent(of: $0)?.label == record.label }
            .map { tree(of: $0, used) }
        return node
    }
}

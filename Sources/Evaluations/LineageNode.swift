/// One thing in the history of a result, with what it was made of.
///
/// An adapter's children are its round, base model and pairs; a round's are its campaign, and so
/// on, so that the tree says where every number came from.
public struct LineageNode: Sendable, Equatable, Codable {
    /// What it is, such as `adapter` or `campaign`.
    public var kind: String
    /// Its name.
    public var name: String
    /// What is known of it, in the order in which it is read.
    public var facts: [Fact]
    /// What it was made of.
    public var children: [LineageNode]

    /// One thing known of a node.
    public struct Fact: Sendable, Equatable, Codable {
        /// What is known.
        public var key: String
        /// The value, as a person reads it.
        public var value: String

        /// Holds a fact.
        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// Names a thing and what it was made of.
    public init(
        kind: String, name: String, facts: [Fact] = [], children: [LineageNode] = []
    ) {
        self.kind = kind
        self.name = name
        self.facts = facts
        self.children = children
    }
}

/// The gradients of a number with respect to leaves, added up over any number of walks.
public struct Gradients: Sendable {
    private var leaves: [Int: Tensor] = [:]

    /// Makes an empty set, in which every gradient is zero.
    public init() {}

    /// The gradient with respect to a value made by `tracked`, or nil when nothing depends on it.
    public subscript(_ leaf: Tensor) -> Tensor? { leaf.node.flatMap { leaves[$0.number] } }

    /// Adds the gradients that follow from those with respect to some results.
    ///
    /// The results' nodes are used up. Nodes are passed from the youngest to the oldest, so sums
    /// are added up in one order, whatever the number of threads.
    public mutating func add(from results: [(value: Tensor, gradient: Tensor)]) {
        var walk = Walk(leaves: leaves)
        leaves = [:]
        Recording.$isPaused.withValue(true) {
            for (value, gradient) in results {
                invariant(
                    value.shape == gradient.shape,
                    "a gradient of \(gradient.shape) does not fit a value of \(value.shape)")
                walk.add(gradient.detached(), to: value.node)
            }
            walk.run()
        }
        leaves = walk.leaves
    }
}

/// A walk from results back to leaves, and the gradients that wait for their turn.
struct Walk {
    private(set) var leaves: [Int: Tensor]
    private var waiting: [Int: (node: Node, gradient: Tensor)] = [:]

    init(leaves: [Int: Tensor]) {
        self.leaves = leaves
    }

    /// Adds to a value's gradient, which is worked out only when it is wanted.
    mutating func add(_ gradient: @autoclosure () -> Tensor, to node: Node?) {
        guard let node else { return }
        let more = gradient()
        invariant(more.shape == node.shape, "a gradient of \(more.shape) is not \(node.shape)")
        if var sum = take(node) {
            sum.increase(by: more)
            put(sum, node)
        } else {
            put(more, node)
        }
    }

    /// Adds to the gradient of one range of an axis.
    mutating func add(_ gradient: Tensor, to node: Node?, axis: Int, _ range: Range<Int>) {
        guard let node else { return }
        var sum = take(node) ?? Tensor(repeating: 0, shape: node.shape)
        sum.increase(by: gradient, axis: axis, range)
        put(sum, node)
    }

    mutating func run() {
        while let youngest = waiting.keys.max() {
            guard let (node, gradient) = waiting.removeValue(forKey: youngest) else { break }
            let back = node.takeBack()
            back(gradient, &self)
        }
    }

    /// Takes the sum out, so that it may be written in place.
    private mutating func take(_ node: Node) -> Tensor? {
        node.isLeaf
            ? leaves.removeValue(forKey: node.number)
            : waiting.removeValue(forKey: node.number)?.gradient
    }

    private mutating func put(_ gradient: Tensor, _ node: Node) {
        if node.isLeaf {
            leaves[node.number] = gradient
        } else {
            waiting[node.number] = (node, gradient)
        }
    }
}

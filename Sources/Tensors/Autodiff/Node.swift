import Synchronization

/// A value that gradients flow through: how its gradient becomes those of what it was made from.
///
/// A network runs as it always does; where an input is tracked, each operation leaves a node
/// behind that knows the way back. Whoever holds the result holds the nodes, and nothing else does.
// Unchecked: what changes is `back`, which only the one walk that reaches the node takes.
final class Node: @unchecked Sendable {
    typealias Back = @Sendable (_ gradient: Tensor, _ walk: inout Walk) -> Void

    /// Nodes count in the order they were made, so an operation's number is above its inputs'.
    let number: Int
    let shape: [Int]

    /// nil for a leaf, and once a walk has passed: what it keeps is then freed.
    private var back: Back?
    let isLeaf: Bool

    private static let made = Atomic(0)

    init(_ shape: [Int], _ back: Back?) {
        number = Self.made.add(1, ordering: .relaxed).newValue
        self.shape = shape
        self.back = back
        isLeaf = back == nil
    }

    /// Hands out the way back, once.
    func takeBack() -> Back {
        guard let back else {
            fatalError("gradients were already worked out through this value; run it again")
        }
        self.back = nil
        return back
    }
}

/// Whether operations leave nodes behind.
enum Recording {
    @TaskLocal static var isPaused = false
}

extension Tensor {
    /// Whether gradients are wanted of something that this value depends on.
    public var isTracked: Bool { node != nil }

    /// Returns the same elements as a value whose gradient is wanted.
    public func tracked() -> Tensor {
        var leaf = converted(to: .f32)
        leaf.node = Node(shape, nil)
        return leaf
    }

    /// Returns the same elements as a constant.
    public func detached() -> Tensor {
        var constant = self
        constant.node = nil
        return constant
    }

    /// The same elements, with the way back to `inputs` when one of them is tracked.
    func recorded(from inputs: [Tensor?], _ back: @escaping Node.Back) -> Tensor {
        guard inputs.contains(where: { $0?.node != nil }), !Recording.isPaused else { return self }
        var result = self
        result.node = Node(shape, back)
        return result
    }

    /// Stops the program when an operation that has no way back is asked for one.
    func withoutGradient(_ operation: String) {
        invariant(node == nil || Recording.isPaused, "\(operation) has no gradient")
    }
}

/// Runs a part of a network without keeping what its gradients need, and runs it once more when
/// they are asked for: memory for the price of a second forward pass.
public func recomputed(_ part: @escaping @Sendable () -> Tensor) -> Tensor {
    if Recording.isPaused { return part() }
    var result = Recording.$isPaused.withValue(true) { part() }
    // The second run's nodes are the youngest, so the walk passes them before all that it knew.
    result.node = Node(result.shape) { gradient, walk in
        let again = Recording.$isPaused.withValue(false) { part() }
        walk.add(gradient, to: again.node)
    }
    return result
}

/// What a way back keeps of an input: its elements when they are needed, its shape always.
struct Kept: Sendable {
    let shape: [Int]
    private let elements: Tensor?

    init(_ tensor: Tensor, if isNeeded: Bool) {
        shape = tensor.shape
        elements = isNeeded ? tensor.detached() : nil
    }

    var values: Tensor {
        guard let elements else { fatalError("a gradient needs elements that were not kept") }
        return elements
    }
}

public import Tensors

/// The weights of a network while it is being built: each is asked for by name and shape.
///
/// What is missing or has another shape is gathered and reported together at the end, as is what
/// nobody asked for; a person then sees at once whether a file is of another network.
public struct Weights {
    private let checkpoint: Checkpoint

    /// The file's name of a weight that the network calls by another.
    private let fileName: (String) -> String

    /// What an adapter adds to the linear maps of some names, which are the network's.
    private let adapter: [String: LowRankUpdate]
    private var applied: Set<String> = []

    private var problems = WeightError(missing: [], unexpected: [], misshapen: [])
    private var asked: Set<String> = []

    /// The shapes that were asked for, by the network's own names.
    public private(set) var shapes: [String: [Int]] = [:]

    /// Reads from a checkpoint whose names are those that `fileName` makes of the network's.
    public init(
        _ checkpoint: Checkpoint, adapter: [String: LowRankUpdate] = [:],
        fileName: @escaping (String) -> String = { $0 }
    ) {
        self.checkpoint = checkpoint
        self.adapter = adapter
        self.fileName = fileName
    }

    /// Returns a weight; zeros in its place when the file lacks it or has it in another shape.
    ///
    /// The bytes stay in the mapped file.
    public mutating func take(_ name: String, _ shape: [Int]) -> Tensor {
        shapes[name] = shape
        let name = fileName(name)
        asked.insert(name)
        guard let layout = checkpoint.layout(name) else {
            problems.missing.append(name)
            return Self.zeros(shape)
        }
        guard layout.shape == shape, let tensor = checkpoint[name] else {
            problems.misshapen.append("\(name) \(layout.shape) instead of \(shape)")
            return Self.zeros(shape)
        }
        return tensor
    }

    /// Returns what the adapter adds to a linear map, nil when it leaves the map alone.
    mutating func takeUpdate(_ name: String, from inputs: Int, to outputs: Int) -> LowRankUpdate? {
        guard let update = adapter[name] else { return nil }
        applied.insert(name)
        let rank = update.down.shape[0]
        guard update.down.shape == [rank, inputs], update.up.shape == [outputs, rank] else {
            problems.misshapen.append(
                "the adapter's \(name) \(update.down.shape), \(update.up.shape) "
                    + "instead of [\(rank), \(inputs)], [\(outputs), \(rank)]")
            return nil
        }
        return update
    }

    /// Zeros that take no memory, however large.
    private static func zeros(_ shape: [Int]) -> Tensor {
        Tensor(repeating: 0, shape: []).broadcast(to: shape)
    }

    /// Whether the file has a weight.
    public func has(_ name: String) -> Bool { checkpoint.layout(fileName(name)) != nil }

    /// Reports everything that did not fit; names that `ignoring` holds for may be left over.
    public consuming func finish(
        ignoring isIgnored: (String) -> Bool = { _ in false }
    ) throws(WeightError) {
        problems.unexpected = checkpoint.names.filter { !asked.contains($0) && !isIgnored($0) }
        problems.unexpected += adapter.keys.filter { !applied.contains($0) }.sorted()
            .map { "the adapter's \($0)" }
        guard problems.isEmpty else { throw problems }
    }
}

/// How a file's tensors differ from those of the network.
public struct WeightError: Error, Equatable, CustomStringConvertible, Sendable {
    /// Names that the network needs and the file lacks.
    public internal(set) var missing: [String]

    /// Names in the file that the network does not know.
    public internal(set) var unexpected: [String]

    /// Names with the shape they have and the shape they should have.
    public internal(set) var misshapen: [String]

    var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && misshapen.isEmpty }

    /// All names, by what is wrong with them.
    public var description: String {
        [("missing", missing), ("unexpected", unexpected), ("of another shape", misshapen)]
            .filter { !$0.1.isEmpty }
            .map { "\($0.1.count) tensors \($0.0): \($0.1.joined(separator: ", "))" }
            .joined(separator: "; ")
    }
}

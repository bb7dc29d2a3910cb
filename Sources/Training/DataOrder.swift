/// The order in which examples are seen: worked out from seed and epoch, never drawn.
public struct DataOrder: Sendable {
    private let examples: [(id: String, bucket: String)]
    private let batch: Int
    private let seed: UInt64

    /// Makes the order of examples in batches of one bucket each; a bucket's last batch may be
    /// smaller.
    public init(_ examples: [Example], batch: Int, seed: UInt64) {
        self.examples = examples.map { ($0.id, $0.bucket) }
        self.batch = batch
        self.seed = seed
    }

    /// Batches in an epoch.
    public var batchCount: Int {
        Dictionary(grouping: examples, by: \.bucket).values
            .reduce(0) { $0 + ($1.count + batch - 1) / batch }
    }

    /// Returns an epoch's batches, as places among the examples.
    public func batches(epoch: Int) -> [[Int]] {
        let places = examples.map { Draw(seed: seed, id: $0.id, epoch: epoch).place }
        let order = examples.indices.sorted { (places[$0], $0) < (places[$1], $1) }
        var open: [String: [Int]] = [:]
        var batches: [[Int]] = []
        for index in order {
            let bucket = examples[index].bucket
            open[bucket, default: []].append(index)
            if let full = open[bucket], full.count == batch {
                batches.append(full)
                open[bucket] = nil
            }
        }
        return batches + open.sorted { $0.key < $1.key }.map(\.value)
    }
}

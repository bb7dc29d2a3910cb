import Preferences
import Tensors

/// How far two sets of embeddings are apart under a polynomial kernel; about 0 for the same source.
public struct KernelDistance: Sendable, Equatable, Codable {
    /// The mean over subsets; may lie a little below 0.
    public var value: Double
    /// The standard deviation over subsets (divisor n); nil when both whole sets were compared.
    public var deviation: Double?
}

/// Returns the squared maximum mean discrepancy of two sets of embeddings, without bias.
///
/// The kernel is `(x·y / width + 1)³`; KID and KVD are this number over different networks. Sets
/// larger than `size` are compared by `subsets` random subsets, or whole when that is 0, as
/// JavisBench does. Source: Bińkowski et al., "Demystifying MMD GANs", 2018.
public func kernelDistance(
    _ first: Embeddings, _ second: Embeddings, subsets: Int = 100, size: Int = 1000,
    seed: UInt64 = 0
) throws(EmbeddingsError) -> KernelDistance {
    try Embeddings.check(first, second)
    if subsets <= 0 || max(first.count, second.count) <= size {
        return KernelDistance(value: discrepancy(first.rows, second.rows), deviation: nil)
    }
    let size = max(2, min(size, first.count, second.count))
    var generator = SplitMix64(seed: seed)
    let values = (0..<subsets).map { _ in
        discrepancy(
            first.chosen(places(size, of: first.count, &generator)),
            second.chosen(places(size, of: second.count, &generator)))
    }
    let mean = values.reduce(0, +) / Double(subsets)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return KernelDistance(value: mean, deviation: (squares / Double(subsets)).squareRoot())
}

/// Draws places without repetition: the first ones of a Fisher–Yates shuffle.
private func places(_ size: Int, of count: Int, _ generator: inout SplitMix64) -> [Int] {
    var places = Array(0..<count)
    for place in 0..<size {
        places.swapAt(place, place + generator.index(below: count - place))
    }
    return Array(places.prefix(size))
}

private func discrepancy(_ first: DoubleMatrix, _ second: DoubleMatrix) -> Double {
    let (m, n) = (Double(first.rows), Double(second.rows))
    return kernelSum(first, first, isSame: true) / (m * (m - 1))
        + kernelSum(second, second, isSame: true) / (n * (n - 1))
        - 2 * kernelSum(first, second, isSame: false) / (m * n)
}

/// Adds the kernel of every two rows, of the same set without a row and itself.
///
/// In blocks of rows, because ten thousand clips have a hundred million products.
private func kernelSum(_ left: DoubleMatrix, _ right: DoubleMatrix, isSame: Bool) -> Double {
    let (width, block) = (left.columns, 256)
    var sum = 0.0
    for start in stride(from: 0, to: left.rows, by: block) {
        let end = min(start + block, left.rows)
        let part = DoubleMatrix(
            Array(left.values[start * width..<end * width]), rows: end - start, columns: width)
        let products = part.timesTransposed(right)
        for row in 0..<part.rows {
            var rowSum = 0.0
            for column in 0..<right.rows where !(isSame && column == start + row) {
                let base = products.values[row * right.rows + column] / Double(width) + 1
                rowSum += base * base * base
            }
            sum += rowSum
        }
    }
    return sum
}

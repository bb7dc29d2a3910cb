import Tensors

/// What a network saw in clips: one row of numbers for each.
public struct Embeddings: Sendable, Equatable {
    /// How many rows.
    public var count: Int { rows.rows }
    /// How many numbers in a row.
    public var width: Int { rows.columns }

    let rows: DoubleMatrix

    /// Takes rows one after the other, each of `width` finite numbers.
    public init(_ values: [Float], width: Int) throws(EmbeddingsError) {
        guard width > 0, !values.isEmpty, values.count.isMultiple(of: width) else {
            throw .notRows(count: values.count, width: width)
        }
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw .notFinite(row: place / width)
        }
        rows = DoubleMatrix(
            values.map(Double.init), rows: values.count / width, columns: width)
    }

    /// The mean of each column.
    var mean: [Double] {
        var sums = [Double](repeating: 0, count: width)
        for row in 0..<count {
            for column in 0..<width { sums[column] += rows.values[row * width + column] }
        }
        return sums.map { $0 / Double(count) }
    }

    /// The rows minus their mean, over √(count − 1): the transpose times itself is the covariance.
    func centred(on mean: [Double]) -> DoubleMatrix {
        let scale = 1 / Double(count - 1).squareRoot()
        var values = rows.values
        for row in 0..<count {
            for column in 0..<width {
                values[row * width + column] = (values[row * width + column] - mean[column]) * scale
            }
        }
        return DoubleMatrix(values, rows: count, columns: width)
    }

    /// Returns some of the rows.
    func chosen(_ places: [Int]) -> DoubleMatrix {
        DoubleMatrix(
            places.flatMap { rows.values[$0 * width..<($0 + 1) * width] }, rows: places.count,
            columns: width)
    }

    /// Refuses two sets that have no distance.
    static func check(_ first: Embeddings, _ second: Embeddings) throws(EmbeddingsError) {
        guard first.width == second.width else {
            throw .widths(first.width, second.width)
        }
        guard first.count > 1, second.count > 1 else {
            throw .tooFew(min(first.count, second.count))
        }
    }
}

/// Why two sets of embeddings have no distance.
public enum EmbeddingsError: Error, Equatable, CustomStringConvertible {
    /// The numbers do not fill rows.
    case notRows(count: Int, width: Int)
    /// A row holds a number that is infinite or none.
    case notFinite(row: Int)
    /// Rows of one set are longer than rows of the other.
    case widths(Int, Int)
    /// A set of fewer than two rows has no spread.
    case tooFew(Int)
    /// The covariance has no eigenvalues that can be counted with.
    case noEigenvalues

    /// A sentence for a person.
    public var description: String {
        switch self {
        case .notRows(let count, let width):
            "\(count) numbers are no rows of \(width) embeddings"
        case .notFinite(let row):
            "the embedding in row \(row) holds a number that is not finite; score that clip again"
        case .widths(let first, let second):
            "embeddings of \(first) and of \(second) numbers have no distance; "
                + "make both with one network"
        case .tooFew(let count):
            "a distance needs at least 2 embeddings on each side, and one has \(count)"
        case .noEigenvalues:
            "the embeddings' covariance is too large to take its square root"
        }
    }
}

import COpenBLAS

/// A matrix in double precision, row after row: for statistics, which models do not use.
///
/// OpenBLAS multiplies and LAPACK decomposes; the last bits depend on the processor.
public struct DoubleMatrix: Sendable, Equatable {
    /// How many rows and columns.
    public let rows, columns: Int
    /// The numbers, row after row.
    public var values: [Double]

    /// Holds numbers row after row.
    public init(_ values: [Double], rows: Int, columns: Int) {
        invariant(
            values.count == rows * columns && columns > 0,
            "\(values.count) numbers are no matrix of \(rows) rows and \(columns) columns")
        (self.values, self.rows, self.columns) = (values, rows, columns)
    }

    /// Returns `self · rightᵀ` of [m, k] and [n, k], on one thread.
    public func timesTransposed(_ right: DoubleMatrix) -> DoubleMatrix {
        invariant(columns == right.columns, "rows of \(columns) and \(right.columns) numbers")
        return product(
            CblasNoTrans, right, CblasTrans, (rows, columns, right.rows))
    }

    /// Returns `selfᵀ · right` of [k, m] and [k, n], on one thread.
    public func transposedTimes(_ right: DoubleMatrix) -> DoubleMatrix {
        invariant(rows == right.rows, "columns of \(rows) and \(right.rows) numbers")
        return product(
            CblasTrans, right, CblasNoTrans, (columns, rows, right.columns))
    }

    /// The smaller and larger ends are m, k and n of the product [m, k] · [k, n].
    private func product(
        _ turn: CBLAS_TRANSPOSE, _ right: DoubleMatrix, _ rightTurn: CBLAS_TRANSPOSE,
        _ size: (m: Int, k: Int, n: Int)
    ) -> DoubleMatrix {
        var result = [Double](repeating: 0, count: size.m * size.n)
        openblas_set_num_threads(1)
        unsafe cblas_dgemm(
            CblasRowMajor, turn, rightTurn, Int32(size.m), Int32(size.n), Int32(size.k), 1, values,
            Int32(columns), right.values, Int32(right.columns), 0, &result, Int32(size.n))
        return DoubleMatrix(result, rows: size.m, columns: size.n)
    }

    /// Returns a symmetric matrix's eigenvalues, rising, and an eigenvector of length 1 for each.
    ///
    /// The vectors are the rows. nil when LAPACK's `dsyevd` does not find them, which numbers that
    /// are not finite cause.
    public func symmetricEigenvectors() -> (values: [Double], vectors: DoubleMatrix)? {
        invariant(rows == columns, "\(rows) rows and \(columns) columns are not symmetric")
        guard values.allSatisfy(\.isFinite) else { return nil }
        var (vectors, size, result) = (values, Int32(rows), Int32(0))
        var eigenvalues = [Double](repeating: 0, count: rows)
        var work = [Double](repeating: 0, count: 1 + 6 * rows + 2 * rows * rows)
        var whole = [Int32](repeating: 0, count: 3 + 5 * rows)
        var (workSize, wholeSize) = (Int32(work.count), Int32(whole.count))
        openblas_set_num_threads(1)
        unsafe dsyevd_(
            "V", "U", &size, &vectors, &size, &eigenvalues, &work, &workSize, &whole, &wholeSize,
            &result)
        guard result == 0 else { return nil }
        return (eigenvalues, DoubleMatrix(vectors, rows: rows, columns: rows))
    }
}

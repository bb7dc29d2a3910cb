/// Returns the eigenvalues of a symmetric matrix [n][n], falling, and an eigenvector for each,
/// [n][n], of length 1 with its largest number positive.
///
/// Jacobi's cyclic method in double precision: rotations in one fixed order, until what lies off
/// the diagonal is nothing beside it. Source: Golub and Van Loan, "Matrix computations", §8.5.
func eigenvectors(of symmetric: [Double], _ n: Int) -> (values: [Double], vectors: [Double]) {
    var a = symmetric
    var v = [Double](repeating: 0, count: n * n)
    for i in 0..<n { v[i * n + i] = 1 }
    let size = a.reduce(0) { $0 + $1 * $1 }
    for _ in 0..<100 {
        var rest = 0.0
        for i in 0..<n { for j in 0..<i { rest += 2 * a[i * n + j] * a[i * n + j] } }
        if rest <= 1e-26 * size { break }
        for p in 0..<n {
            for q in p + 1..<n where a[p * n + q] != 0 {
                let (c, s) = rotation(a[p * n + p], a[q * n + q], a[p * n + q])
                // The matrix stays symmetric, so its rows serve as columns too.
                for k in 0..<n {
                    let (x, y) = (a[p * n + k], a[q * n + k])
                    a[p * n + k] = c * x - s * y
                    a[q * n + k] = s * x + c * y
                }
                for k in 0..<n {
                    let (x, y) = (a[k * n + p], a[k * n + q])
                    a[k * n + p] = c * x - s * y
                    a[k * n + q] = s * x + c * y
                }
                for k in 0..<n {
                    let (x, y) = (v[p * n + k], v[q * n + k])
                    v[p * n + k] = c * x - s * y
                    v[q * n + k] = s * x + c * y
                }
            }
        }
    }
    let order = (0..<n).sorted { (-a[$0 * n + $0], $0) < (-a[$1 * n + $1], $1) }
    let vectors = order.flatMap { row in
        let vector = v[row * n..<(row + 1) * n]
        let largest = vector.max { abs($0) < abs($1) } ?? 1
        return largest < 0 ? vector.map { -$0 } : Array(vector)
    }
    return (order.map { a[$0 * n + $0] }, vectors)
}

/// The cosine and sine of the turn that makes the number off the diagonal zero.
private func rotation(_ p: Double, _ q: Double, _ off: Double) -> (Double, Double) {
    let theta = (q - p) / (2 * off)
    let sign = theta >= 0 ? 1.0 : -1.0
    let t = sign / (abs(theta) + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    return (c, t * c)
}

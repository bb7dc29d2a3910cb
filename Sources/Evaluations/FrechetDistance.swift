import Tensors

/// Returns the Fréchet distance of two sets of embeddings, taken as normal distributions.
///
/// `|μ₁ − μ₂|² + Tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½)` with unbiased covariances: FVD, FAD and FID are this
/// number over different networks. Takes O(n³) of the rows' width, or of fewer rows than that.
/// Source: Heusel et al., "GANs trained by a two time-scale update rule", 2017, §3.
public func frechetDistance(
    _ first: Embeddings, _ second: Embeddings
) throws(EmbeddingsError) -> Double {
    try Embeddings.check(first, second)
    // The distance is the same either way round; the smaller set makes the smaller matrix.
    let (few, many) = first.count <= second.count ? (first, second) : (second, first)
    let (fewMean, manyMean) = (few.mean, many.mean)
    let (left, right) = (few.centred(on: fewMean), many.centred(on: manyMean))
    let covariance = right.transposedTimes(right)
    let factor = try factor(of: left)
    // With Σ₁ = FᵀF, the eigenvalues of Σ₁Σ₂ are those of FΣ₂Fᵀ, which is symmetric.
    let product = factor.timesTransposed(covariance).timesTransposed(factor)
    guard let eigenvalues = product.symmetricEigenvectors()?.values else { throw .noEigenvalues }
    let shared = eigenvalues.reduce(0) { $0 + max(0, $1).squareRoot() }
    let apart = zip(fewMean, manyMean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return apart + squares(left) + squares(right) - 2 * shared
}

/// Returns a matrix F of the fewest rows with FᵀF the covariance of centred rows.
private func factor(of centred: DoubleMatrix) throws(EmbeddingsError) -> DoubleMatrix {
    let width = centred.columns
    guard centred.rows > width else { return centred }
    guard let (eigenvalues, vectors) = centred.transposedTimes(centred).symmetricEigenvectors()
    else { throw .noEigenvalues }
    var scaled = vectors.values
    for row in 0..<width {
        let scale = max(0, eigenvalues[row]).squareRoot()
        for column in 0..<width { scaled[row * width + column] *= scale }
    }
    return DoubleMatrix(scaled, rows: width, columns: width)
}

/// The trace of the covariance of centred rows.
private func squares(_ centred: DoubleMatrix) -> Double {
    centred.values.reduce(0) { $0 + $1 * $1 }
}

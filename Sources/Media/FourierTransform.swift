import Glibc

/// The discrete Fourier transform of one length, in double precision.
///
/// Stockham's algorithm with mixed radices: lengths that are products of small primes are fast,
/// all others are right. Its sums run in a fixed order, so results are the same bits every time.
struct FourierTransform {
    let length: Int
    private let factors: [Int]
    private let cosine: [Double]
    private let sine: [Double]

    /// Plans transforms of `length` ≥ 1 points.
    init(length: Int) {
        precondition(length >= 1)
        self.length = length
        factors = Self.factors(of: length)
        let angles = (0..<length).map { 2 * Double.pi * Double($0) / Double(length) }
        cosine = angles.map { cos($0) }
        sine = angles.map { -sin($0) }
    }

    /// Replaces x[n] by Σ x[n]·exp(−2πi·kn/N), in place; both parts have `length` values.
    func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
        precondition(real.count == length && imaginary.count == length)
        var (otherReal, otherImaginary) = (real, imaginary)
        var (size, stride) = (length, 1)
        for factor in factors {
            pass(factor, size, stride, real, imaginary, &otherReal, &otherImaginary)
            swap(&real, &otherReal)
            swap(&imaginary, &otherImaginary)
            size /= factor
            stride *= factor
        }
    }

    /// Replaces X[k] by (1/N)·Σ X[k]·exp(2πi·kn/N), in place: the inverse of `forward`.
    func inverse(_ real: inout [Double], _ imaginary: inout [Double]) {
        forward(&imaginary, &real)
        let scale = 1 / Double(length)
        for i in 0..<length {
            real[i] *= scale
            imaginary[i] *= scale
        }
    }

    /// One pass over all points: `length / size` interleaved transforms of `size` points lose
    /// a factor.
    private func pass(
        _ factor: Int, _ size: Int, _ stride: Int, _ real: [Double], _ imaginary: [Double],
        _ outReal: inout [Double], _ outImaginary: inout [Double]
    ) {
        let part = size / factor
        for q in 0..<part {
            for r in 0..<factor {
                // x[j] meets exp(−2πi·jr/factor) of the small transform, then exp(−2πi·qr/size).
                let turn = q * r * stride
                let target = stride * (factor * q + r)
                for j in 0..<factor {
                    let angle = (j * r * (length / factor) + turn) % length
                    let (c, s) = (cosine[angle], sine[angle])
                    let source = stride * (q + part * j)
                    for k in 0..<stride {
                        let (a, b) = (real[source + k], imaginary[source + k])
                        let (x, y) = (a * c - b * s, a * s + b * c)
                        outReal[target + k] = j == 0 ? x : outReal[target + k] + x
                        outImaginary[target + k] = j == 0 ? y : outImaginary[target + k] + y
                    }
                }
            }
        }
    }

    private static func factors(of length: Int) -> [Int] {
        var (rest, factors, candidate) = (length, [Int](), 2)
        while rest > 1 {
            if rest.isMultiple(of: candidate) {
                factors.append(candidate)
                rest /= candidate
            } else {
                candidate += 1
            }
        }
        return factors
    }
}

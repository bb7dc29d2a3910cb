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
            unsafe real.withUnsafeBufferPointer { a in
                unsafe imaginary.withUnsafeBufferPointer { b in
                    unsafe otherReal.withUnsafeMutableBufferPointer { x in
                        unsafe otherImaginary.withUnsafeMutableBufferPointer { y in
                            let pass = unsafe Pass(
                                size: size, stride: stride, from: (a, b), to: (x, y))
                            factor == 4 ? quarter(pass) : part(pass, factor)
                        }
                    }
                }
            }
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
    @safe fileprivate struct Pass {
        let size, stride: Int
        let from: (real: UnsafeBufferPointer<Double>, imaginary: UnsafeBufferPointer<Double>)
        let to:
            (
                real: UnsafeMutableBufferPointer<Double>,
                imaginary: UnsafeMutableBufferPointer<Double>
            )
    }

    /// A pass of any factor: x[j] meets exp(−2πi·jr/factor), then exp(−2πi·qr/size).
    private func part(_ pass: Pass, _ factor: Int) {
        let stride = pass.stride
        let part = pass.size / factor
        for q in 0..<part {
            for r in 0..<factor {
                let target = stride * (factor * q + r)
                for j in 0..<factor {
                    let angle = (j * r * (length / factor) + q * r * stride) % length
                    let (c, s) = (cosine[angle], sine[angle])
                    let source = stride * (q + part * j)
                    for k in 0..<stride {
                        let (a, b) = unsafe (
                            pass.from.real[source + k], pass.from.imaginary[source + k]
                        )
                        let (x, y) = (a * c - b * s, a * s + b * c)
                        unsafe pass.to.real[target + k] = j == 0 ? x : pass.to.real[target + k] + x
                        unsafe pass.to.imaginary[target + k] =
                            j == 0 ? y : pass.to.imaginary[target + k] + y
                    }
                }
            }
        }
    }

    /// A pass of factor 4, whose small transform needs no products.
    private func quarter(_ pass: Pass) {
        let stride = pass.stride
        let part = pass.size / 4
        for q in 0..<part {
            let (c1, s1) = (cosine[q * stride], sine[q * stride])
            let (c2, s2) = (cosine[2 * q * stride], sine[2 * q * stride])
            let (c3, s3) = (cosine[3 * q * stride], sine[3 * q * stride])
            let target = stride * 4 * q
            for k in 0..<stride {
                let source = stride * q + k
                let (a0, b0) = pass.value(source)
                let (a1, b1) = pass.value(source + stride * part)
                let (a2, b2) = pass.value(source + stride * 2 * part)
                let (a3, b3) = pass.value(source + stride * 3 * part)
                let (sumA, sumB, restA, restB) = (a0 + a2, b0 + b2, a0 - a2, b0 - b2)
                let (oddA, oddB, gapA, gapB) = (a1 + a3, b1 + b3, a1 - a3, b1 - b3)
                pass.store(target + k, sumA + oddA, sumB + oddB, 1, 0)
                pass.store(target + stride + k, restA + gapB, restB - gapA, c1, s1)
                pass.store(target + 2 * stride + k, sumA - oddA, sumB - oddB, c2, s2)
                pass.store(target + 3 * stride + k, restA - gapB, restB + gapA, c3, s3)
            }
        }
    }

    private static func factors(of length: Int) -> [Int] {
        var (rest, factors, candidate) = (length, [Int](), 2)
        while rest.isMultiple(of: 4) {
            factors.append(4)
            rest /= 4
        }
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

extension FourierTransform.Pass {
    @inline(__always)
    fileprivate func value(_ index: Int) -> (Double, Double) {
        unsafe (from.real[index], from.imaginary[index])
    }

    /// Writes (a + bi)·(c + si).
    @inline(__always)
    fileprivate func store(_ index: Int, _ a: Double, _ b: Double, _ c: Double, _ s: Double) {
        unsafe to.real[index] = a * c - b * s
        unsafe to.imaginary[index] = a * s + b * c
    }
}

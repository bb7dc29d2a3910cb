// The standard library has no logarithm, and the C library's last bits differ between versions.
// These two follow the algorithms of Sun's fdlibm (e_log.c, e_exp.c): error below one unit in the
// last place, from exactly rounded operations only, so the same bits everywhere.

private let ln2High = 6.93147180369123816490e-01
private let ln2Low = 1.90821492927058770002e-10

/// Returns the natural logarithm of a number above 0; −∞ for 0, NaN below.
func naturalLogarithm(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x.isFinite else { return x }
    var exponent = Double(x.exponent)
    var significand = x.significand
    if significand > 1.414_213_562_373_095_1 {
        significand /= 2
        exponent += 1
    }
    let f = significand - 1
    let s = f / (2 + f)
    let z = s * s
    let w = z * z
    let odd =
        w
        * (3.999999999940941908e-01
            + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    let even =
        z
        * (6.666666666666735130e-01
            + w
            * (2.857142874366239149e-01
                + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
    let half = 0.5 * f * f
    return exponent * ln2High - ((half - (s * (half + odd + even) + exponent * ln2Low)) - f)
}

/// Returns e to the power of a number.
func exponential(_ x: Double) -> Double {
    guard !x.isNaN else { return x }
    guard x < 709.782712893384 else { return .infinity }
    guard x > -745.1332191019411 else { return 0 }
    let k = (x * 1.44269504088896338700).rounded()
    let high = x - k * ln2High
    let low = k * ln2Low
    let r = high - low
    let t = r * r
    let c =
        r - t
        * (1.66666666666666019037e-01
            + t
            * (-2.77777777770155933842e-03
                + t
                * (6.61375632143793436117e-05
                    + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))))
    let y = 1 - ((low - (r * c) / (2 - c)) - high)
    // In two steps, because 2 to the power of −1074 alone would lose the last bits.
    let step = Int(k) / 2
    return y * Double(sign: .plus, exponent: step, significand: 1)
        * Double(sign: .plus, exponent: Int(k) - step, significand: 1)
}

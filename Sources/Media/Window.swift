import Glibc

/// Returns the periodic Hann window ½ − ½·cos(2πn/length), zero on both sides up to `size`.
func hannWindow(length: Int, paddedTo size: Int) -> [Double] {
    var window = [Double](repeating: 0, count: size)
    let left = (size - length) / 2
    for n in 0..<length {
        window[left + n] = 0.5 - 0.5 * cos(2 * Double.pi * Double(n) / Double(length))
    }
    return window
}

import Glibc
public import Tensors

/// Rotation tables of tokens that have a place on three axes.
public enum RotaryPositions {
    /// Returns the table of positions (t, h, w), which may be fractions, for heads of `width`.
    ///
    /// h and w get 2·⌊width / 6⌋ of the head's numbers each, t the rest, in the order t, h, w. Pair
    /// j of an axis with n numbers turns by position · 10000^(-2j / n).
    public static func table(_ positions: [SIMD3<Double>], width: Int) -> RotationTable {
        let plane = 2 * (width / 6)
        let axes = [width - 2 * plane, plane, plane]
        let frequencies = axes.map { count in
            (0..<count / 2).map { pow(10000, -2 * Double($0) / Double(count)) }
        }
        return RotationTable(
            angles: positions.map { position in
                (0..<3).flatMap { axis in frequencies[axis].map { position[axis] * $0 } }
            })
    }

    /// Returns the places of a video's tokens on a grid of (frames, rows, columns).
    public static func video(_ frames: Int, _ rows: Int, _ columns: Int) -> [SIMD3<Double>] {
        (0..<frames * rows * columns).map { token in
            SIMD3(
                Double(token / columns / rows), Double(token / columns % rows),
                Double(token % columns))
        }
    }
}

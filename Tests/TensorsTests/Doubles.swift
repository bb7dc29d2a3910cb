import Foundation
import Tensors

/// A tensor of doubles whose operations are written as plainly as they are defined: what those of
/// `Tensor`, and the differences of their values, are compared with.
struct Doubles {
    var shape: [Int]
    var numbers: [Double]

    init(_ tensor: Tensor) {
        (shape, numbers) = (tensor.shape, tensor.doubleArray())
    }

    /// Works each number out from its place.
    init(_ shape: [Int], _ number: ([Int]) -> Double) {
        self.shape = shape
        numbers = []
        var place = [Int](repeating: 0, count: shape.count)
        for _ in 0..<shape.reduce(1, *) {
            numbers.append(number(place))
            for axis in shape.indices.reversed() {
                place[axis] += 1
                if place[axis] < shape[axis] { break }
                place[axis] = 0
            }
        }
    }

    /// The number at a place; axes of length 1, and those in front that are not there, repeat.
    subscript(_ place: [Int]) -> Double {
        let own = place.suffix(shape.count)
        let index = zip(shape, own).reduce(0) { $0 * $1.0 + ($1.0 == 1 ? 0 : $1.1) }
        return numbers[index]
    }

    func map(_ body: (Double) -> Double) -> Doubles {
        var result = self
        result.numbers = numbers.map(body)
        return result
    }

    private func zipped(_ other: Doubles, _ body: (Double, Double) -> Double) -> Doubles {
        let rank = max(shape.count, other.shape.count)
        func padded(_ shape: [Int]) -> [Int] {
            [Int](repeating: 1, count: rank - shape.count) + shape
        }
        let joint = zip(padded(shape), padded(other.shape)).map { max($0, $1) }
        return Doubles(joint) { body(self[$0], other[$0]) }
    }

    static func + (a: Doubles, b: Doubles) -> Doubles { a.zipped(b, +) }
    static func - (a: Doubles, b: Doubles) -> Doubles { a.zipped(b, -) }
    static func * (a: Doubles, b: Doubles) -> Doubles { a.zipped(b, *) }
    static func / (a: Doubles, b: Doubles) -> Doubles { a.zipped(b, /) }
    static func + (a: Doubles, b: Double) -> Doubles { a.map { $0 + b } }
    static func * (a: Doubles, b: Double) -> Doubles { a.map { $0 * b } }

    func combined(_ a: Double, _ other: Doubles, _ b: Double) -> Doubles { self * a + other * b }
}

/// Shapes and places.
extension Doubles {
    func reshaped(_ shape: [Int]) -> Doubles {
        let known = shape.filter { $0 >= 0 }.reduce(1, *)
        var result = self
        result.shape = shape.map { $0 < 0 ? numbers.count / known : $0 }
        return result
    }

    func permuted(_ axes: [Int]) -> Doubles {
        Doubles(axes.map { shape[$0] }) { place in
            var from = place
            for (to, axis) in axes.enumerated() { from[axis] = place[to] }
            return self[from]
        }
    }

    func transposed(_ a: Int = -2, _ b: Int = -1) -> Doubles {
        var axes = Array(shape.indices)
        axes.swapAt(a < 0 ? a + axes.count : a, b < 0 ? b + axes.count : b)
        return permuted(axes)
    }

    func sliced(_ axis: Int, _ range: Range<Int>) -> Doubles {
        var target = shape
        target[axis] = range.count
        return Doubles(target) { place in
            var from = place
            from[axis] += range.lowerBound
            return self[from]
        }
    }

    func selected(_ axis: Int, _ index: Int) -> Doubles {
        var target = shape
        target.remove(at: axis)
        return sliced(axis, index..<index + 1).reshaped(target)
    }

    func expanded(_ axis: Int) -> Doubles {
        var target = shape
        target.insert(1, at: axis < 0 ? axis + shape.count + 1 : axis)
        return reshaped(target)
    }

    func broadcast(to shape: [Int]) -> Doubles { Doubles(shape) { self[$0] } }

    static func concatenated(_ parts: [Doubles], axis: Int) -> Doubles {
        var target = parts[0].shape
        target[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
        return Doubles(target) { place in
            var from = place
            for part in parts {
                if from[axis] < part.shape[axis] { return part[from] }
                from[axis] -= part.shape[axis]
            }
            return .nan
        }
    }

    func gathered(_ rows: [Int]) -> Doubles {
        Doubles([rows.count] + shape.dropFirst()) { self[[rows[$0[0]]] + $0.dropFirst()] }
    }

    /// Adds up what repeats when the target is broadcast to this shape.
    func summed(to target: [Int]) -> Doubles {
        let padded = [Int](repeating: 1, count: shape.count - target.count) + target
        var sums = Doubles(target) { _ in 0 }
        for (number, place) in zip(numbers, Doubles.places(shape)) {
            let index = zip(padded, place).reduce(0) { $0 * $1.0 + ($1.0 == 1 ? 0 : $1.1) }
            sums.numbers[index] += number
        }
        return sums
    }

    static func places(_ shape: [Int]) -> [[Int]] {
        var places: [[Int]] = []
        _ = Doubles(shape) { place in
            places.append(place)
            return 0
        }
        return places
    }
}

/// Products, norms, attention.
extension Doubles {
    func matmul(_ other: Doubles) -> Doubles {
        let inner = shape[shape.count - 1]
        let longer = shape.count >= other.shape.count ? self : other
        let target =
            longer.shape.dropLast(2) + [
                shape[shape.count - 2], other.shape[other.shape.count - 1],
            ]
        return Doubles(Array(target)) { place in
            let (front, row, column) = (
                place.dropLast(2), place[place.count - 2], place[place.count - 1]
            )
            return (0..<inner).reduce(0) {
                $0 + self[front + [row, $1]] * other[front + [$1, column]]
            }
        }
    }

    func linear(
        _ weight: Doubles, bias: Doubles? = nil, activation: Activation? = nil,
        gate: Doubles? = nil, residual: Doubles? = nil
    ) -> Doubles {
        var y = matmul(weight.transposed())
        if let bias { y = y + bias }
        if let activation { y = y.activated(activation) }
        if let gate { y = y * gate }
        return residual.map { y + $0 } ?? y
    }

    func activated(_ activation: Activation) -> Doubles {
        switch activation {
        case .silu: map { $0 / (1 + exp(-$0)) }
        case .gelu:
            map {
                0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
            }
        }
    }

    /// Replaces each row of the last axis.
    private func rows(_ body: ([Double]) -> [Double]) -> Doubles {
        var result = self
        let width = shape[shape.count - 1]
        for start in stride(from: 0, to: numbers.count, by: width) {
            result.numbers.replaceSubrange(
                start..<start + width, with: body(Array(numbers[start..<start + width])))
        }
        return result
    }

    private static func normalised(_ row: [Double], _ eps: Double) -> [Double] {
        let mean = row.reduce(0, +) / Double(row.count)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
        return row.map { ($0 - mean) / (variance + eps).squareRoot() }
    }

    func rmsNorm(weight: Doubles? = nil, eps: Double) -> Doubles {
        let normed = rows { row in
            let square = row.reduce(0) { $0 + $1 * $1 } / Double(row.count)
            return row.map { $0 / (square + eps).squareRoot() }
        }
        return weight.map { normed * $0 } ?? normed
    }

    func layerNorm(
        weight: Doubles? = nil, bias: Doubles? = nil, scale: Doubles? = nil,
        shift: Doubles? = nil, eps: Double
    ) -> Doubles {
        var y = rows { Self.normalised($0, eps) }
        if let weight { y = y * weight }
        if let bias { y = y + bias }
        if let scale { y = y * (scale + 1) }
        return shift.map { y + $0 } ?? y
    }

    func groupNorm(groups: Int, weight: Doubles, bias: Doubles, eps: Double) -> Doubles {
        let places = [Int](repeating: 1, count: shape.count - 2)
        let y = reshaped([shape[0], groups, -1]).rows { Self.normalised($0, eps) }.reshaped(shape)
        return y * weight.reshaped([-1] + places) + bias.reshaped([-1] + places)
    }

    func channelNorm(weight: Doubles) -> Doubles {
        var target = shape
        target[1] = 1
        let squares = (self * self).summed(to: target)
        let norms = squares.map { max($0.squareRoot(), 1e-12) / Double(shape[1]).squareRoot() }
        return self / norms * weight
    }

    func softmax() -> Doubles {
        rows { row in
            let most = row.max() ?? 0
            let powers = row.map { exp($0 - most) }
            return powers.map { $0 / powers.reduce(0, +) }
        }
    }

    func rotated(by table: (cosine: Doubles, sine: Doubles)) -> Doubles {
        Doubles(shape) { place in
            let (token, column) = (place[1], place[3])
            var other = place
            other[3] = column ^ 1
            let (cosine, sine) = (
                table.cosine[[token, column / 2]], table.sine[[token, column / 2]]
            )
            return self[place] * cosine + self[other] * (column % 2 == 0 ? -sine : sine)
        }
    }
}

/// softmax(scale · query · keyᵀ + bias) · value, heads on the third axis.
func attention(
    query: Doubles, key: Doubles, value: Doubles, scale: Double? = nil, bias: Doubles? = nil
) -> Doubles {
    let scale = scale ?? 1 / Double(query.shape[3]).squareRoot()
    let (q, k, v) = (
        query.permuted([0, 2, 1, 3]), key.permuted([0, 2, 3, 1]), value.permuted([0, 2, 1, 3])
    )
    var scores = q.matmul(k) * scale
    if let bias { scores = scores + bias }
    return scores.softmax().matmul(v).permuted([0, 2, 1, 3])
}

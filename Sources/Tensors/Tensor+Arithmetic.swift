import CKernels

/// Arithmetic element by element; axes of length 1 and missing leading axes are broadcast.
extension Tensor {
    /// Adds element by element.
    public static func + (left: Tensor, right: Tensor) -> Tensor {
        zipped(left, right) { $0 + $1 }.recorded(from: [left, right]) {
            [l = left.node, r = right.node, shapes = (left.shape, right.shape)] gradient, walk in
            walk.add(gradient.summed(to: shapes.0), to: l)
            walk.add(gradient.summed(to: shapes.1), to: r)
        }
    }

    /// Subtracts element by element.
    public static func - (left: Tensor, right: Tensor) -> Tensor {
        zipped(left, right) { $0 - $1 }.recorded(from: [left, right]) {
            [l = left.node, r = right.node, shapes = (left.shape, right.shape)] gradient, walk in
            walk.add(gradient.summed(to: shapes.0), to: l)
            walk.add(-gradient.summed(to: shapes.1), to: r)
        }
    }

    /// Multiplies element by element.
    public static func * (left: Tensor, right: Tensor) -> Tensor {
        zipped(left, right) { $0 * $1 }.recorded(from: [left, right]) {
            [
                l = left.node, r = right.node, x = Kept(left, if: right.isTracked),
                y = Kept(right, if: left.isTracked)
            ] gradient, walk in
            walk.add((gradient * y.values).summed(to: x.shape), to: l)
            walk.add((gradient * x.values).summed(to: y.shape), to: r)
        }
    }

    /// Divides element by element.
    public static func / (left: Tensor, right: Tensor) -> Tensor {
        let quotient = zipped(left, right) { $0 / $1 }
        return quotient.recorded(from: [left, right]) {
            [
                l = left.node, r = right.node, shape = left.shape, y = right.detached(),
                result = Kept(quotient, if: right.isTracked)
            ] gradient, walk in
            let share = gradient / y
            walk.add(share.summed(to: shape), to: l)
            walk.add(-(share * result.values).summed(to: y.shape), to: r)
        }
    }

    /// Multiplies every element by one number.
    public static func * (left: Tensor, right: Float) -> Tensor {
        left.combined(right, nil, 0)
    }

    /// Adds one number to every element.
    public static func + (left: Tensor, right: Float) -> Tensor {
        left + Tensor([right], shape: [])
    }

    /// Changes every sign.
    public static prefix func - (tensor: Tensor) -> Tensor { tensor * -1 }

    /// Returns `self · scale + other · otherScale`, both of one shape, in one pass.
    public func combined(_ scale: Float, _ other: Tensor?, _ otherScale: Float) -> Tensor {
        let left = detached().contiguous()
        let right = other?.detached().contiguous()
        defer { extendLifetime((left, right)) }
        invariant(
            right == nil || right?.shape == shape,
            "\(shape) and \(right?.shape ?? []) are not of one shape")
        let result = Tensor(uninitialised: shape)
        let from = unsafe Address(UnsafeMutableRawPointer(mutating: left.floats))
        let second = right.map { unsafe Address(UnsafeMutableRawPointer(mutating: $0.floats)) }
        let to = unsafe Address(result.address)
        Team.current.split(count, grain: 16_384) { range in
            let start = range.lowerBound
            unsafe duet_combine(
                from.floats + start, scale, second.map { unsafe $0.floats + start }, otherScale,
                range.count, to.floats + start)
        }
        return result.recorded(from: [self, other]) {
            [node, otherNode = other?.node] gradient, walk in
            walk.add(gradient.combined(scale, nil, 0), to: node)
            walk.add(gradient.combined(otherScale, nil, 0), to: otherNode)
        }
    }

    /// Multiplies every element by one number in place, with the bits of `self * factor`.
    public mutating func scale(by factor: Float) {
        unsafe withMutableFloats { floats in
            guard let base = floats.baseAddress else { return }
            let to = unsafe Address(UnsafeMutableRawPointer(base))
            Team.current.split(floats.count, grain: 16_384) { range in
                let start = unsafe to.floats + range.lowerBound
                unsafe duet_combine(start, factor, nil, 0, range.count, start)
            }
        }
    }

    /// Returns the shape that two shapes are broadcast to.
    static func broadcastShape(_ left: [Int], _ right: [Int]) -> [Int] {
        let rank = max(left.count, right.count)
        return (0..<rank).map { axis in
            let a = axis < rank - left.count ? 1 : left[axis - rank + left.count]
            let b = axis < rank - right.count ? 1 : right[axis - rank + right.count]
            invariant(a == b || a == 1 || b == 1, "\(left) and \(right) do not fit together")
            return a == 1 ? b : a
        }
    }

    @inline(__always)
    private static func zipped(
        _ left: Tensor, _ right: Tensor, _ operation: (Float, Float) -> Float
    ) -> Tensor {
        let shape = broadcastShape(left.shape, right.shape)
        let a = left.detached().converted(to: .f32).broadcast(to: shape)
        let b = right.detached().converted(to: .f32).broadcast(to: shape)
        defer { extendLifetime((a, b)) }
        let result = Tensor(uninitialised: shape)
        guard result.count > 0 else { return result }
        let runs = Runs(shape, [a.strides, b.strides, result.strides])
        let first = unsafe Address(a.address)
        let second = unsafe Address(b.address)
        let to = unsafe Address(result.address)
        let (step, secondStep) = (runs.steps[0], runs.steps[1])
        let pieces = Pieces(runs)
        Team.current.split(pieces.count, grain: pieces.grain) { range in
            pieces.forEach(in: range) { place, start, count in
                let x = unsafe first.floats + place[0] + start * step
                let y = unsafe second.floats + place[1] + start * secondStep
                let out = unsafe to.floats + place[2] + start
                if step == 1, secondStep == 1 {
                    for i in 0..<count { unsafe out[i] = operation(x[i], y[i]) }
                } else {
                    for i in 0..<count {
                        unsafe out[i] = operation(x[i * step], y[i * secondStep])
                    }
                }
            }
        }
        return result
    }
}

/// Runs cut into pieces of a size worth giving to a thread.
private struct Pieces {
    private static let length = 16_384

    let runs: Runs
    private let perRun: Int

    init(_ runs: Runs) {
        self.runs = runs
        perRun = max(1, (runs.length + Self.length - 1) / Self.length)
    }

    var count: Int { runs.count * perRun }

    /// Pieces that make up a worthwhile amount of work.
    var grain: Int { max(1, Self.length / max(1, runs.length)) }

    func forEach(in range: Range<Int>, _ body: ([Int], Int, Int) -> Void) {
        for piece in range where perRun > 1 {
            let start = piece % perRun * Self.length
            runs.forEach(in: piece / perRun..<piece / perRun + 1) { place in
                body(place, start, min(Self.length, runs.length - start))
            }
        }
        if perRun == 1 { runs.forEach(in: range) { body($0, 0, runs.length) } }
    }
}

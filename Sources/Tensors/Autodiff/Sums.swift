import CKernels

/// Sums, and what gradients need of them.
extension Tensor {
    /// Returns the sums over the axes that are longer than in a shape that broadcasts to this one.
    public func summed(to target: [Int]) -> Tensor {
        if shape == target { return self }
        let padded = [Int](repeating: 1, count: rank - target.count) + target
        var sum = detached()
        for axis in shape.indices where padded[axis] != shape[axis] {
            invariant(padded[axis] == 1, "\(shape) cannot be summed to \(target)")
            sum = sum.summed(over: axis)
        }
        let shape = shape
        return sum.reshaped(target).recorded(from: [self]) { [node] gradient, walk in
            walk.add(gradient.reshaped(padded).broadcast(to: shape), to: node)
        }
    }

    /// Returns the sum of all elements.
    public func sum() -> Tensor { summed(to: []) }

    /// The sum over one axis, of which length 1 is left, of the products with `other` if given.
    func summed(over axis: Int, times other: Tensor? = nil) -> Tensor {
        let x = contiguous()
        let y = other?.contiguous()
        defer { extendLifetime((x, y)) }
        let rows = shape[axis]
        let items = shape[..<axis].reduce(1, *)
        let width = shape[(axis + 1)...].reduce(1, *)
        var reduced = shape
        reduced[axis] = 1
        let result = Tensor(uninitialised: reduced)
        guard result.count > 0 else { return result }
        let from = unsafe Address(x.address)
        let second = y.map { unsafe Address($0.address) }
        let to = unsafe Address(result.address)
        // Strips of an item's columns, as many as make a part worth a thread's while.
        let strip = min(width, 64)
        let strips = (width + strip - 1) / strip
        Team.current.split(items * strips, grain: max(1, 16_384 / max(1, rows * strip))) { range in
            for part in range {
                let (item, first) = (part / strips, part % strips * strip)
                let start = item * rows * width
                unsafe duet_sum_rows(
                    from.floats + start, second.map { unsafe UnsafePointer($0.floats + start) },
                    rows, width, first, min(width, first + strip), to.floats + item * width)
            }
        }
        return result
    }

    /// Adds other elements in place.
    mutating func increase(by other: Tensor) {
        let more = other.contiguous()
        defer { extendLifetime(more) }
        unsafe withMutableFloats { floats in
            guard let base = floats.baseAddress else { return }
            let to = unsafe Address(UnsafeMutableRawPointer(base))
            let from = unsafe Address(more.address)
            Team.current.split(floats.count, grain: 16_384) { range in
                let start = range.lowerBound
                unsafe duet_combine(
                    to.floats + start, 1, from.floats + start, 1, range.count, to.floats + start)
            }
        }
    }

    /// Adds other elements to one range of an axis in place.
    mutating func increase(by other: Tensor, axis: Int, _ range: Range<Int>) {
        // Makes the elements this tensor's own, and contiguous.
        unsafe withMutableFloats { _ in }
        let part = sliced(axis, range)
        (part + other).copyElements(into: part)
    }
}

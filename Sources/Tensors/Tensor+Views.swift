extension Tensor {
    /// Returns the same elements in another shape; one length may be -1 and is then worked out.
    ///
    /// A view when the elements are contiguous, a copy when not.
    public func reshaped(_ lengths: [Int]) -> Tensor {
        var shape = lengths
        if let free = shape.firstIndex(of: -1) {
            let known = shape.reduce(1) { $1 == -1 ? $0 : $0 * $1 }
            shape[free] = known == 0 ? 0 : count / known
        }
        invariant(shape.reduce(1, *) == count, "\(self.shape) cannot be reshaped to \(lengths)")
        let source = detached().contiguous()
        let view = Tensor(
            shape: shape, strides: Self.contiguousStrides(shape), offset: source.offset,
            elementType: elementType, storage: source.storage)
        return view.recorded(from: [self]) { [node, before = self.shape] gradient, walk in
            walk.add(gradient.reshaped(before), to: node)
        }
    }

    /// Returns a view whose axis `i` is this tensor's axis `order[i]`.
    public func permuted(_ order: [Int]) -> Tensor {
        invariant(order.sorted() == Array(0..<rank), "\(order) is no order of \(rank) axes")
        let view = Tensor(
            shape: order.map { shape[$0] }, strides: order.map { strides[$0] }, offset: offset,
            elementType: elementType, storage: storage)
        return view.recorded(from: [self]) { [node] gradient, walk in
            let back = order.indices.sorted { order[$0] < order[$1] }
            walk.add(gradient.permuted(back), to: node)
        }
    }

    /// Returns a view with two axes exchanged, by default the last two; -1 is the last axis.
    public func transposed(_ first: Int = -2, _ second: Int = -1) -> Tensor {
        var order = Array(0..<rank)
        order.swapAt(axis(first), axis(second))
        return permuted(order)
    }

    /// Returns a view of a range of one axis.
    public func sliced(_ axis: Int, _ range: Range<Int>) -> Tensor {
        let axis = self.axis(axis)
        invariant(
            range.lowerBound >= 0 && range.upperBound <= shape[axis],
            "\(range) lies outside axis \(axis) of \(shape)")
        var shape = shape
        shape[axis] = range.count
        let view = Tensor(
            shape: shape, strides: strides, offset: offset + range.lowerBound * strides[axis],
            elementType: elementType, storage: storage)
        return view.recorded(from: [self]) { [node] gradient, walk in
            walk.add(gradient, to: node, axis: axis, range)
        }
    }

    /// Returns a view of one place of one axis, without that axis.
    public func selected(_ axis: Int, _ index: Int) -> Tensor {
        let axis = self.axis(axis)
        let one = sliced(axis, index..<index + 1)
        var shape = one.shape
        var strides = one.strides
        shape.remove(at: axis)
        strides.remove(at: axis)
        let view = Tensor(
            shape: shape, strides: strides, offset: one.offset, elementType: elementType,
            storage: storage)
        return view.recorded(from: [one]) { [node = one.node] gradient, walk in
            walk.add(gradient.expanded(axis), to: node)
        }
    }

    /// Returns a view with one more axis of length 1 in front of `axis`.
    public func expanded(_ axis: Int) -> Tensor {
        let axis = axis < 0 ? axis + rank + 1 : axis
        var shape = shape
        var strides = strides
        shape.insert(1, at: axis)
        strides.insert(0, at: axis)
        let view = Tensor(
            shape: shape, strides: strides, offset: offset, elementType: elementType,
            storage: storage)
        return view.recorded(from: [self]) { [node] gradient, walk in
            walk.add(gradient.selected(axis, 0), to: node)
        }
    }

    /// Returns a view in which axes of length 1, and axes missing in front, are repeated.
    public func broadcast(to target: [Int]) -> Tensor {
        let missing = target.count - rank
        invariant(missing >= 0, "\(shape) cannot be broadcast to \(target)")
        var strides = [Int](repeating: 0, count: target.count)
        for axis in 0..<rank {
            let length = target[axis + missing]
            invariant(
                shape[axis] == length || shape[axis] == 1,
                "\(shape) cannot be broadcast to \(target)")
            strides[axis + missing] = shape[axis] == 1 ? 0 : self.strides[axis]
        }
        let view = Tensor(
            shape: target, strides: strides, offset: offset, elementType: elementType,
            storage: storage)
        return view.recorded(from: [self]) { [node, before = shape] gradient, walk in
            walk.add(gradient.summed(to: before), to: node)
        }
    }

    /// Returns the tensor itself when its elements are contiguous, else a copy that is.
    public func contiguous() -> Tensor {
        isContiguous ? self : copied()
    }

    /// Returns the pieces of one axis with the given lengths, as views.
    public func split(_ axis: Int, _ lengths: [Int]) -> [Tensor] {
        invariant(
            lengths.reduce(0, +) == shape[self.axis(axis)],
            "the lengths \(lengths) do not fill axis \(axis) of \(shape)")
        var start = 0
        return lengths.map { length in
            defer { start += length }
            return sliced(axis, start..<start + length)
        }
    }

    /// Returns tensors put one after the other along one axis.
    public static func concatenated(_ parts: [Tensor], axis: Int) -> Tensor {
        let first = parts[0]
        let axis = first.axis(axis)
        var shape = first.shape
        shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
        let joined = Tensor(uninitialised: shape, first.elementType)
        var start = 0
        for part in parts {
            var expected = shape
            expected[axis] = part.shape[axis]
            invariant(
                part.shape == expected && part.elementType == first.elementType,
                "\(part.shape) \(part.elementType) cannot be joined to \(first.shape)")
            part.copyElements(into: joined.sliced(axis, start..<start + part.shape[axis]))
            start += part.shape[axis]
        }
        let lengths = parts.map { $0.shape[axis] }
        return joined.recorded(from: parts) { [nodes = parts.map(\.node)] gradient, walk in
            for (node, piece) in zip(nodes, gradient.split(axis, lengths)) {
                walk.add(piece, to: node)
            }
        }
    }

    /// Returns rows of a table `[rows, …]` in the order of `indices`: `[indices.count, …]`.
    public func gathered(_ indices: [Int]) -> Tensor {
        guard !indices.isEmpty else { return sliced(0, 0..<0) }
        let table = detached()
        let rows = Tensor.concatenated(indices.map { table.sliced(0, $0..<$0 + 1) }, axis: 0)
        return rows.recorded(from: [self]) { [node, shape] gradient, walk in
            walk.add(gradient.scattered(to: indices, shape), to: node)
        }
    }

    /// The sums of the rows that go to the same row of a table of a shape.
    private func scattered(to indices: [Int], _ shape: [Int]) -> Tensor {
        let rows = contiguous()
        let width = shape[1...].reduce(1, *)
        var sums = Tensor(repeating: 0, shape: shape)
        unsafe sums.withMutableFloats { sums in
            for (row, index) in indices.enumerated() {
                for i in 0..<width {
                    unsafe sums[index * width + i] += rows.floats[row * width + i]
                }
            }
        }
        extendLifetime(rows)
        return sums
    }

    /// Returns an axis' number from the front; negative ones count from the back.
    func axis(_ number: Int) -> Int {
        let axis = number < 0 ? number + rank : number
        invariant(shape.indices.contains(axis), "\(shape) has no axis \(number)")
        return axis
    }

    /// Returns a contiguous copy.
    func copied() -> Tensor {
        let copy = Tensor(uninitialised: shape, elementType)
        copyElements(into: copy)
        return copy.recorded(from: [self]) { [node] gradient, walk in
            walk.add(gradient, to: node)
        }
    }

    /// Writes the elements into a view of the same shape and element type.
    func copyElements(into target: Tensor) {
        guard count > 0 else { return }
        let size = elementType.size
        let runs = Runs(shape, [strides, target.strides])
        let from = unsafe Address(address)
        let to = unsafe Address(target.address)
        Team.current.split(runs.count, grain: max(1, 65_536 / max(1, runs.length))) { range in
            runs.forEach(in: range) { place in
                unsafe copyRun(
                    from.pointer + place[0] * size, runs.steps[0], to.pointer + place[1] * size,
                    runs.steps[1], runs.length, size)
            }
        }
    }
}

/// Copies one run of elements whose neighbours are some steps apart.
private func copyRun(
    _ from: UnsafeMutableRawPointer, _ fromStep: Int, _ to: UnsafeMutableRawPointer, _ toStep: Int,
    _ length: Int, _ size: Int
) {
    if fromStep == 1, toStep == 1 {
        unsafe to.copyMemory(from: from, byteCount: length * size)
        return
    }
    switch size {
    case 8: unsafe copyElements(from, fromStep, to, toStep, length, as: UInt64.self)
    case 4: unsafe copyElements(from, fromStep, to, toStep, length, as: UInt32.self)
    case 2: unsafe copyElements(from, fromStep, to, toStep, length, as: UInt16.self)
    default: unsafe copyElements(from, fromStep, to, toStep, length, as: UInt8.self)
    }
}

@inline(__always)
private func copyElements<T>(
    _ from: UnsafeMutableRawPointer, _ fromStep: Int, _ to: UnsafeMutableRawPointer, _ toStep: Int,
    _ length: Int, as: T.Type
) {
    let source = unsafe from.assumingMemoryBound(to: T.self)
    let target = unsafe to.assumingMemoryBound(to: T.self)
    for i in 0..<length { unsafe target[i * toStep] = source[i * fromStep] }
}

import CKernels

/// How a convolution's window moves, per axis.
public struct ConvolutionGeometry: Hashable, Sendable {
    /// Steps of the window, and of its elements.
    public var stride, dilation: [Int]

    /// Zeros put in front of and behind the input.
    public var before, after: [Int]

    /// Makes a geometry; `after` is `before` unless it is given, `stride` and `dilation` are 1.
    public init(
        axes: Int, stride: [Int]? = nil, dilation: [Int]? = nil, before: [Int]? = nil,
        after: [Int]? = nil
    ) {
        let ones = [Int](repeating: 1, count: axes)
        self.stride = stride ?? ones
        self.dilation = dilation ?? ones
        self.before = before ?? ones.map { $0 - 1 }
        self.after = after ?? self.before
    }
}

extension Tensor {
    /// Returns the convolution of `[batch, in, …]` with `[out, in, …]` over 1 to 3 axes.
    ///
    /// The bias is `[out]`. Zeros in front of the first axis and none behind make it causal.
    public func convolved(
        _ weight: Tensor, bias: Tensor? = nil, _ geometry: ConvolutionGeometry
    ) -> Tensor {
        convolved(weight, bias: bias, geometry, spread: geometry.stride.map { _ in 1 })
    }

    /// Returns the transposed convolution of `[batch, in, …]` with `[in, out, …]`.
    ///
    /// A length n becomes `(n - 1)·stride - 2·padding + dilation·(kernel - 1) + extra + 1`.
    public func convolvedTransposed(
        _ weight: Tensor, bias: Tensor? = nil, stride: [Int], padding: [Int], extra: [Int]? = nil,
        dilation: [Int]? = nil
    ) -> Tensor {
        let axes = rank - 2
        let dilation = dilation ?? [Int](repeating: 1, count: axes)
        let before = (0..<axes).map { dilation[$0] * (weight.shape[$0 + 2] - 1) - padding[$0] }
        let geometry = ConvolutionGeometry(
            axes: axes, dilation: dilation, before: before,
            after: (0..<axes).map { before[$0] + (extra?[$0] ?? 0) })
        return convolved(weight.transposed(0, 1).mirrored(), bias: bias, geometry, spread: stride)
    }

    /// The tensor with the order reversed on every axis from the third.
    private func mirrored() -> Tensor {
        var result = self
        for axis in 2..<rank {
            let places = (0..<shape[axis]).reversed().map { result.sliced(axis, $0..<$0 + 1) }
            result = Tensor.concatenated(places, axis: axis)
        }
        return result
    }

    private func convolved(
        _ weight: Tensor, bias: Tensor?, _ geometry: ConvolutionGeometry, spread: [Int]
    ) -> Tensor {
        invariant(
            (3...5).contains(rank) && weight.rank == rank && weight.shape[1] == shape[1],
            "a weight of \(weight.shape) does not fit \(shape)")
        let window = Window(shape, weight.shape, geometry, spread)
        let result = Tensor(
            uninitialised: [shape[0], weight.shape[0]] + window.out)
        guard result.count > 0 else { return result }
        let x = converted(to: .f32).contiguous()
        let filters = weight.converted(to: .f32).contiguous()
        let bias = bias?.converted(to: .f32).contiguous()
        let positions = window.out.reduce(1, *)
        let depth = weight.count / weight.shape[0]
        let job = unsafe ConvolutionJob(
            x: Address(x.address), filters: Address(filters.address),
            bias: bias.map { unsafe Address($0.address) }, out: Address(result.address),
            channelsOut: weight.shape[0], positions: positions, depth: depth, window: window.window,
            itemSize: x.count / shape[0])
        // Enough positions that the filters are packed for a reason, few enough for the cache.
        let chunk = max(32, min(1024, (1 << 20) / max(1, depth) / 32 * 32))
        let chunks = (positions + chunk - 1) / chunk
        withExtendedLifetime((x, filters, bias)) {
            Team.current.run(shape[0] * chunks) { part in
                let first = part % chunks * chunk
                job.run(item: part / chunks, first..<min(positions, first + chunk))
            }
        }
        return result
    }
}

/// The kernels' window over three axes, the leading ones of length 1 when there are fewer.
private struct Window {
    let window: duet_window
    let out: [Int]

    init(_ x: [Int], _ weight: [Int], _ geometry: ConvolutionGeometry, _ spread: [Int]) {
        let axes = x.count - 2
        out = (0..<axes).map { axis in
            let size = (x[axis + 2] - 1) * spread[axis] + 1
            let reach = geometry.dilation[axis] * (weight[axis + 2] - 1)
            let room = size + geometry.before[axis] + geometry.after[axis] - reach - 1
            invariant(room >= 0, "a kernel of \(weight) is larger than \(x) with its padding")
            return room / geometry.stride[axis] + 1
        }
        var window = duet_window()
        window.channels = x[1]
        func three(_ values: [Int], _ missing: Int) -> (Int, Int, Int) {
            let all = [Int](repeating: missing, count: 3 - axes) + values
            return (all[0], all[1], all[2])
        }
        window.size = three(Array(x[2...]), 1)
        window.kernel = three(Array(weight[2...]), 1)
        window.stride = three(geometry.stride, 1)
        window.dilation = three(geometry.dilation, 1)
        window.before = three(geometry.before, 0)
        window.spread = three(spread, 1)
        window.out = three(out, 1)
        self.window = window
    }
}

/// A convolution that threads compute ranges of positions of.
private struct ConvolutionJob: Sendable {
    let x, filters: Address
    let bias: Address?
    let out: Address
    let channelsOut, positions, depth: Int
    let window: duet_window
    let itemSize: Int

    /// Computes a range of positions: what the window sees there, times the filters.
    func run(item: Int, _ range: Range<Int>) {
        let seen = Tensor(uninitialised: [range.count, depth])
        let columns = unsafe seen.address.assumingMemoryBound(to: Float.self)
        unsafe withUnsafePointer(to: window) { window in
            unsafe duet_unfold(
                x.floats + item * itemSize, window, range.lowerBound, range.upperBound, columns)
        }
        var product = unsafe duet_product()
        unsafe product.left = UnsafePointer(filters.floats)
        unsafe (product.left_row, product.left_step) = (depth, 1)
        unsafe product.right = UnsafeRawPointer(columns)
        unsafe product.right_element = DUET_F32
        unsafe (product.right_column, product.right_step) = (depth, 1)
        unsafe (product.rows, product.columns, product.depth) = (channelsOut, range.count, depth)
        unsafe product.out = out.floats + item * channelsOut * positions + range.lowerBound
        unsafe product.out_row = positions
        unsafe product.row_bias = bias.map { unsafe UnsafePointer($0.floats) }
        unsafe withUnsafePointer(to: product) { product in
            unsafe duet_multiply(product, 0, channelsOut, 0, range.count)
        }
    }
}

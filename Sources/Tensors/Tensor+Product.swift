import CKernels

/// What products round their inputs to; sums are single precision either way.
public enum Precision: String, CaseIterable, Codable, Hashable, Sendable {
    /// Inputs as they are; stored bf16 and f16 are widened, which is exact.
    case float32 = "fp32"
    /// Both inputs rounded to bfloat16: twice as fast where the processor has its dot product.
    case bfloat16 = "bf16"
}

/// What is applied to the elements of a linear map's result.
public enum Activation: Hashable, Sendable {
    /// ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
    case gelu
    /// x / (1 + e⁻ˣ).
    case silu

    var kernel: duet_activation {
        switch self {
        case .gelu: DUET_GELU
        case .silu: DUET_SILU
        }
    }
}

extension Tensor {
    /// Returns the matrix product of `[…, m, k]` and `[…, k, n]`; leading axes are broadcast.
    public func matmul(_ right: Tensor, precision: Precision = .float32) -> Tensor {
        invariant(
            rank >= 2 && right.rank >= 2 && shape[rank - 1] == right.shape[right.rank - 2],
            "\(shape) cannot be multiplied by \(right.shape)")
        if !Recording.isPaused, isTracked || right.isTracked {
            return trackedMatmul(right, precision: precision)
        }
        let leading = Self.broadcastShape(Array(shape.dropLast(2)), Array(right.shape.dropLast(2)))
        let (rows, depth) = (shape[rank - 2], shape[rank - 1])
        let columns = right.shape[right.rank - 1]
        let a = converted(to: .f32).broadcast(to: leading + [rows, depth])
        let b = right.kernelReady().broadcast(to: leading + [depth, columns])
        defer { extendLifetime((a, b)) }
        let result = Tensor(uninitialised: leading + [rows, columns])
        guard result.count > 0 else { return result }
        let lead = leading.count
        let places = Runs(
            leading + [1],
            [a, b, result].map { Array($0.strides[..<lead]) + [1] })
        places.forEach(in: 0..<places.count) { place in
            for i in 0..<places.length {
                var product = Product(rows: rows, columns: columns, depth: depth, precision)
                unsafe product.left(
                    a.floats + place[0] + i * places.steps[0], a.strides[lead],
                    a.strides[lead + 1])
                unsafe product.right(
                    b.address + (place[1] + i * places.steps[1]) * b.elementType.size,
                    b.elementType, b.strides[lead + 1], b.strides[lead])
                unsafe product.out(
                    result.address.assumingMemoryBound(to: Float.self) + place[2] + i
                        * places.steps[2], columns)
                product.run()
            }
        }
        return result
    }

    private func trackedMatmul(_ right: Tensor, precision: Precision) -> Tensor {
        let product = detached().matmul(right.detached(), precision: precision)
        return product.recorded(from: [self, right]) {
            [
                node, otherNode = right.node, x = Kept(self, if: right.isTracked),
                y = Kept(right, if: isTracked)
            ] gradient, walk in
            walk.add(
                gradient.matmul(y.values.transposed(), precision: precision).summed(to: x.shape),
                to: node)
            walk.add(
                x.values.transposed().matmul(gradient, precision: precision).summed(to: y.shape),
                to: otherNode)
        }
    }

    /// Returns `residual + gate · activation(x · weightᵀ + bias)`.
    ///
    /// `self` is `[…, k]`, `weight` `[n, k]` in f32, bf16 or f16, `bias` `[n]`. A gate is
    /// `[batch, 1 or tokens, n]` and needs a `self` of `[batch, tokens, k]`; `residual` has the
    /// result's shape `[…, n]`.
    public func linear(
        _ weight: Tensor, bias: Tensor? = nil, activation: Activation? = nil, gate: Tensor? = nil,
        residual: Tensor? = nil, precision: Precision = .float32
    ) -> Tensor {
        invariant(
            rank >= 1 && weight.rank == 2 && shape[rank - 1] == weight.shape[1],
            "\(shape) does not fit a weight of \(weight.shape)")
        if !Recording.isPaused,
            [self, weight, bias, gate, residual].contains(where: { $0?.isTracked == true })
        {
            var y = trackedLinear(weight, bias: bias, precision: precision)
            if let activation { y = y.activated(activation) }
            return gate == nil && residual == nil ? y : y.gated(gate, residual: residual)
        }
        let (columns, depth) = (weight.shape[0], weight.shape[1])
        let result = Tensor(uninitialised: shape.dropLast() + [columns])
        guard result.count > 0 else { return result }
        let x = converted(to: .f32).withContiguousRows()
        let w = weight.kernelReady()
        let bias = bias?.converted(to: .f32).contiguous()
        let residual = residual?.contiguous()
        defer { extendLifetime((x, w, bias, residual)) }
        invariant(bias == nil || bias?.shape == [columns], "the bias is not [\(columns)]")
        invariant(
            residual == nil || residual?.shape == result.shape,
            "the residual \(residual?.shape ?? []) is not of shape \(result.shape)")
        let items = Items(x, gate: gate, columns: columns)
        for item in 0..<items.count {
            var product = Product(rows: items.rows, columns: columns, depth: depth, precision)
            let first = item * items.rows * columns
            unsafe product.left(x.floats + item * items.stride, items.rowStride, 1)
            unsafe product.right(w.address, w.elementType, w.strides[0], w.strides[1])
            unsafe product.out(
                result.address.assumingMemoryBound(to: Float.self) + first, columns)
            product.finish(
                bias: bias, activation: activation,
                gate: items.gate?.selected(0, item), residual: residual, from: first)
            product.run()
        }
        return result
    }

    private func trackedLinear(
        _ weight: Tensor, bias: Tensor?, precision: Precision
    ) -> Tensor {
        let product = detached().linear(
            weight.detached(), bias: bias?.detached(), precision: precision)
        return product.recorded(from: [self, weight, bias]) {
            [
                node, weightNode = weight.node, biasNode = bias?.node,
                x = Kept(self, if: weight.isTracked), w = Kept(weight, if: isTracked)
            ] gradient, walk in
            let rows = gradient.reshaped([-1, w.shape[0]])
            walk.add(rows.matmul(w.values, precision: precision).reshaped(x.shape), to: node)
            walk.add(
                rows.transposed().matmul(
                    x.values.reshaped([-1, w.shape[1]]), precision: precision), to: weightNode)
            walk.add(rows.summed(over: 0).reshaped([w.shape[0]]), to: biasNode)
        }
    }

    /// Returns `residual + gate · x`, each optional; with a gate, x is `[batch, tokens, width]`.
    public func gated(_ gate: Tensor?, residual: Tensor?) -> Tensor {
        guard let gate else { return residual.map { $0 + self } ?? self }
        let product = detached() * gate.detached()
        let result = residual.map { $0.detached() + product } ?? product
        return result.recorded(from: [self, gate, residual]) {
            [
                node, gateNode = gate.node, residualNode = residual?.node,
                x = Kept(self, if: gate.isTracked), g = Kept(gate, if: isTracked)
            ] gradient, walk in
            walk.add(gradient * g.values, to: node)
            if gateNode != nil {
                let sums =
                    g.shape[1] == 1
                    ? gradient.summed(over: 1, times: x.values) : gradient * x.values
                walk.add(sums.summed(to: g.shape), to: gateNode)
            }
            walk.add(gradient, to: residualNode)
        }
    }

    /// The tensor in an element type that products read, f32 unless it is one already.
    private func kernelReady() -> Tensor {
        elementType.kernel == nil ? converted(to: .f32) : self
    }

    /// The tensor with neighbours on the last axis next to each other in memory.
    func withContiguousRows() -> Tensor {
        shape[rank - 1] == 1 || strides[rank - 1] == 1 ? self : copied()
    }
}

/// A linear map's input as runs of equally spaced rows that share a gate.
private struct Items {
    let count: Int
    let rows: Int
    /// Distance of items and of rows, in elements.
    let stride: Int
    let rowStride: Int
    /// `[items, 1 or rows, columns]`.
    let gate: Tensor?

    init(_ x: Tensor, gate: Tensor?, columns: Int) {
        let depth = x.shape[x.rank - 1]
        if gate == nil, x.isContiguous {
            (count, rows) = (1, x.shape.dropLast().reduce(1, *))
            (stride, rowStride) = (0, depth)
            self.gate = nil
            return
        }
        invariant(x.rank == 3, "a gate or a view needs [batch, tokens, width], not \(x.shape)")
        (count, rows) = (x.shape[0], x.shape[1])
        (stride, rowStride) = (x.strides[0], x.strides[1])
        guard let gate else {
            self.gate = nil
            return
        }
        invariant(
            gate.rank == 3 && [1, x.shape[1]].contains(gate.shape[1]) && gate.shape[2] == columns,
            "a gate of \(gate.shape) does not fit \(x.shape)")
        self.gate = gate.converted(to: .f32)
            .broadcast(to: [x.shape[0], gate.shape[1], columns]).withContiguousRows()
    }
}

/// One matrix product, shared between the team's threads.
@safe private struct Product {
    private var job = unsafe duet_product()
    /// Keeps what the job points at alive while it runs.
    private var keeps: [Tensor] = []

    init(rows: Int, columns: Int, depth: Int, _ precision: Precision) {
        unsafe job.rows = rows
        unsafe job.columns = columns
        unsafe job.depth = depth
        unsafe job.in_bfloat16 = precision == .bfloat16 ? 1 : 0
    }

    mutating func left(_ start: UnsafePointer<Float>, _ row: Int, _ step: Int) {
        unsafe job.left = start
        unsafe job.left_row = row
        unsafe job.left_step = step
    }

    mutating func right(
        _ start: UnsafeMutableRawPointer, _ element: ElementType, _ column: Int, _ step: Int
    ) {
        unsafe job.right = UnsafeRawPointer(start)
        unsafe job.right_element = element.kernel ?? DUET_F32
        unsafe job.right_column = column
        unsafe job.right_step = step
    }

    mutating func out(_ start: UnsafeMutablePointer<Float>, _ row: Int) {
        unsafe job.out = start
        unsafe job.out_row = row
    }

    mutating func finish(
        bias: Tensor?, activation: Activation?, gate: Tensor?, residual: Tensor?, from first: Int
    ) {
        unsafe job.bias = bias?.floats
        unsafe job.activation = activation?.kernel ?? DUET_IDENTITY
        unsafe job.gate = gate?.floats
        unsafe job.gate_row = gate.map { $0.shape[0] == 1 ? 0 : $0.strides[0] } ?? 0
        unsafe job.residual = residual.map { unsafe $0.floats + first }
        unsafe job.residual_row = job.columns
        keeps = [bias, gate, residual].compactMap(\.self)
    }

    /// Computes the product; columns are shared out first, so that few threads pack one column.
    func run() {
        let work = unsafe job.rows * job.columns * job.depth
        let threads = work < 1 << 20 ? 1 : Team.current.threads
        let columnGrain = 64
        let columnParts = unsafe min(threads, max(1, job.columns / 256))
        let wanted = threads == 1 ? 1 : max(1, threads * 2 / columnParts)
        let rowGrain = duet_tile_rows()
        let rowParts = unsafe min(wanted, max(1, job.rows / 256))
        withExtendedLifetime(keeps) {
            let job = unsafe Job(product: job)
            Team.current.run(columnParts * rowParts) { part in
                let columns = piece(part % columnParts, of: columnParts, job.columns, columnGrain)
                let rows = piece(part / columnParts, of: rowParts, job.rows, rowGrain)
                job.run(rows, columns)
            }
        }
    }
}

/// Returns one of `parts` ranges that make up `0..<count`, cut at multiples of `grain`.
private func piece(_ part: Int, of parts: Int, _ count: Int, _ grain: Int) -> Range<Int> {
    let grains = (count + grain - 1) / grain
    return min(
        count, part * grains / parts * grain)..<min(
            count, (part + 1) * grains / parts * grain)
}

/// A product that threads compute parts of.
// Unchecked: each part writes its own rows and columns of the result.
@safe private struct Job: @unchecked Sendable {
    let product: duet_product

    var rows: Int { unsafe product.rows }
    var columns: Int { unsafe product.columns }

    func run(_ rows: Range<Int>, _ columns: Range<Int>) {
        unsafe withUnsafePointer(to: product) { product in
            unsafe duet_multiply(
                product, rows.lowerBound, rows.upperBound, columns.lowerBound, columns.upperBound)
        }
    }
}

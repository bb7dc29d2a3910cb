import CKernels

extension Tensor {
    /// Returns `x / sqrt(mean(x²) + eps) · weight` over the last axis.
    public func rmsNorm(weight: Tensor? = nil, eps: Float) -> Tensor {
        let x = detached().contiguous()
        let width = shape[rank - 1]
        let factor = weight?.detached().converted(to: .f32).contiguous()
        defer { extendLifetime(factor) }
        invariant(factor == nil || factor?.shape == [width], "the weight is not [\(width)]")
        let result = unsafe x.rowByRow { from, to, rows, _ in
            unsafe duet_rms_norm(from, rows.count, width, eps, factor?.floats, to)
        }
        return result.recorded(from: [self, weight]) {
            [node, weightNode = weight?.node] gradient, walk in
            let (back, sums) = unsafe x.rowsBack(
                gradient, factors: factor, sums: weightNode == nil ? 0 : 1
            ) { from, gradient, rows, to, sums, factor in
                unsafe duet_rms_norm_back(from, gradient, rows, width, eps, factor, to, sums)
            }
            walk.add(back, to: node)
            walk.add(sums.reshaped([width]), to: weightNode)
        }
    }

    /// Returns `norm(x) · (1 + scale) + shift`, the norm over the last axis with `weight`, `bias`.
    ///
    /// With a scale or shift of `[batch, 1 or tokens, width]`, `self` is `[batch, tokens, width]`.
    public func layerNorm(
        weight: Tensor? = nil, bias: Tensor? = nil, scale: Tensor? = nil, shift: Tensor? = nil,
        eps: Float
    ) -> Tensor {
        let width = shape[rank - 1]
        let parts = [self, weight, bias, scale, shift]
        if !Recording.isPaused, parts.contains(where: { $0?.isTracked == true }) {
            return trackedLayerNorm(weight, bias, scale, shift, eps)
        }
        let affine = [weight, bias].map { $0?.converted(to: .f32).contiguous() }
        defer { extendLifetime(affine) }
        invariant(
            affine.allSatisfy { $0 == nil || $0?.shape == [width] }, "no weight of [\(width)]")
        guard scale != nil || shift != nil else {
            return unsafe contiguous().rowByRow { from, to, rows, _ in
                var modulation = unsafe duet_modulation()
                unsafe (modulation.weight, modulation.bias) = (affine[0]?.floats, affine[1]?.floats)
                unsafe duet_layer_norm(from, rows.count, width, eps, &modulation, to)
            }
        }
        invariant(rank == 3, "modulation needs [batch, tokens, width], not \(shape)")
        let rows = [scale, shift].compactMap { $0?.shape[1] }.max() ?? 1
        let modulations = [scale, shift].map {
            $0?.converted(to: .f32).broadcast(to: [shape[0], rows, width]).contiguous()
        }
        defer { extendLifetime(modulations) }
        let tokens = shape[1]
        return unsafe contiguous().rowByRow(within: tokens) { from, to, range, item in
            var modulation = unsafe duet_modulation()
            unsafe (modulation.weight, modulation.bias) = (affine[0]?.floats, affine[1]?.floats)
            unsafe modulation.row = rows == 1 ? 0 : width
            let first = (item * rows + (rows == 1 ? 0 : range.lowerBound)) * width
            unsafe modulation.scale = modulations[0].map { unsafe $0.floats + first }
            unsafe modulation.shift = modulations[1].map { unsafe $0.floats + first }
            unsafe duet_layer_norm(from, range.count, width, eps, &modulation, to)
        }
    }

    /// LayerNorm with a way back for one factor and one summand.
    ///
    /// They are weight and bias for all rows, or scale and shift for each item of the batch. Other
    /// combinations follow from parts.
    private func trackedLayerNorm(
        _ weight: Tensor?, _ bias: Tensor?, _ scale: Tensor?, _ shift: Tensor?, _ eps: Float
    ) -> Tensor {
        let isPerItem = (scale?.shape ?? shift?.shape).map { $0[1] == 1 } ?? false
        let hasAffine = weight != nil || bias != nil
        let hasModulation = scale != nil || shift != nil
        if hasModulation && (hasAffine || !isPerItem || scale?.shape != shift?.shape) {
            var y = layerNorm(weight: weight, bias: bias, eps: eps)
            if let scale { y = y * (scale + 1) }
            if let shift { y = y + shift }
            return y
        }
        let constant = [weight, bias, scale, shift].map { $0?.detached() }
        let result = Recording.$isPaused.withValue(true) {
            detached().layerNorm(
                weight: constant[0], bias: constant[1], scale: constant[2], shift: constant[3],
                eps: eps)
        }
        let (factor, summand) = hasModulation ? (scale, shift) : (weight, bias)
        let width = shape[rank - 1]
        let items = hasModulation ? shape[0] : 1
        let x = detached().contiguous()
        // What the norm is multiplied by, one row for each item.
        let factors = factor.map {
            (hasModulation ? $0.detached() + 1 : $0.detached().converted(to: .f32))
                .broadcast(to: hasModulation ? [items, 1, width] : [width]).contiguous()
        }
        let shapes = (factor?.shape ?? [], summand?.shape ?? [])
        return result.recorded(from: [self, factor, summand]) {
            [node, f = factor?.node, s = summand?.node] gradient, walk in
            let isWanted = f != nil || s != nil
            let (back, sums) = unsafe x.rowsBack(
                gradient, items: items, factors: factors, sums: isWanted ? 2 : 0
            ) { from, gradient, rows, to, sums, factor in
                unsafe duet_layer_norm_back(from, gradient, rows, width, eps, factor, to, sums)
            }
            walk.add(back, to: node)
            let full = [items, 1, width]
            walk.add(
                sums.selected(1, 0).reshaped(hasModulation ? full : [width]).summed(to: shapes.0),
                to: f)
            walk.add(
                sums.selected(1, 1).reshaped(hasModulation ? full : [width]).summed(to: shapes.1),
                to: s)
        }
    }

    /// Returns each group of channels normalised over all its positions; `self` is
    /// `[batch, channels, …]`, `weight` and `bias` `[channels]`.
    public func groupNorm(
        groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, eps: Float
    ) -> Tensor {
        let channels = shape[1]
        invariant(channels % groups == 0, "\(channels) channels do not make \(groups) groups")
        let positions = shape[2...].reduce(1, *)
        if isTracked || weight?.isTracked == true || bias?.isTracked == true {
            let normed = reshaped([shape[0] * groups, -1]).layerNorm(eps: eps)
                .reshaped([shape[0], channels, positions])
            let scaled = weight.map { normed * $0.expanded(1) } ?? normed
            return (bias.map { scaled + $0.expanded(1) } ?? scaled).reshaped(shape)
        }
        let x = contiguous()
        let result = Tensor(uninitialised: shape)
        let affine = [weight, bias].map { $0?.converted(to: .f32).contiguous() }
        defer { extendLifetime((x, affine)) }
        let from = unsafe Address(x.address)
        let to = unsafe Address(result.address)
        let each = channels / groups
        Team.current.split(shape[0] * groups, grain: 1) { range in
            for group in range {
                let start = group * each * positions
                let channel = group % groups * each
                unsafe duet_group_norm(
                    from.floats + start, each, positions, 1, eps,
                    affine[0].map { unsafe $0.floats + channel },
                    affine[1].map { unsafe $0.floats + channel }, to.floats + start)
            }
        }
        return result
    }

    /// Returns `x / max(‖x‖, 1e-12) · sqrt(channels) · weight` over axis 1, the channels.
    public func channelNorm(weight: Tensor) -> Tensor {
        let channels = shape[1]
        let positions = shape[2...].reduce(1, *)
        let flat = reshaped([shape[0], channels, positions]).transposed()
        // ‖x‖ = sqrt(channels · mean(x²)), so an RMS norm is the same but for the floor.
        let eps = Float(1e-24) / Float(channels)
        let normed = flat.rmsNorm(weight: weight.reshaped([channels]), eps: eps)
        return normed.transposed().reshaped(shape)
    }

    /// Returns the softmax over the last axis.
    public func softmax() -> Tensor {
        let width = shape[rank - 1]
        let result = unsafe detached().contiguous().rowByRow { from, to, rows, _ in
            unsafe duet_softmax(from, rows.count, width, to)
        }
        return result.recorded(from: [self]) { [node] gradient, walk in
            let mean = (gradient * result).summed(to: result.shape.dropLast() + [1])
            walk.add((gradient - mean) * result, to: node)
        }
    }

    /// Returns an activation of every element.
    public func activated(_ activation: Activation) -> Tensor {
        let x = detached().contiguous()
        let result = Tensor(uninitialised: shape)
        let from = unsafe Address(UnsafeMutableRawPointer(mutating: x.floats))
        let to = unsafe Address(result.address)
        withExtendedLifetime(x) {
            Team.current.split(count, grain: 8192) { range in
                let start = range.lowerBound
                unsafe duet_activate(
                    from.floats + start, range.count, activation.kernel, to.floats + start)
            }
        }
        return result.recorded(from: [self]) { [node] gradient, walk in
            walk.add(x.activatedBack(gradient, activation), to: node)
        }
    }

    /// The gradient of x, given that of its activation.
    private func activatedBack(_ gradient: Tensor, _ activation: Activation) -> Tensor {
        let given = gradient.contiguous()
        let result = Tensor(uninitialised: shape)
        let from = unsafe Address(address)
        let slope = unsafe Address(given.address)
        let to = unsafe Address(result.address)
        withExtendedLifetime((self, given)) {
            Team.current.split(count, grain: 8192) { range in
                let start = range.lowerBound
                unsafe duet_activate_back(
                    from.floats + start, slope.floats + start, range.count, activation.kernel,
                    to.floats + start)
            }
        }
        return result
    }

    /// Calls `body` with rows of this contiguous tensor and of the result, on several threads.
    ///
    /// Ranges of rows stay within runs of `period` rows and are counted from the run's first; the
    /// last argument is the run's number.
    func rowByRow(
        within period: Int? = nil,
        _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Range<Int>, Int) -> Void
    ) -> Tensor {
        let result = Tensor(uninitialised: shape)
        guard count > 0 else { return result }
        let width = shape[rank - 1]
        let rows = count / width
        let period = period ?? rows
        let from = unsafe Address(UnsafeMutableRawPointer(mutating: floats))
        let to = unsafe Address(result.address)
        Team.current.split(rows, grain: max(1, 16_384 / width)) { range in
            var row = range.lowerBound
            while row < range.upperBound {
                let item = row / period
                let end = min(range.upperBound, (item + 1) * period)
                unsafe body(
                    UnsafePointer(from.floats + row * width), to.floats + row * width,
                    row - item * period..<end - item * period, item)
                row = end
            }
        }
        return result
    }
}

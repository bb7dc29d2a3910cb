import CKernels

extension Tensor {
    /// Returns `x / sqrt(mean(x²) + eps) · weight` over the last axis.
    public func rmsNorm(weight: Tensor? = nil, eps: Float) -> Tensor {
        let x = contiguous()
        let width = shape[rank - 1]
        let weight = weight?.converted(to: .f32).contiguous()
        defer { extendLifetime(weight) }
        invariant(weight == nil || weight?.shape == [width], "the weight is not [\(width)]")
        return unsafe x.rowByRow { from, to, rows, _ in
            unsafe duet_rms_norm(from, rows.count, width, eps, weight?.floats, to)
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

    /// Returns each group of channels normalised over all its positions; `self` is
    /// `[batch, channels, …]`, `weight` and `bias` `[channels]`.
    public func groupNorm(
        groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, eps: Float
    ) -> Tensor {
        let x = contiguous()
        let channels = shape[1]
        invariant(channels % groups == 0, "\(channels) channels do not make \(groups) groups")
        let positions = shape[2...].reduce(1, *)
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
        return unsafe contiguous().rowByRow { from, to, rows, _ in
            unsafe duet_softmax(from, rows.count, width, to)
        }
    }

    /// Returns an activation of every element.
    public func activated(_ activation: Activation) -> Tensor {
        let x = contiguous()
        defer { extendLifetime(x) }
        let result = Tensor(uninitialised: shape)
        let from = unsafe Address(UnsafeMutableRawPointer(mutating: x.floats))
        let to = unsafe Address(result.address)
        Team.current.split(count, grain: 8192) { range in
            let start = range.lowerBound
            unsafe duet_activate(
                from.floats + start, range.count, activation.kernel, to.floats + start)
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

public import Tensors

extension Tensor {
    /// Cuts `[batch, channels, …]` into patches: `[batch, tokens, channels · patch]`.
    ///
    /// Tokens count along the axes in row-major order; within one, channels come first, as the
    /// weight of a convolution with kernel = stride = patch has them.
    public func patches(_ patch: [Int]) -> Tensor {
        let axes = rank - 2
        var cut = [shape[0], shape[1]]
        for axis in 0..<axes { cut += [shape[axis + 2] / patch[axis], patch[axis]] }
        let places = (0..<axes).map { 2 + 2 * $0 }
        let order = [0] + places + [1] + places.map { $0 + 1 }
        let tokens = places.reduce(1) { $0 * cut[$1] }
        return reshaped(cut).permuted(order).reshaped([shape[0], tokens, -1])
    }

    /// Puts patches `[batch, tokens, patch · channels]` together: `[batch, channels, …]`.
    ///
    /// `grid` is the number of patches along each axis. Within a token channels come last here, as
    /// the heads of Wan and its descendants have them.
    public func assembled(grid: [Int], patch: [Int]) -> Tensor {
        let axes = grid.count
        let channels = shape[2] / patch.reduce(1, *)
        let order = [0, 2 * axes + 1] + (0..<axes).flatMap { [$0 + 1, $0 + 1 + axes] }
        return reshaped([shape[0]] + grid + patch + [channels]).permuted(order)
            .reshaped([shape[0], channels] + zip(grid, patch).map { $0 * $1 })
    }
}

/// A convolution whose kernel is its stride: a linear map of each patch.
public struct PatchEmbedding: Sendable {
    private let map: Linear

    /// The lengths of a patch.
    public let patch: [Int]

    /// Reads `NAME.weight` `[width, channels, patch…]` and `NAME.bias`.
    public init(
        _ weights: inout Weights, _ name: String, channels: Int, patch: [Int], width: Int,
        precision: Precision
    ) {
        map = Linear(
            weight: weights.take("\(name).weight", [width, channels] + patch),
            bias: weights.take("\(name).bias", [width]), precision: precision)
        self.patch = patch
    }

    /// Returns the tokens of `[batch, channels, …]`: `[batch, tokens, width]`.
    public func callAsFunction(_ x: Tensor) -> Tensor { map(x.patches(patch)) }
}

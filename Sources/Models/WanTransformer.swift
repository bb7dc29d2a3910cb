public import Layers
public import Tensors

/// The sizes of a Wan video transformer.
public struct WanConfiguration: Hashable, Sendable {
    /// Numbers per token, attention heads, and the feed-forward network's hidden numbers.
    public var width, heads, hidden: Int
    /// Transformer blocks.
    public var layers: Int
    /// Channels of the latent going in and of the velocity coming out.
    public var channelsIn, channelsOut: Int
    /// Latent frames, rows and columns that make one token.
    public var patch: [Int]
    /// Numbers of a timestep's waves and of a text state.
    public var timeWaves, textWidth: Int
    /// Added to variances before their root is taken.
    public var eps: Float
    /// What matrix products round their inputs to.
    public var precision: Precision

    /// Makes a configuration; by default Wan2.1-T2V-1.3B's.
    public init(
        width: Int = 1536, heads: Int = 12, hidden: Int = 8960, layers: Int = 30,
        channelsIn: Int = 16, channelsOut: Int = 16, patch: [Int] = [1, 2, 2],
        timeWaves: Int = 256, textWidth: Int = 4096, eps: Float = 1e-6,
        precision: Precision = .float32
    ) {
        (self.width, self.heads, self.hidden, self.layers) = (width, heads, hidden, layers)
        (self.channelsIn, self.channelsOut, self.patch) = (channelsIn, channelsOut, patch)
        (self.timeWaves, self.textWidth, self.eps) = (timeWaves, textWidth, eps)
        self.precision = precision
    }
}

/// Wan's video transformer: noisy latent, time and text in, velocity out.
///
/// Source: Wan Team, "Wan: open and advanced large-scale video generative models" (2025). In the
/// shapes, B is the batch, L the tokens, D the width.
public struct WanTransformer: Sendable {
    /// The sizes the network was made with.
    public let configuration: WanConfiguration

    let patchEmbedding: PatchEmbedding
    let conditions: WanConditions
    let blocks: [WanBlock]
    let head: WanHead

    /// Builds the network over a checkpoint with the original or with diffusers' names.
    ///
    /// The adapter's names are the original ones of the maps it adds to. Names that `isIgnored`
    /// holds for may stand in the file without being used.
    public init(
        _ checkpoint: Checkpoint, _ configuration: WanConfiguration,
        adapter: [String: LowRankUpdate] = [:],
        ignoring isIgnored: (String) -> Bool = { _ in false }
    ) throws(WeightError) {
        let c = configuration
        var weights = Weights(
            checkpoint, adapter: adapter, fileName: WanNames.spelling(of: checkpoint.names))
        patchEmbedding = PatchEmbedding(
            &weights, "patch_embedding", channels: c.channelsIn, patch: c.patch, width: c.width,
            precision: c.precision)
        conditions = WanConditions(&weights, c)
        blocks = (0..<c.layers).map { WanBlock(&weights, "blocks.\($0)", c) }
        head = WanHead(&weights, "head", c, patch: c.patch, channels: c.channelsOut)
        self.configuration = configuration
        try weights.finish(ignoring: isIgnored)
    }

    /// Returns the velocity noise - data: `[B, channels, frames, rows, columns]`.
    ///
    /// `latent` is `[B, channels, frames, rows, columns]`, `timestep` `[B]` on 0 to 1000, or
    /// `[B, L]` with one per token; `text` is `[B, length, text width]`, padding included, for
    /// padding is not masked.
    public func velocity(_ latent: Tensor, timestep: Tensor, text: Tensor) -> Tensor {
        let grid = zip(latent.shape[2...], configuration.patch).map { $0 / $1 }
        let rotation = RotaryPositions.table(
            RotaryPositions.video(grid[0], grid[1], grid[2]),
            width: configuration.width / configuration.heads)
        let time = conditions.time(timestep)
        let context = conditions.text(text)
        var x = patchEmbedding(latent)
        for block in blocks {
            x = block(x, time: time.modulation, context: context, rotation: rotation)
        }
        return head(x, time.vector).assembled(grid: grid, patch: configuration.patch)
    }
}

/// What a block is told besides its tokens: the time and the text.
struct WanConditions: Sendable {
    let timeMLP, textMLP: FeedForward
    let projection: Linear
    let timeWaves: Int

    init(_ weights: inout Weights, _ c: WanConfiguration) {
        // Timesteps stay in single precision even where products do not: they are few.
        timeMLP = FeedForward(
            &weights, "time_embedding.0", "time_embedding.2", from: c.timeWaves, hidden: c.width,
            to: c.width, activation: .silu, precision: .float32)
        projection = Linear(
            &weights, "time_projection.1", from: c.width, to: 6 * c.width, precision: .float32)
        textMLP = FeedForward(
            &weights, "text_embedding.0", "text_embedding.2", from: c.textWidth, hidden: c.width,
            to: c.width, precision: c.precision)
        timeWaves = c.timeWaves
    }

    /// A time's vector `[B, 1 or L, D]` and the six rows it becomes, `[B, 1 or L, 6, D]`.
    func time(_ timestep: Tensor) -> (vector: Tensor, modulation: Tensor) {
        let waves = timestepWaves(timestep, width: timeWaves)
        let vector = timeMLP(timestep.rank == 1 ? waves.expanded(1) : waves)
        let rows = projection(vector.activated(.silu))
        return (vector, rows.reshaped([vector.shape[0], vector.shape[1], 6, -1]))
    }

    /// Text states `[B, length, text width]` as `[B, length, D]`.
    func text(_ states: Tensor) -> Tensor { textMLP(states) }
}

/// Self-attention, attention to the text, feed-forward network.
struct WanBlock: Sendable {
    let modulation: Modulation
    let selfAttention, crossAttention: MultiHeadAttention
    let crossNorm: (weight: Tensor, bias: Tensor)
    let feedForward: FeedForward
    let eps: Float

    init(_ weights: inout Weights, _ name: String, _ c: WanConfiguration) {
        modulation = Modulation(&weights, "\(name).modulation", rows: 6, width: c.width)
        selfAttention = MultiHeadAttention(
            &weights, "\(name).self_attn", width: c.width, heads: c.heads, eps: c.eps,
            precision: c.precision)
        crossAttention = MultiHeadAttention(
            &weights, "\(name).cross_attn", width: c.width, heads: c.heads, eps: c.eps,
            precision: c.precision)
        crossNorm = (
            weights.take("\(name).norm3.weight", [c.width]),
            weights.take("\(name).norm3.bias", [c.width])
        )
        feedForward = FeedForward(
            &weights, "\(name).ffn.0", "\(name).ffn.2", from: c.width, hidden: c.hidden,
            to: c.width, precision: c.precision)
        eps = c.eps
    }

    /// x `[B, L, D]`, time `[B, 1 or L, 6, D]`, context `[B, length, D]`.
    func callAsFunction(
        _ x: Tensor, time: Tensor, context: Tensor, rotation: RotationTable
    ) -> Tensor {
        let m = modulation(time)
        let attended = attend(x, m, context: context, rotation: rotation)
        let normed = attended.layerNorm(scale: m[4], shift: m[3], eps: eps)
        return feedForward(normed, gate: m[5], residual: attended)
    }

    /// The part before the feed-forward network, which a joint model's modalities share.
    func attend(
        _ x: Tensor, _ m: [Tensor], context: Tensor, rotation: RotationTable
    ) -> Tensor {
        let normed = x.layerNorm(scale: m[1], shift: m[0], eps: eps)
        let own = selfAttention(normed, rotation: rotation, gate: m[2], residual: x)
        let query = own.layerNorm(weight: crossNorm.weight, bias: crossNorm.bias, eps: eps)
        return crossAttention(query, context: context, residual: own)
    }
}

/// The last norm and map: tokens to patches of velocity.
struct WanHead: Sendable {
    let modulation: Modulation
    let map: Linear
    let eps: Float

    init(
        _ weights: inout Weights, _ name: String, _ c: WanConfiguration, patch: [Int],
        channels: Int
    ) {
        modulation = Modulation(&weights, "\(name).modulation", rows: 2, width: c.width)
        map = Linear(
            &weights, "\(name).head", from: c.width, to: channels * patch.reduce(1, *),
            precision: .float32)
        eps = c.eps
    }

    /// x `[B, L, D]`, and the time's vector itself, `[B, 1 or L, D]`, not its six rows.
    func callAsFunction(_ x: Tensor, _ vector: Tensor) -> Tensor {
        let m = modulation(vector.expanded(2))
        return map(x.layerNorm(scale: m[1], shift: m[0], eps: eps))
    }
}

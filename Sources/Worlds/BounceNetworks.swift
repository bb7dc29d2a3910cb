public import Layers
import Models
import Rewards
public import Tensors

/// The learned rewards of the bounce world: three small networks in one file.
public struct BounceNetworks: Sendable {
    let embedder: TriModalEmbedder
    let quality: QualityHeads
    let sync: SyncClassifier

    static let shapes = TokenShapes(
        videoTokens: 64, videoInputs: 384, audioTokens: 50, audioInputs: 256, words: 13,
        vocabulary: BouncePrompt.vocabulary.count + 1)
    static let sizes = EncoderSizes(width: 96, heads: 4, hidden: 384, layers: 2)
    static let syncSizes = EncoderSizes(width: 128, heads: 4, hidden: 512, layers: 3)
    static let dimensions = 64

    /// Builds the networks; their weights are asked for by name.
    init(_ weights: inout Weights) {
        embedder = TriModalEmbedder(
            &weights, "embedder", Self.shapes, Self.sizes, dimensions: Self.dimensions)
        quality = QualityHeads(&weights, "quality", Self.shapes, Self.sizes)
        sync = SyncClassifier(&weights, "sync", Self.shapes, Self.syncSizes)
    }

    /// Builds the networks from all their weights.
    public init(_ checkpoint: Checkpoint) throws(WeightError) {
        var weights = Weights(checkpoint)
        self.init(&weights)
        try weights.finish()
    }

    /// Every weight's name and shape.
    static var weightShapes: [String: [Int]] {
        var weights = Weights(Checkpoint(tensors: [:]))
        _ = BounceNetworks(&weights)
        return weights.shapes
    }

    /// The numbers of a prompt's words, counted from 1 as in `BouncePrompt.vocabulary`, and padding.
    static func words(of text: String) -> [Int]? {
        let words = text.lowercased().split(separator: " ").map(String.init)
        let numbers = words.compactMap { BouncePrompt.vocabulary.firstIndex(of: $0).map { $0 + 1 } }
        guard numbers.count == words.count, numbers.count <= shapes.words else { return nil }
        return numbers + [Int](repeating: 0, count: shapes.words - numbers.count)
    }

    /// The pictures of views as tokens of 2 pictures by 8 by 8 pixels, from -1 to 1.
    static func videoTokens(_ views: [BounceView]) -> Tensor {
        Tensor(
            views.flatMap { $0.video.map { 2 * $0 - 1 } }, shape: [views.count, 16, 32, 16, 3]
        ).permuted([0, 4, 1, 2, 3]).patches([2, 8, 8])
    }

    /// The sound of views as tokens of 8 frames by 32 bands.
    static func audioTokens(_ views: [BounceView]) -> Tensor {
        Tensor(views.flatMap(\.mel), shape: [views.count, 1, 200, 64]).patches([8, 32])
    }
}

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
    /// Whole pictures and all bands at once, so that a token is a moment.
    static let momentShapes = TokenShapes(
        videoTokens: 16, videoInputs: 32, audioTokens: 50, audioInputs: 256, words: 0,
        vocabulary: 0)
    static let sizes = EncoderSizes(width: 96, heads: 4, hidden: 384, layers: 2)
    static let dimensions = 64

    /// Builds the networks; their weights are asked for by name.
    init(_ weights: inout Weights) {
        embedder = TriModalEmbedder(
            &weights, "embedder", Self.shapes, Self.sizes, dimensions: Self.dimensions)
        quality = QualityHeads(&weights, "quality", Self.shapes, Self.sizes)
        sync = SyncClassifier(
            &weights, "sync", Self.momentShapes, Self.sizes, dimensions: Self.dimensions)
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

    /// The numbers of a prompt's words, counted from 1 as in `BouncePrompt.vocabulary`, and
    /// padding.
    static func words(of text: String) -> [Int]? {
        let words = text.lowercased().split(separator: " ").map(String.init)
        let numbers = words.compactMap { BouncePrompt.vocabulary.firstIndex(of: $0).map { $0 + 1 } }
        guard numbers.count == words.count, numbers.count <= shapes.words else { return nil }
        return numbers + [Int](repeating: 0, count: shapes.words - numbers.count)
    }

    /// The pictures of views from -1 to 1, `[views, 3, pictures, height, width]`.
    private static func pictures(_ views: [BounceView]) -> Tensor {
        Tensor(
            views.flatMap { $0.video.map { 2 * $0 - 1 } }, shape: [views.count, 16, 32, 16, 3]
        ).permuted([0, 4, 1, 2, 3])
    }

    private static func sound(_ views: [BounceView]) -> Tensor {
        Tensor(views.flatMap(\.mel), shape: [views.count, 1, 200, 64])
    }

    /// Tokens of 2 pictures by 8 by 8 pixels.
    static func videoTokens(_ views: [BounceView]) -> Tensor { pictures(views).patches([2, 8, 8]) }

    /// Tokens of 8 frames by 32 bands.
    static func audioTokens(_ views: [BounceView]) -> Tensor { sound(views).patches([8, 32]) }

    /// A token for each picture: how much each row differs from its ends, where no shape reaches.
    ///
    /// So neither colour nor background matter; 1 is the most that any row of the clip differs by.
    static func videoMoments(_ views: [BounceView]) -> Tensor {
        Tensor(views.flatMap(rowProfiles), shape: [views.count, 16, 32])
    }

    private static func rowProfiles(_ view: BounceView) -> [Float] {
        let rows = stride(from: 0, to: view.video.count, by: 48).map { start -> Float in
            let row = view.video[start..<start + 48]
            let ends = (0..<3).map { (row[start + $0] + row[start + 45 + $0]) / 2 }
            return row.indices.reduce(0) { $0 + abs(row[$1] - ends[($1 - start) % 3]) }
        }
        let most = max(rows.max() ?? 0, 1e-3)
        return rows.map { $0 / most }
    }

    /// Tokens of 4 frames each.
    static func audioMoments(_ views: [BounceView]) -> Tensor { sound(views).patches([4, 64]) }
}

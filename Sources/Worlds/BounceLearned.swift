import Glibc
public import Media
public import Rewards
import Tensors

/// The rewards of the bounce world that are learned: they do not see as the measures do.
public struct BounceLearned: ClipEmbedder {
    private let networks: BounceNetworks

    /// Changes with the weights.
    public let version: String

    /// Scores with networks of a version.
    public init(_ networks: BounceNetworks, version: String) {
        self.networks = networks
        self.version = version
    }

    /// Scores with the networks of a safetensors file; its metadata say what made them.
    public init(path: String) throws(BounceLearnedError) {
        do {
            let file = try SafetensorsFile(path: path)
            networks = try BounceNetworks(Checkpoint(path: path))
            version = BounceRewardTraining.Part.allCases.map { part in
                "\(part.rawValue): \(file.metadata[part.rawValue] ?? "unnamed")"
            }.joined(separator: "; ")
        } catch {
            throw BounceLearnedError(
                description: "\(path): these are no weights of the bounce world's rewards: \(error)"
            )
        }
    }

    /// `bounce-learned`.
    public var name: String { "bounce-learned" }

    /// The same outputs as the measures have.
    public var outputs: [RewardOutput] { BounceMeasures.outputs }

    /// Scores a clip of any size and rate; text scores need words of this world.
    public func score(_ clip: MediaClip, prompt: String) -> [RewardValue] {
        let missing = BounceMeasures.missing(clip)
        if let missing { return outputs.map { _ in .reason(missing) } }
        return score([(BounceView(clip), prompt)])[0]
    }

    /// Scores several clips at once, as the small model sees them.
    public func score(_ clips: [(view: BounceView, prompt: String)]) -> [[RewardValue]] {
        let views = clips.map(\.view)
        let (video, audio) = (BounceNetworks.videoTokens(views), BounceNetworks.audioTokens(views))
        let words = clips.map { BounceNetworks.words(of: $0.prompt) }
        let padding = [Int](repeating: 0, count: BounceNetworks.shapes.words)
        let text = networks.embedder.embed(words: words.map { $0 ?? padding })
        let (seen, heard) = (
            networks.embedder.embed(video: video), networks.embedder.embed(audio: audio)
        )
        let looks = networks.quality.qualities(video: video).floatArray()
        let sounds = networks.quality.quality(audio: audio).floatArray()
        let logits = networks.sync.logits(
            video: BounceNetworks.videoMoments(views), audio: BounceNetworks.audioMoments(views))
        let offsets = logits.softmax().floatArray()
        let (textAudio, textVideo, semantic) = (
            cosines(text, heard), cosines(text, seen), cosines(heard, seen)
        )
        return clips.indices.map { index in
            let shares = offsets[index * 21..<(index + 1) * 21].map { Double($0) }
            let desync = zip(SyncClassifier.offsets, shares).reduce(0) { $0 + abs($1.0) * $1.1 }
            func reading(_ cosine: Double) -> RewardValue {
                words[index] == nil
                    ? .reason("the prompt has words that are none of the bounce world's")
                    : RewardValue(cosine)
            }
            return [
                RewardValue(Double(sounds[index])), reading(textAudio[index]),
                RewardValue(Double(looks[2 * index])), RewardValue(Double(looks[2 * index + 1])),
                reading(textVideo[index]), RewardValue(semantic[index]), RewardValue(shares[10]),
                RewardValue(desync),
            ]
        }
    }

    /// Directions of the network that scores what belongs together.
    public func embed(_ clip: MediaClip) -> [String: [Float]] {
        let view = BounceView(clip)
        var rows: [String: [Float]] = [:]
        if !view.video.isEmpty {
            let tokens = BounceNetworks.videoTokens([view])
            rows["video"] = networks.embedder.embed(video: tokens).floatArray()
        }
        if !view.mel.isEmpty {
            let tokens = BounceNetworks.audioTokens([view])
            rows["audio"] = networks.embedder.embed(audio: tokens).floatArray()
        }
        return rows
    }

    /// The products of rows of length 1.
    private func cosines(_ first: Tensor, _ second: Tensor) -> [Double] {
        let products = (first * second).floatArray()
        let width = first.shape[1]
        return stride(from: 0, to: products.count, by: width).map { start in
            products[start..<start + width].reduce(0.0) { $0 + Double($1) }
        }
    }
}

/// Why learned rewards could not be loaded.
public struct BounceLearnedError: Error, CustomStringConvertible {
    /// The file, and what is wrong with it.
    public let description: String
}

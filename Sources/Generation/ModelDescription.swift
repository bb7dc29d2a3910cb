public import Models
public import Tensors

/// What `model.json` says of a model: all sizes, so that weights can be checked against them.
///
/// Every key must be there but those that are optional here, and no other key may.
public struct ModelDescription: Codable, Equatable, Sendable {
    /// The version of the format: `duet-model/1`.
    public var format: String
    /// What campaigns call it.
    public var name: String
    /// The network: `javisdit++`.
    public var architecture: Architecture
    /// The network's sizes.
    public var network: Network
    /// How text reaches the network.
    public var text: Text
    /// The clips it was made for.
    public var clip: ClipShape
    /// What turns clips into latents and back.
    public var codec: CodecDescription
    /// How candidates are sampled when nobody says otherwise.
    public var sampler: SamplerSettings

    /// The only format there is.
    public static let format = "duet-model/1"

    /// Makes a description in the current format.
    public init(
        name: String, architecture: Architecture = .javis, network: Network, text: Text,
        clip: ClipShape, codec: CodecDescription, sampler: SamplerSettings
    ) {
        format = Self.format
        (self.name, self.architecture, self.network) = (name, architecture, network)
        (self.text, self.clip, self.codec, self.sampler) = (text, clip, codec, sampler)
    }

    /// The networks that a model can have.
    public enum Architecture: String, Codable, CaseIterable, Sendable {
        /// JavisDiT++'s joint transformer.
        case javis = "javisdit++"
    }

    /// Where text comes from.
    public struct Text: Codable, Equatable, Sendable {
        /// What the network is given.
        public var kind: Kind
        /// Words or states, padding included.
        public var length: Int
        /// Numbers of each.
        public var width: Int

        /// Where text comes from.
        public init(kind: Kind, length: Int, width: Int) {
            (self.kind, self.length, self.width) = (kind, length, width)
        }

        /// What the network is given of a text.
        public enum Kind: String, Codable, CaseIterable, Sendable {
            /// Words of `vocabulary.txt`, which the network embeds itself.
            case words
            /// States of a text encoder that is no part of the model.
            case states
        }
    }

    /// The sizes of a joint transformer.
    public struct Network: Codable, Equatable, Sendable {
        /// Numbers per token, attention heads, transformer blocks.
        public var width, heads, layers: Int
        /// Hidden numbers of each modality's feed-forward networks.
        public var hidden, audioHidden: Int
        /// Channels of the latents.
        public var videoChannels, audioChannels: Int
        /// Frames, rows and columns of latent that make one video token.
        public var videoPatch: [Int]
        /// Steps and bands of latent that make one audio token.
        public var audioPatch: [Int]
        /// Numbers of a timestep's waves.
        public var timeWaves: Int
        /// Added to variances before their root is taken.
        public var eps: Float
        /// Where audio tokens stand beside the video's, such as `interleave_offset/half_even`.
        public var positions: AudioPositions
        /// Whether the audio's feed-forward networks have rows of modulation of their own.
        public var audioModulation: Bool
        /// Whether timesteps are rounded to bfloat16 first.
        public var roundsTimesteps: Bool
        /// The grids of a learned table of positions, when there is one.
        public var learnedPositions: JavisConfiguration.LearnedPositions?

        enum CodingKeys: String, CodingKey {
            case width, heads, layers, hidden, eps, positions
            case audioHidden = "audio_hidden"
            case videoChannels = "video_channels"
            case audioChannels = "audio_channels"
            case videoPatch = "video_patch"
            case audioPatch = "audio_patch"
            case timeWaves = "time_waves"
            case audioModulation = "audio_modulation"
            case roundsTimesteps = "rounds_timesteps"
            case learnedPositions = "learned_positions"
        }

        /// Takes the sizes of a network's configuration.
        public init(_ c: JavisConfiguration) {
            (width, heads, layers) = (c.wan.width, c.wan.heads, c.wan.layers)
            (hidden, audioHidden) = (c.wan.hidden, c.audioHidden)
            (videoChannels, audioChannels) = (c.wan.channelsIn, c.audioChannels)
            (videoPatch, audioPatch) = (c.wan.patch, c.audioPatch)
            (timeWaves, eps, positions) = (c.wan.timeWaves, c.wan.eps, c.positions)
            audioModulation = c.hasAudioModulation
            roundsTimesteps = c.roundsTimesteps
            learnedPositions = c.learnedPositions
        }
    }

    /// The network's configuration; `words` is the number of rows of its word embeddings.
    public func configuration(words: Int, precision: Precision) -> JavisConfiguration {
        let n = network
        return JavisConfiguration(
            wan: WanConfiguration(
                width: n.width, heads: n.heads, hidden: n.hidden, layers: n.layers,
                channelsIn: n.videoChannels, channelsOut: n.videoChannels, patch: n.videoPatch,
                timeWaves: n.timeWaves, textWidth: text.width, eps: n.eps, precision: precision),
            audioHidden: n.audioHidden, audioChannels: n.audioChannels, audioPatch: n.audioPatch,
            positions: n.positions, hasAudioModulation: n.audioModulation,
            roundsTimesteps: n.roundsTimesteps, learnedPositions: n.learnedPositions,
            words: words)
    }
}

extension ModelDescription {
    /// Says what contradicts itself in it, each with the path of a key; nothing when all is well.
    var contradictions: [String] {
        var found: [String] = []
        func check(_ holds: Bool, _ sentence: String) { if !holds { found.append(sentence) } }
        check(format == Self.format, "format is \"\(format)\"; this version reads \(Self.format)")
        let n = network
        let sizes = [
            ("network.width", n.width), ("network.heads", n.heads), ("network.layers", n.layers),
            ("network.hidden", n.hidden), ("network.audio_hidden", n.audioHidden),
            ("network.video_channels", n.videoChannels),
            ("network.audio_channels", n.audioChannels), ("network.time_waves", n.timeWaves),
            ("text.length", text.length), ("text.width", text.width),
            ("clip.frames", clip.frames), ("clip.height", clip.height),
            ("clip.width", clip.width), ("sampler.steps", sampler.steps),
        ]
        for (key, value) in sizes { check(value > 0, "\(key) is \(value); it must be above 0") }
        func lengths(_ key: String, _ values: [Int], _ count: Int) {
            check(
                values.count == count && values.allSatisfy { $0 > 0 },
                "\(key) is \(values); it needs \(count) lengths above 0")
        }
        lengths("network.video_patch", n.videoPatch, 3)
        lengths("network.audio_patch", n.audioPatch, 2)
        if let learned = n.learnedPositions {
            lengths("network.learned_positions.video", learned.video, 3)
            lengths("network.learned_positions.audio", learned.audio, 2)
        }
        check(n.eps > 0, "network.eps is \(n.eps); it must be above 0")
        guard found.isEmpty else { return found }
        check(
            n.width % n.heads == 0 && n.width / n.heads % 2 == 0,
            "network.width \(n.width) does not divide into \(n.heads) heads of even width")
        found += codec.contradictions(clip, n) + sampler.contradictions.map { "sampler.\($0)" }
        return found
    }
}

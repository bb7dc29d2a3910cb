public import Layers
public import Tensors

/// The sizes of a JavisDiT++ joint transformer: a Wan transformer with an audio branch.
public struct JavisConfiguration: Hashable, Sendable {
    /// The shared part, whose channels and patch are the video's.
    public var wan: WanConfiguration
    /// The hidden numbers of the audio's feed-forward networks.
    public var audioHidden: Int
    /// Channels of the audio latent.
    public var audioChannels: Int
    /// Latent steps and bands that make one audio token.
    public var audioPatch: [Int]
    /// Where audio tokens stand beside the video's.
    public var positions: AudioPositions
    /// Whether the audio's feed-forward network has rows of modulation of its own.
    public var hasAudioModulation: Bool
    /// Whether timesteps are rounded to bfloat16 first, as the released code does.
    public var roundsTimesteps: Bool
    /// The grids whose tokens have a learned position each, besides the rotary one; or nil.
    public var learnedPositions: LearnedPositions?
    /// Rows of the network's own word embeddings, padding included; 0 = text comes as states.
    public var words: Int

    /// The grids of tokens that a learned table of positions was made for: small networks learn a
    /// picture's layout from it much sooner than from rotary positions alone.
    public struct LearnedPositions: Hashable, Codable, Sendable {
        /// Frames, rows and columns of video tokens.
        public var video: [Int]
        /// Steps and bands of audio tokens.
        public var audio: [Int]

        /// Names the grids.
        public init(video: [Int], audio: [Int]) {
            self.video = video
            self.audio = audio
        }

        /// Tokens of the video and of the audio, which is the order of the table's rows.
        var counts: (video: Int, audio: Int) { (video.reduce(1, *), audio.reduce(1, *)) }
    }

    /// Makes a configuration; by default that of the released JavisDiT-v1.0.
    public init(
        wan: WanConfiguration = WanConfiguration(), audioHidden: Int = 8960,
        audioChannels: Int = 8, audioPatch: [Int] = [2, 2],
        positions: AudioPositions = .interleaveOffset(.torchLinspace),
        hasAudioModulation: Bool = true, roundsTimesteps: Bool = true,
        learnedPositions: LearnedPositions? = nil, words: Int = 0
    ) {
        (self.wan, self.audioHidden) = (wan, audioHidden)
        (self.audioChannels, self.audioPatch, self.positions) = (
            audioChannels, audioPatch, positions
        )
        (self.hasAudioModulation, self.roundsTimesteps) = (hasAudioModulation, roundsTimesteps)
        (self.learnedPositions, self.words) = (learnedPositions, words)
    }
}

/// JavisDiT++'s joint transformer: one row of video and audio tokens through shared attention,
/// then a feed-forward network per modality (MS-MoE).
///
/// Source: JavisDiT++ (2026) and its released code, whose sign is turned here: velocities are
/// noise - data. In the shapes, B is the batch, D the width.
public struct JavisTransformer: Sendable {
    /// The sizes the network was made with.
    public let configuration: JavisConfiguration

    let conditions: WanConditions
    let videoEmbedding, audioEmbedding: PatchEmbedding
    let audioProjection: Linear
    let blocks: [JavisBlock]
    let videoHead, audioHead: WanHead
    let positionTable, wordEmbedding: Tensor?

    /// Builds the network over a checkpoint whose shared part has Wan's names or diffusers'.
    ///
    /// The adapter's names are the original ones of the maps it adds to. Names that `isIgnored`
    /// holds for may stand in the file without being used.
    public init(
        _ checkpoint: Checkpoint, _ configuration: JavisConfiguration,
        adapter: [String: LowRankUpdate] = [:],
        ignoring isIgnored: (String) -> Bool = { _ in false }
    ) throws(WeightError) {
        var weights = Weights(
            checkpoint, adapter: adapter, fileName: WanNames.spelling(of: checkpoint.names))
        self.init(&weights, configuration)
        try weights.finish(ignoring: isIgnored)
    }

    /// Returns the shape of every weight, by its original name.
    public static func shapes(_ configuration: JavisConfiguration) -> [String: [Int]] {
        var weights = Weights(Checkpoint(tensors: [:]))
        _ = JavisTransformer(&weights, configuration)
        return weights.shapes
    }

    private init(_ weights: inout Weights, _ configuration: JavisConfiguration) {
        let (c, wan) = (configuration, configuration.wan)
        conditions = WanConditions(&weights, wan)
        videoEmbedding = PatchEmbedding(
            &weights, "patch_embedding", channels: wan.channelsIn, patch: wan.patch,
            width: wan.width, precision: wan.precision)
        audioEmbedding = PatchEmbedding(
            &weights, "audio_patch_embedding", channels: c.audioChannels, patch: c.audioPatch,
            width: wan.width, precision: wan.precision)
        audioProjection = Linear(
            &weights, "audio_time_projection.1", from: wan.width, to: 3 * wan.width,
            precision: .float32)
        blocks = (0..<wan.layers).map { JavisBlock(&weights, "blocks.\($0)", c) }
        videoHead = WanHead(
            &weights, "head", wan, patch: wan.patch, channels: wan.channelsOut)
        audioHead = WanHead(
            &weights, "audio_head", wan, patch: c.audioPatch, channels: c.audioChannels)
        positionTable = c.learnedPositions.map {
            weights.take("position_table", [$0.counts.video + $0.counts.audio, wan.width])
        }
        wordEmbedding =
            c.words > 0 ? weights.take("word_embedding.weight", [c.words, wan.textWidth]) : nil
        self.configuration = configuration
    }

    /// A latent per modality, or a velocity; either may be absent.
    public struct Latents: Sendable {
        /// `[B, channels, frames, rows, columns]`.
        public var video: Tensor?
        /// `[B, channels, steps, bands]`.
        public var audio: Tensor?

        /// Joins the latents of the modalities that take part.
        public init(video: Tensor?, audio: Tensor?) {
            self.video = video
            self.audio = audio
        }
    }

    /// Returns the states of texts that are given as rows of the network's own word embeddings,
    /// all of one length: `[texts, length, text width]`.
    public func states(ofWords texts: [[Int]]) -> Tensor {
        guard let wordEmbedding else { fatalError("this network has no word embeddings") }
        return wordEmbedding.gathered(texts.flatMap(\.self)).converted(to: .f32)
            .reshaped([texts.count, texts[0].count, -1])
    }

    /// Returns the velocities noise - data of the modalities that are given.
    ///
    /// `timestep` is `[B]` on 0 to 1000; `text` `[B, length, text width]` with its padding.
    /// `videoFrames` is the number of latent frames that audio is aligned to when it is alone. In
    /// training, a network that `recomputes` keeps only what goes into each block.
    public func velocity(
        _ latents: Latents, timestep: Tensor, text: Tensor, videoFrames: Int? = nil,
        recomputes: Bool = false
    ) -> Latents {
        let times = configuration.roundsTimesteps ? timestep.converted(to: .bf16) : timestep
        let time = conditions.time(times)
        let audioTime = audioProjection(time.vector.activated(.silu))
            .reshaped([time.vector.shape[0], 1, 3, -1])
        let context = conditions.text(text)
        let (rotation, videoGrid, audioGrid) = layout(latents, videoFrames: videoFrames)
        let tokens = [
            latents.video.map(videoEmbedding.callAsFunction),
            latents.audio.map(audioEmbedding.callAsFunction),
        ].compactMap(\.self)
        let videoCount = latents.video == nil ? 0 : tokens[0].shape[1]
        var x = tokens.count == 1 ? tokens[0] : Tensor.concatenated(tokens, axis: 1)
        if let places = learnedPositions(videoGrid, audioGrid, latents) { x = x + places }
        for block in blocks {
            let run = { @Sendable [x] in
                block(
                    x, videoCount: videoCount, time: time.modulation, audioTime: audioTime,
                    context: context, rotation: rotation)
            }
            x = recomputes ? recomputed(run) : run()
        }
        let video = latents.video.map { _ in
            videoHead(x.sliced(1, 0..<videoCount), time.vector)
                .assembled(grid: videoGrid, patch: configuration.wan.patch)
        }
        let audio = latents.audio.map { _ in
            audioHead(x.sliced(1, videoCount..<x.shape[1]), time.vector)
                .assembled(grid: audioGrid, patch: configuration.audioPatch)
        }
        return Latents(video: video, audio: audio)
    }

    /// The rotation of all tokens, and each modality's grid of patches.
    func layout(
        _ latents: Latents, videoFrames: Int?
    ) -> (rotation: RotationTable, video: [Int], audio: [Int]) {
        let video = latents.video.map { grid($0, configuration.wan.patch) } ?? [0, 0, 0]
        let audio = latents.audio.map { grid($0, configuration.audioPatch) } ?? [0, 0]
        let frames = latents.video == nil ? videoFrames ?? audio[0] : video[0]
        let places =
            RotaryPositions.video(video[0], video[1], video[2])
            + configuration.positions.table(
                video: (frames, video[1], video[2]), audio: (audio[0], audio[1]))
        let width = configuration.wan.width / configuration.wan.heads
        return (RotaryPositions.table(places, width: width), video, audio)
    }

    /// The learned positions of the modalities that take part, `[tokens, D]`.
    private func learnedPositions(
        _ video: [Int], _ audio: [Int], _ latents: Latents
    ) -> Tensor? {
        guard let grids = configuration.learnedPositions, let positionTable else { return nil }
        guard latents.video == nil || video == grids.video,
            latents.audio == nil || audio == grids.audio
        else {
            fatalError(
                "grids of \(video) and \(audio) tokens; positions were learned for "
                    + "\(grids.video) and \(grids.audio)")
        }
        let (first, second) = grids.counts
        let start = latents.video == nil ? first : 0
        return positionTable.sliced(0, start..<(latents.audio == nil ? first : first + second))
    }

    private func grid(_ latent: Tensor, _ patch: [Int]) -> [Int] {
        zip(latent.shape[2...], patch).map { $0 / $1 }
    }
}

/// A Wan block whose last part is the video's for video tokens and the audio's for audio tokens.
public struct JavisBlock: Sendable {
    let wan: WanBlock
    let audioFeedForward: FeedForward
    let audioModulation: Modulation
    let hasAudioModulation: Bool

    /// Reads the block's weights, all of whose names begin with `NAME.`.
    public init(_ weights: inout Weights, _ name: String, _ c: JavisConfiguration) {
        wan = WanBlock(&weights, name, c.wan)
        audioFeedForward = FeedForward(
            &weights, "\(name).audio_ffn.0", "\(name).audio_ffn.2", from: c.wan.width,
            hidden: c.audioHidden, to: c.wan.width, precision: c.wan.precision)
        audioModulation = Modulation(
            &weights, "\(name).audio_modulation.param", rows: 3, width: c.wan.width)
        hasAudioModulation = c.hasAudioModulation
    }

    /// Returns the tokens one block further.
    ///
    /// x is `[B, video + audio tokens, D]`, the time `[B, 1, 6, D]`, the audio's `[B, 1, 3, D]`,
    /// the context `[B, length, D]`.
    public func callAsFunction(
        _ x: Tensor, videoCount: Int, time: Tensor, audioTime: Tensor, context: Tensor,
        rotation: RotationTable
    ) -> Tensor {
        let m = wan.modulation(time)
        let attended = wan.attend(x, m, context: context, rotation: rotation)
        let audioCount = x.shape[1] - videoCount
        let a = hasAudioModulation ? audioModulation(audioTime) : Array(m[3...])
        var parts: [Tensor] = []
        if videoCount > 0 {
            let video = attended.sliced(1, 0..<videoCount).contiguous()
            let normed = video.layerNorm(scale: m[4], shift: m[3], eps: wan.eps)
            parts.append(wan.feedForward(normed, gate: m[5], residual: video))
        }
        if audioCount > 0 {
            let audio = attended.sliced(1, videoCount..<x.shape[1]).contiguous()
            let normed = audio.layerNorm(scale: a[1], shift: a[0], eps: wan.eps)
            parts.append(audioFeedForward(normed, gate: a[2], residual: audio))
        }
        return parts.count == 1 ? parts[0] : Tensor.concatenated(parts, axis: 1)
    }
}

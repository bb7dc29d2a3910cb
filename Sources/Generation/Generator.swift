import Models
import Samplers
public import Tensors

/// A model that is loaded and makes candidates.
///
/// Its weights lie in mapped files, so all processes of a node that load it share them.
public struct Generator: Sendable {
    /// The model.
    public let folder: ModelFolder
    /// The model's identity.
    public let hash: String
    /// The adapter over it; nil for none.
    public let adapter: AdapterFile?
    /// Its codec.
    public let codec: any Codec

    private let network: JavisTransformer

    /// Loads a model whose hash may be known already; products round as `precision` says.
    public init(
        _ folder: ModelFolder, precision: Precision, adapter: AdapterFile? = nil,
        hash: String? = nil
    ) throws(ModelError) {
        self.folder = folder
        self.adapter = adapter
        if let hash { self.hash = hash } else { self.hash = try folder.hash() }
        network = try folder.transformer(precision: precision, adapter: adapter)
        codec = try folder.codec()
    }

    /// One candidate that is wanted.
    public struct Order: Hashable, Sendable {
        /// The text it answers.
        public var text: String
        /// Fixes its noise: the same seed gives the same candidate, whatever it is made beside.
        public var seed: UInt64

        /// Names a candidate.
        public init(text: String, seed: UInt64) {
            self.text = text
            self.seed = seed
        }
    }

    /// How the model's description says that candidates are made.
    public var usual: GenerationSettings {
        GenerationSettings(clip: folder.description.clip, sampler: folder.description.sampler)
    }

    /// Makes candidates side by side; each is the same to the bit as if it were made alone.
    ///
    /// `progress` is told the share that is done and what is being done; what it throws ends the
    /// work.
    public func candidates(
        _ orders: [Order], _ settings: GenerationSettings, branches: Branches? = nil,
        progress: (Double, String) throws -> Void = { _, _ in }
    ) throws -> [Candidate] {
        try check(settings)
        guard !orders.isEmpty else { return [] }
        let sampler = settings.sampler
        let text = try states(orders.map(\.text))
        let negative = try states([sampler.negativePrompt])
        let schedule = self.schedule(settings)
        let loop = SamplingLoop(
            network: network, settings: sampler, schedule: schedule,
            branches: branches ?? usualBranches(settings.clip, candidates: orders.count))
        // Decoding is told as one step more.
        let parts = Double(schedule.steps + 1)
        let latents = try loop.run(
            from: .init(
                video: noise(orders, .video, codec.videoShape(settings.clip)),
                audio: noise(orders, .audio, codec.audioShape(settings.clip))),
            text: text, negative: negative
        ) { step in
            try progress(Double(step) / parts, "step \(step + 1) of \(schedule.steps)")
        }
        try progress(Double(schedule.steps) / parts, "decoding")
        guard latents.video.isFinite, latents.audio.isFinite else {
            throw ModelError(
                .unsuited,
                "sampling ended in numbers that are not finite; give more steps or less guidance")
        }
        return decode(latents.video, latents.audio, of: settings.clip)
    }

    /// Takes a clip in: its latents, and the clip as the model sees it.
    public func ingest(video: String?, audio: String?) throws(GroundTruthError) -> Candidate {
        let shape = folder.description.clip
        let clip = try GroundTruth.read(
            video: video, audio: audio, as: shape, sampleRate: codec.sampleRate)
        return Candidate(
            video: codec.encode([clip.video]).selected(0, 0),
            audio: codec.encode([clip.audio], of: shape).selected(0, 0), pictures: clip.video,
            sound: clip.audio)
    }

    private func noise(_ orders: [Order], _ modality: Modality, _ shape: [Int]) -> Tensor {
        .concatenated(
            orders.map { order in
                NoiseStream(seed: order.seed, stream: modality.rawValue).tensor([1] + shape)
            }, axis: 0)
    }

    private func decode(_ video: Tensor, _ audio: Tensor, of clip: ClipShape) -> [Candidate] {
        let pictures = codec.decodeVideo(video, of: clip)
        let sounds = codec.decodeAudio(audio, of: clip)
        return pictures.indices.map { item in
            Candidate(
                video: video.selected(0, item).contiguous(),
                audio: audio.selected(0, item).contiguous(), pictures: pictures[item],
                sound: sounds[item])
        }
    }

    /// What the network is told of texts: `[texts, length, width]`.
    private func states(_ texts: [String]) throws -> Tensor {
        guard let vocabulary = folder.vocabulary else {
            throw ModelError(
                .unsuited,
                "\(folder.path): the model takes states of a text encoder, which this version "
                    + "cannot make; it generates with models whose text.kind is words")
        }
        let length = folder.description.text.length
        return network.states(
            ofWords: try texts.map { try vocabulary.numbers(of: $0, length: length) })
    }

    private func schedule(_ settings: GenerationSettings) -> Schedule {
        let (clip, sampler) = (settings.clip, settings.sampler)
        let shift = sampler.shift.value(
            height: clip.height, width: clip.width, frames: clip.frames, tokens: tokens(clip))
        return Schedule(sampler.spacing, steps: sampler.steps, shift: shift)
    }

    /// Tokens of a clip's video.
    private func tokens(_ clip: ClipShape) -> Int {
        zip(codec.videoShape(clip).dropFirst(), network.configuration.wan.patch)
            .reduce(1) { $0 * ($1.0 / $1.1) }
    }

    /// Few tokens keep no processor busy, many fill its caches as they are.
    private func usualBranches(_ clip: ClipShape, candidates: Int) -> Branches {
        tokens(clip) * candidates <= 2048 ? .batched : .sequential
    }

    /// Refuses settings that the model cannot follow.
    private func check(_ settings: GenerationSettings) throws(ModelError) {
        var description = folder.description
        (description.clip, description.sampler) = (settings.clip, settings.sampler)
        let problems = description.contradictions
        guard problems.isEmpty else {
            throw ModelError(.unsuited, problems.joined(separator: "; "))
        }
        guard settings.sampler.precision == network.configuration.wan.precision else {
            throw ModelError(
                .unsuited,
                "the model was loaded for \(network.configuration.wan.precision.rawValue)")
        }
        let clip = folder.description.clip
        let isOtherSize =
            (settings.clip.frames, settings.clip.height, settings.clip.width)
            != (clip.frames, clip.height, clip.width)
        if folder.description.network.learnedPositions != nil, isOtherSize {
            throw ModelError(
                .unsuited,
                "the model has learned positions for clips of \(clip.frames) pictures of "
                    + "\(clip.width)x\(clip.height) only")
        }
    }
}

/// What decides a candidate besides its order and its model.
public struct GenerationSettings: Codable, Hashable, Sendable {
    /// The clip's shape.
    public var clip: ClipShape
    /// How it is sampled.
    public var sampler: SamplerSettings

    /// Joins the two.
    public init(clip: ClipShape, sampler: SamplerSettings) {
        self.clip = clip
        self.sampler = sampler
    }
}

extension Tensor {
    /// Whether no element is infinite or not a number.
    var isFinite: Bool { floatArray().allSatisfy(\.isFinite) }
}

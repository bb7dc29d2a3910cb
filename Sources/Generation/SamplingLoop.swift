public import Models
public import Samplers
public import Tensors

/// How the two branches of guidance are worked out, which never changes a bit of the result.
public enum Branches: String, CaseIterable, Sendable {
    /// Both in one batch: faster where a branch alone keeps the processor idle.
    case batched
    /// One after the other, in half the memory.
    case sequential
}

/// Walks noise down to data along a network's velocities.
public struct SamplingLoop {
    private let network: JavisTransformer
    private let settings: SamplerSettings
    private let schedule: Schedule
    private let branches: Branches

    /// Takes a network, and from the settings the solver and the guidance.
    public init(
        network: JavisTransformer, settings: SamplerSettings, schedule: Schedule,
        branches: Branches
    ) {
        (self.network, self.settings) = (network, settings)
        (self.schedule, self.branches) = (schedule, branches)
    }

    /// Latents of both modalities, each with a batch in front.
    public struct Joint: Sendable {
        /// The video's, `[B, channels, frames, rows, columns]`.
        public var video: Tensor
        /// The audio's, `[B, channels, steps, bands]`.
        public var audio: Tensor

        /// Joins the two.
        public init(video: Tensor, audio: Tensor) {
            (self.video, self.audio) = (video, audio)
        }
    }

    /// Returns the data that noise `[B, …]` becomes.
    ///
    /// `text` is `[B, length, width]`, `negative` `[1, length, width]`. Each step is reported
    /// before it is taken; what `willTake` throws ends the walk. All buffers of a step come from
    /// the pool and go back to it, so a second step asks the system for nothing.
    public func run<E>(
        from noise: Joint, text: Tensor, negative: Tensor, willTake: (Int) throws(E) -> Void
    ) throws(E) -> Joint {
        var latents = noise
        var (video, audio) = (settings.solver.solver(schedule), settings.solver.solver(schedule))
        let negative = negative.broadcast(to: text.shape).contiguous()
        for step in 0..<schedule.steps {
            try willTake(step)
            let velocity = guided(latents, step, text, negative)
            latents.video = video.step(latents.video, velocity: velocity.video)
            latents.audio = audio.step(latents.audio, velocity: velocity.audio)
        }
        return latents
    }

    /// The velocity at a step, with each modality's guidance where it is active.
    private func guided(
        _ latents: Joint, _ step: Int, _ text: Tensor, _ negative: Tensor
    ) -> Joint {
        let (sigma, timestep) = (schedule.sigmas[step], schedule.timesteps[step])
        let guidesVideo = settings.videoGuidance.isActive(at: sigma)
        let guidesAudio = settings.audioGuidance.isActive(at: sigma)
        guard guidesVideo || guidesAudio else { return velocity(latents, timestep, text) }
        var conditional, unconditional: Joint
        switch branches {
        case .sequential:
            conditional = velocity(latents, timestep, text)
            unconditional = velocity(latents, timestep, negative)
        case .batched:
            let count = text.shape[0]
            func twice(_ x: Tensor) -> Tensor { .concatenated([x, x], axis: 0) }
            let both = velocity(
                Joint(video: twice(latents.video), audio: twice(latents.audio)), timestep,
                .concatenated([text, negative], axis: 0))
            func part(_ range: Range<Int>) -> Joint {
                Joint(video: both.video.sliced(0, range), audio: both.audio.sliced(0, range))
            }
            (conditional, unconditional) = (part(0..<count), part(count..<2 * count))
        }
        if guidesVideo {
            conditional.video = settings.videoGuidance.combine(
                conditional: conditional.video, unconditional: unconditional.video)
        }
        if guidesAudio {
            conditional.audio = settings.audioGuidance.combine(
                conditional: conditional.audio, unconditional: unconditional.audio)
        }
        return conditional
    }

    private func velocity(_ latents: Joint, _ timestep: Float, _ text: Tensor) -> Joint {
        let result = network.velocity(
            .init(video: latents.video, audio: latents.audio),
            timestep: Tensor(repeating: timestep, shape: [text.shape[0]]), text: text)
        guard let video = result.video, let audio = result.audio else {
            fatalError("a joint network gave one velocity for two latents")
        }
        return Joint(video: video, audio: audio)
    }
}

import Golden
import Layers
import Samplers
import Tensors
import Testing

@testable import Models

struct JavisTransformerTests {
    private let golden: GoldenFile
    private let checkpoint: Checkpoint

    init() throws {
        golden = try GoldenFile("04_msmoe_stack")
        checkpoint = try golden.checkpoint("04_msmoe_stack")
    }

    @Test func velocitiesAtEveryKindOfPositionAreTheReferences() throws {
        for name in golden.names(from: "output.", to: ".audio") {
            let middle = String(name.dropFirst("output.".count).dropLast(".audio".count))
            guard let positions = try? AudioPositions(golden: middle) else { continue }
            try check(model(positions), latents(), "output.\(middle)")
        }
    }

    @Test func audioMayUseTheVideosModulation() throws {
        let shared = try model(.interleaveOffset(.halfEven), hasAudioModulation: false)
        try check(shared, latents(), "output.shared_modulation")
    }

    @Test func oneModalityAlone() throws {
        let model = try model(.interleaveOffset(.halfEven))
        let both = try latents()
        try check(model, .init(video: both.video, audio: nil), "output.video_only")
        try check(model, .init(video: nil, audio: both.audio), "output.audio_only")
    }

    @Test func everyStageIsTheReferences() throws {
        let model = try model(.interleaveOffset(.halfEven))
        let both = try latents()
        func check(_ result: Tensor, _ name: String) throws {
            let expected = try golden["inter.\(name)"]
            #expect(try golden.difference(result.reshaped(expected.shape), "inter.\(name)") == nil)
        }
        let time = model.conditions.time(try golden["input.timestep"])
        try check(time.vector, "temb")
        try check(time.modulation, "e6")
        let audioTime = model.audioProjection(time.vector.activated(.silu))
            .reshaped([time.vector.shape[0], 1, 3, -1])
        try check(audioTime, "e3")
        let context = model.conditions.text(try golden["input.text"])
        try check(context, "context")
        let layout = model.layout(both, videoFrames: nil)
        try check(layout.rotation.cosine, "rope_cos")
        try check(layout.rotation.sine, "rope_sin")
        let tokens = [
            model.videoEmbedding(try #require(both.video)),
            model.audioEmbedding(try #require(both.audio)),
        ]
        var x = Tensor.concatenated(tokens, axis: 1)
        try check(x, "tokens_in")
        for (i, block) in model.blocks.enumerated() {
            x = block(
                x, videoCount: tokens[0].shape[1], time: time.modulation, audioTime: audioTime,
                context: context, rotation: layout.rotation)
            if golden.has("inter.block\(i)_output") { try check(x, "block\(i)_output") }
        }
    }

    @Test(arguments: ["euler", "unipc"]) func wholeSamplingLoopsAreTheReferences(
        solver: String
    ) throws {
        let loop = try GoldenFile("04_msmoe_sampling")
        let config = try loop.json["config"]
        let model = try model(AudioPositions(golden: config["positions"].string))
        let isEuler = solver == "euler"
        let schedule = Schedule(
            isEuler ? .fromOne : .diffusersUniPC, steps: try config["steps"].integer,
            shift: try config["shift"].number)
        let guidance = Guidance(scale: Float(try config["guidance"].number))
        let choice: SolverChoice = isEuler ? .euler : .unipc(order: 2, .bh2)
        var (videoSolver, audioSolver) = (choice.solver(schedule), choice.solver(schedule))
        var video = try loop["input.video_T"]
        var audio = try loop["input.audio_T"]
        let texts = try [loop["input.text_cond"], loop["input.text_uncond"]]
        var trail: [[Tensor]] = [[], []]
        for timestep in schedule.timesteps {
            let t = Tensor(repeating: timestep, shape: [video.shape[0]])
            let branches = texts.map {
                model.velocity(.init(video: video, audio: audio), timestep: t, text: $0)
            }
            let pairs = try [\JavisTransformer.Latents.video, \.audio].map { modality in
                guidance.combine(
                    conditional: try #require(branches[0][keyPath: modality]),
                    unconditional: try #require(branches[1][keyPath: modality]))
            }
            video = videoSolver.step(video, velocity: pairs[0])
            audio = audioSolver.step(audio, velocity: pairs[1])
            trail[0].append(video.expanded(0))
            trail[1].append(audio.expanded(0))
        }
        for (name, latents) in zip(["video", "audio"], trail) {
            let result = Tensor.concatenated(latents, axis: 0)
            #expect(try loop.difference(result, "output.\(solver).\(name)") == nil)
        }
    }

    @Test func aCandidateIsTheSameAloneInABatchAndOnAnyNumberOfThreads() throws {
        let model = try model(.interleaveOffset(.halfEven))
        let both = try latents()
        let (timestep, text) = (try golden["input.timestep"], try golden["input.text"])
        let batch = model.velocity(both, timestep: timestep, text: text)
        for threads in [1, 2, 3] {
            for item in 0..<timestep.shape[0] {
                let range = item..<item + 1
                let alone = Team.with(threads: threads) {
                    model.velocity(
                        .init(
                            video: both.video?.sliced(0, range),
                            audio: both.audio?.sliced(0, range)),
                        timestep: timestep.sliced(0, range), text: text.sliced(0, range))
                }
                let same = batch.video?.sliced(0, range).byteArray()
                #expect(alone.video?.byteArray() == same)
                let sameAudio = batch.audio?.sliced(0, range).byteArray()
                #expect(alone.audio?.byteArray() == sameAudio)
            }
        }
    }

    private func model(
        _ positions: AudioPositions, hasAudioModulation: Bool = true
    ) throws -> JavisTransformer {
        try JavisTransformer(
            checkpoint,
            golden.javisConfiguration(positions, hasAudioModulation: hasAudioModulation),
            ignoring: GoldenFile.isNoWeight)
    }

    private func latents() throws -> JavisTransformer.Latents {
        .init(video: try golden["input.video"], audio: try golden["input.audio"])
    }

    private func check(
        _ model: JavisTransformer, _ latents: JavisTransformer.Latents, _ name: String
    ) throws {
        let frames = try golden.json["geometry"]["Tv"].integer
        let result = model.velocity(
            latents, timestep: try golden["input.timestep"], text: try golden["input.text"],
            videoFrames: frames)
        for (part, tensor) in [("video", result.video), ("audio", result.audio)] {
            guard let tensor else { continue }
            #expect(try golden.difference(tensor, "\(name).\(part)") == nil)
        }
    }
}

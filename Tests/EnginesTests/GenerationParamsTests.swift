import EngineHost
import Generation
import Samplers
import Tensors
import Testing
import ToyModels

@testable import Engines

@Suite struct GenerationParamsTests {
    private func settings() throws -> GenerationSettings {
        let description = try ToyModel.description()
        return GenerationSettings(clip: description.clip, sampler: description.sampler)
    }

    private func read(_ json: String) throws -> GenerationParams {
        guard case .object(let params) = try JSONValue(json: json) else { throw EngineFault(json) }
        return try GenerationParams(params, over: settings())
    }

    @Test func nothingGivenIsTheModelsOwn() throws {
        #expect(try read("{}").settings == settings())
        #expect(try read("{}").files == [.mkv, .latents])
    }

    @Test func everyKeyChangesItsSetting() throws {
        let params = try read(
            """
            {"steps": 7, "solver": "unipc-3", "spacing": "wan-unipc", "shift": 3,
             "guidance": "5@0.1-0.8", "audio_guidance": 2.5, "negative_prompt": "white",
             "precision": "bf16", "frames": 32, "height": 64, "width": 48, "media": "mkv, wav"}
            """)
        let sampler = params.settings.sampler
        #expect(sampler.steps == 7 && sampler.solver == .unipc(order: 3, .bh2))
        #expect(sampler.spacing == .wanUniPC && sampler.shift == .fixed(3))
        #expect(sampler.videoGuidance == Guidance(scale: 5, interval: 0.1...0.8))
        #expect(sampler.audioGuidance == Guidance(scale: 2.5))
        #expect(sampler.negativePrompt == "white" && sampler.precision == .bfloat16)
        let clip = params.settings.clip
        #expect(clip.frames == 32 && clip.height == 64 && clip.width == 48)
        #expect(params.files == [.mkv, .wav])
    }

    @Test(
        arguments: [
            (#"{"cfg": 5}"#, "there is no param cfg; there are audio_guidance, frames"),
            (#"{"steps": 0}"#, "steps is 0; write a whole number above 0"),
            (#"{"steps": "ten"}"#, "steps is ten; write a whole number above 0"),
            (#"{"solver": "heun"}"#, "solver is heun; write euler, unipc"),
            (#"{"spacing": 1}"#, "spacing is 1; write one of from-one"),
            (#"{"shift": -1}"#, "shift is -1; write a number above 0"),
            (#"{"guidance": "5@0.9-0.1"}"#, "guidance is 5@0.9-0.1; write a scale"),
            (#"{"precision": "fp8"}"#, "precision is fp8; write one of fp32, bf16"),
            (#"{"media": "gif"}"#, "media is gif; list some of mkv,mp4,wav,latents"),
        ])
    func whatDoesNotFitIsRefusedByItsKey(_ json: String, _ words: String) throws {
        let fault = #expect(throws: EngineFault.self) { try read(json) }
        #expect(fault?.message.hasPrefix(words) == true, "\(fault?.message ?? "")")
        #expect(fault?.retryable == false)
    }
}

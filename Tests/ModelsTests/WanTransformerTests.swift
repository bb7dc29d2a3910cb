import Golden
import Layers
import Tensors
import Testing

@testable import Models

struct WanTransformerTests {
    @Test(arguments: ["01_wan_dit", "01_wan_dit_bf16", "02_wan_dit_original_keys"])
    func velocityIsTheReferences(name: String) throws {
        let golden = try GoldenFile(name)
        let model = try WanTransformer(
            golden.checkpoint(name), golden.wanConfiguration(), ignoring: GoldenFile.isNoWeight)
        let latent = try golden["input.hidden_states"]
        let text = try golden["input.encoder_hidden_states"]
        for result in golden.names(from: "output.", to: "velocity") {
            // `output.CASE.velocity` belongs to `input.CASE.timestep`.
            let timestep = result.replacing("output.", with: "input.")
                .replacing("velocity", with: "timestep")
            let velocity = model.velocity(latent, timestep: try golden[timestep], text: text)
            #expect(try golden.difference(velocity, result) == nil)
        }
    }

    @Test func everyStageIsTheReferences() throws {
        let golden = try GoldenFile("01_wan_dit")
        let model = try WanTransformer(
            golden.checkpoint("01_wan_dit"), golden.wanConfiguration(),
            ignoring: GoldenFile.isNoWeight)
        let latent = try golden["input.hidden_states"]
        func check(_ result: Tensor, _ name: String) throws {
            let expected = try golden["inter.\(name)"]
            #expect(try golden.difference(result.reshaped(expected.shape), "inter.\(name)") == nil)
        }
        let tokens = model.patchEmbedding(latent)
        try check(tokens, "patch_tokens")
        let timestep = try golden["input.timestep"]
        try check(timestepWaves(timestep, width: model.configuration.timeWaves), "time_sinusoid")
        let time = model.conditions.time(timestep)
        try check(time.vector, "time_embedding")
        try check(time.modulation, "time_projection")
        let context = model.conditions.text(try golden["input.encoder_hidden_states"])
        try check(context, "text_embedding")

        let grid = zip(latent.shape[2...], model.configuration.patch).map { $0 / $1 }
        let rotation = RotaryPositions.table(
            RotaryPositions.video(grid[0], grid[1], grid[2]),
            width: model.configuration.width / model.configuration.heads)
        let pairs = try golden["inter.rope_cos"].reshaped([rotation.cosine.shape[0], -1, 2])
        #expect(difference(rotation.cosine, pairs.selected(2, 0), atol: 1e-6) == nil)
        let first = model.blocks[0](
            tokens, time: time.modulation, context: context, rotation: rotation)
        try check(first, "block0_output")
    }

    @Test func tensorsThatDoNotFitAreNamed() throws {
        let golden = try GoldenFile("02_wan_dit_original_keys")
        var configuration = try golden.wanConfiguration()
        configuration.layers += 1
        configuration.textWidth += 1
        let checkpoint = try golden.checkpoint("02_wan_dit_original_keys")
        let error = #expect(throws: WeightError.self) {
            try WanTransformer(checkpoint, configuration)
        }
        let last = configuration.layers - 1
        #expect(error?.missing.contains("blocks.\(last).self_attn.norm_q.weight") == true)
        #expect(error?.missing.count == 27)
        #expect(error?.unexpected.contains("input.timestep") == true)
        #expect(error?.misshapen.count == 1)
        #expect(error?.description.contains("text_embedding.0.weight") == true)
    }

    @Test(arguments: [
        ("patch_embedding.weight", "patch_embedding.weight"),
        ("time_embedding.2.bias", "condition_embedder.time_embedder.linear_2.bias"),
        ("time_projection.1.weight", "condition_embedder.time_proj.weight"),
        ("head.modulation", "scale_shift_table"),
        ("head.head.bias", "proj_out.bias"),
        ("blocks.7.modulation", "blocks.7.scale_shift_table"),
        ("blocks.7.self_attn.q.weight", "blocks.7.attn1.to_q.weight"),
        ("blocks.29.cross_attn.o.bias", "blocks.29.attn2.to_out.0.bias"),
        ("blocks.0.cross_attn.norm_k.weight", "blocks.0.attn2.norm_k.weight"),
        ("blocks.0.norm3.bias", "blocks.0.norm2.bias"),
        ("blocks.0.ffn.0.weight", "blocks.0.ffn.net.0.proj.weight"),
        ("blocks.0.ffn.2.weight", "blocks.0.ffn.net.2.weight"),
        ("blocks.0.audio_ffn.0.weight", "blocks.0.audio_ffn.0.weight"),
    ])
    func originalNamesHaveTheirNamesInDiffusers(original: String, renamed: String) {
        #expect(WanNames.inDiffusers(original) == renamed)
        let spelling = WanNames.spelling(of: [WanNames.prefix + renamed])
        #expect(spelling(original).hasPrefix(WanNames.prefix))
    }
}

import Golden
import Tensors
import Testing

/// The forward direction of every operation that the networks are made of.
struct GoldenOperationTests {
    private let golden: GoldenFile

    init() throws {
        golden = try GoldenFile("09_ops")
    }

    @Test func linearMaps() throws {
        let x = try input("linear.x")
        try check("linear", x.linear(try input("linear.weight"), bias: try input("linear.bias")))
    }

    @Test func rootMeanSquareNorms() throws {
        let x = try input("rms_norm.x")
        try check("rms_norm", x.rmsNorm(weight: try input("rms_norm.weight"), eps: 1e-6))
        let channels = try input("channel_rms_norm.x")
        let gamma = try input("channel_rms_norm.gamma")
        try check("channel_rms_norm", channels.channelNorm(weight: gamma))
    }

    @Test func layerNorms() throws {
        let x = try input("layer_norm.x")
        let (weight, bias) = (try input("layer_norm.weight"), try input("layer_norm.bias"))
        try check("layer_norm", x.layerNorm(weight: weight, bias: bias, eps: 1e-6))
        try check("layer_norm_plain", try input("layer_norm_plain.x").layerNorm(eps: 1e-6))
    }

    @Test func modulationByATimestep() throws {
        let normed = try input("adaln_modulate.x").layerNorm(
            scale: try input("adaln_modulate.scale"), shift: try input("adaln_modulate.shift"),
            eps: 1e-6)
        let residual = try input("adaln_modulate.res")
        try check("adaln_modulate", residual + normed * (try input("adaln_modulate.gate")))
    }

    @Test func groupNorms() throws {
        let x = try input("group_norm.x")
        let (weight, bias) = (try input("group_norm.weight"), try input("group_norm.bias"))
        try check("group_norm", x.groupNorm(groups: 2, weight: weight, bias: bias, eps: 1e-6))
    }

    @Test func activations() throws {
        try check("silu", try input("silu.x").activated(.silu))
        try check("gelu_tanh", try input("gelu_tanh.x").activated(.gelu))
        try check("softmax", try input("softmax.x").softmax())
    }

    @Test func attentionWithAndWithoutAMask() throws {
        for name in ["sdpa", "sdpa_masked"] {
            let parts = try ["q", "k", "v"].map { try input("\(name).\($0)").transposed(1, 2) }
            let mask = golden.has("input.\(name).mask") ? try input("\(name).mask") : nil
            let result = attention(query: parts[0], key: parts[1], value: parts[2], bias: mask)
            try check(name, result.transposed(1, 2))
        }
    }

    @Test func rotationOfAdjacentPairs() throws {
        let table = RotationTable(
            cosine: try input("rope_interleaved.cos"), sine: try input("rope_interleaved.sin"))
        try check("rope_interleaved", try input("rope_interleaved.x").rotated(by: table))
    }

    @Test func convolutionsOverOneAxis() throws {
        try convolution("conv1d_dilated", .init(axes: 1, dilation: [2], before: [2]))
        let x = try input("conv_transpose1d.x")
        let weight = try input("conv_transpose1d.weight")
        let bias = try input("conv_transpose1d.bias")
        let result = x.convolvedTransposed(weight, bias: bias, stride: [3], padding: [2])
        try check("conv_transpose1d", result)
    }

    @Test func convolutionsOverTwoAxes() throws {
        try convolution("conv2d_same", .init(axes: 2, before: [1, 1]))
        try convolution("conv2d_down_asym", .init(axes: 2, stride: [2, 2], after: [1, 1]))
    }

    @Test func convolutionsOverThreeAxes() throws {
        try convolution("conv3d_causal", .init(axes: 3, before: [2, 1, 1], after: [0, 1, 1]))
        let patches = try input("conv3d_patch.x").convolved(
            try input("conv3d_patch.weight"), bias: try input("conv3d_patch.bias"),
            .init(axes: 3, stride: [1, 2, 2]))
        let (batch, width) = (patches.shape[0], patches.shape[1])
        try check("conv3d_patch", patches.reshaped([batch, width, -1]).transposed())
    }

    @Test func joiningAndCutting() throws {
        let parts = [try input("concat_split.a"), try input("concat_split.b")]
        let joined = Tensor.concatenated(parts, axis: 1)
        try check("concat_split", joined.sliced(1, 1..<joined.shape[1]))
    }

    private func input(_ name: String) throws -> Tensor { try golden["input.\(name)"] }

    private func convolution(_ name: String, _ geometry: ConvolutionGeometry) throws {
        let x = try input("\(name).x")
        let (weight, bias) = (try input("\(name).weight"), try input("\(name).bias"))
        try check(name, x.convolved(weight, bias: bias, geometry))
    }

    private func check(_ name: String, _ result: Tensor) throws {
        let difference = try golden.difference(result, "output.\(name).y")
        #expect(difference == nil)
    }
}

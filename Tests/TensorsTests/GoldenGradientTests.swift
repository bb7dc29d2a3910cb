import Golden
import Tensors
import Testing

/// The way back of every operation, against gradients that PyTorch worked out in double precision.
struct GoldenGradientTests {
    private let golden: GoldenFile

    init() throws {
        golden = try GoldenFile("09_ops")
    }

    @Test func linearMaps() throws {
        try check("linear", ["x", "weight", "bias"]) { $0[0].linear($0[1], bias: $0[2]) }
    }

    @Test func norms() throws {
        try check("rms_norm", ["x", "weight"]) { $0[0].rmsNorm(weight: $0[1], eps: 1e-6) }
        try check("channel_rms_norm", ["x", "gamma"]) { $0[0].channelNorm(weight: $0[1]) }
        try check("layer_norm", ["x", "weight", "bias"]) {
            $0[0].layerNorm(weight: $0[1], bias: $0[2], eps: 1e-6)
        }
        try check("layer_norm_plain", ["x"]) { $0[0].layerNorm(eps: 1e-6) }
        try check("group_norm", ["x", "weight", "bias"]) {
            $0[0].groupNorm(groups: 2, weight: $0[1], bias: $0[2], eps: 1e-6)
        }
    }

    @Test func modulationByATimestep() throws {
        try check("adaln_modulate", ["x", "scale", "shift", "gate", "res"]) {
            $0[0].layerNorm(scale: $0[1], shift: $0[2], eps: 1e-6).gated($0[3], residual: $0[4])
        }
    }

    @Test func activations() throws {
        try check("silu", ["x"]) { $0[0].activated(.silu) }
        try check("gelu_tanh", ["x"]) { $0[0].activated(.gelu) }
        try check("softmax", ["x"]) { $0[0].softmax() }
    }

    @Test func attentionWithAndWithoutAMask() throws {
        for name in ["sdpa", "sdpa_masked"] {
            let mask = golden.has("input.\(name).mask") ? try golden["input.\(name).mask"] : nil
            try check(name, ["q", "k", "v"]) {
                let parts = $0.map { $0.transposed(1, 2) }
                return attention(query: parts[0], key: parts[1], value: parts[2], bias: mask)
                    .transposed(1, 2)
            }
        }
    }

    @Test func rotationOfAdjacentPairs() throws {
        let table = RotationTable(
            cosine: try golden["input.rope_interleaved.cos"],
            sine: try golden["input.rope_interleaved.sin"])
        try check("rope_interleaved", ["x"]) { $0[0].rotated(by: table) }
    }

    @Test func meanSquaredErrors() throws {
        try check("mse_mean", ["x", "target"]) {
            let difference = $0[0] - $0[1]
            return ((difference * difference).sum() * (1 / Float(difference.count))).reshaped([1])
        }
    }

    @Test func joiningAndCutting() throws {
        try check("concat_split", ["a", "b"]) {
            let joined = Tensor.concatenated([$0[0], $0[1]], axis: 1)
            return joined.sliced(1, 1..<joined.shape[1])
        }
    }

    /// Runs an operation on tracked inputs; compares its result and the gradients that are given.
    private func check(
        _ name: String, _ inputs: [String], _ operation: ([Tensor]) -> Tensor
    ) throws {
        let leaves = try inputs.map { try golden["input.\(name).\($0)"].tracked() }
        let result = operation(leaves)
        #expect(try golden.difference(result.detached(), "output.\(name).y") == nil)
        let upstream = try golden["input.\(name).gy"].reshaped(result.shape)
        var gradients = Gradients()
        gradients.add(from: [(result, upstream)])
        for (input, leaf) in zip(inputs, leaves) where golden.has("grad.\(name).\(input)") {
            let gradient = try #require(gradients[leaf], "no gradient of \(input)")
            let difference = try golden.difference(
                gradient, "grad.\(name).\(input)", absolute: "grad_atol")
            #expect(difference == nil)
        }
    }
}

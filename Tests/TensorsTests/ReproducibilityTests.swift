import Preferences
import Tensors
import Testing

/// Same bits with any number of threads, alone or beside others in a batch, at every level.
struct ReproducibilityTests {
    @Test(arguments: [Precision.float32, .bfloat16], [ElementType.f32, .bf16])
    func linearMapsDependOnTheirOwnRowAlone(precision: Precision, stored: ElementType) {
        var random = SplitMix64(seed: 1)
        for (tokens, width, depth) in [(37, 96, 96), (1, 530, 1600), (150, 70, 1600)] {
            let x = random.tensor(3, tokens, depth)
            let weight = random.tensor(width, depth).converted(to: stored)
            let (bias, gate) = (random.tensor(width), random.tensor(3, 1, width))
            let residual = random.tensor(3, tokens, width)
            let second = random.tensor(width, width).converted(to: stored)
            sameBits(x, gate, residual) { x, gate, residual in
                x.linear(weight, bias: bias, activation: .gelu, precision: precision)
                    .linear(second, gate: gate, residual: residual, precision: precision)
            }
        }
    }

    @Test func attentionDependsOnItsOwnQueryAlone() {
        var random = SplitMix64(seed: 2)
        for (tokens, keys, width) in [(40, 40, 32), (700, 390, 16), (1, 513, 128)] {
            let q = random.tensor(3, tokens, 2, width)
            let k = random.tensor(3, keys, 2, width)
            let v = random.tensor(3, keys, 2, width)
            sameBits(q, k, v) { q, k, v in attention(query: q, key: k, value: v) }
            let all = attention(query: q, key: k, value: v)
            let last = attention(query: q.sliced(1, tokens - 1..<tokens), key: k, value: v)
            #expect(all.sliced(1, tokens - 1..<tokens).byteArray() == last.byteArray())
        }
    }

    @Test func normsAndConvolutions() {
        var random = SplitMix64(seed: 3)
        let x = random.tensor(3, 130, 77)
        let (scale, shift) = (random.tensor(3, 1, 77), random.tensor(3, 1, 77))
        sameBits(x, scale, shift) { x, scale, shift in
            x.layerNorm(scale: scale, shift: shift, eps: 1e-6).activated(.silu)
        }
        let image = random.tensor(3, 5, 40, 33)
        let weight = random.tensor(7, 5, 3, 3)
        sameBits(image, image, image) { image, _, other in
            image.convolved(weight, .init(axes: 2, before: [1, 1])).groupNorm(groups: 7, eps: 1e-6)
                + other.channelNorm(weight: Tensor(repeating: 1, shape: [5])).sliced(1, 0..<1)
        }
    }

    /// Runs an operation at each level with 1, 2 and 3 threads, and for each batch item alone.
    private func sameBits(
        _ a: Tensor, _ b: Tensor, _ c: Tensor, _ operation: (Tensor, Tensor, Tensor) -> Tensor
    ) {
        for level in KernelLevel.available where level > .scalar {
            KernelLevel.with(level) { sameBitsHere(a, b, c, operation) }
        }
    }

    private func sameBitsHere(
        _ a: Tensor, _ b: Tensor, _ c: Tensor, _ operation: (Tensor, Tensor, Tensor) -> Tensor
    ) {
        let expected = operation(a, b, c)
        for threads in [1, 2, 3] {
            let results = Team.with(threads: threads) {
                [operation(a, b, c)]
                    + (0..<a.shape[0]).map { item in
                        let alone = [a, b, c].map { $0.sliced(0, item..<item + 1) }
                        return operation(alone[0], alone[1], alone[2])
                    }
            }
            #expect(results[0].byteArray() == expected.byteArray())
            for item in 0..<a.shape[0] {
                let same = expected.sliced(0, item..<item + 1)
                #expect(results[item + 1].byteArray() == same.byteArray())
            }
        }
    }
}

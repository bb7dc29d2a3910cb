import Golden
import Preferences
import Testing

@testable import Tensors

/// Every level computes what the scalar one does, over sizes around the widths of registers,
/// tiles and blocks.
struct KernelLevelTests {
    private static let lengths = [1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 385, 1000]

    @Test(arguments: levels) func products(level: KernelLevel) {
        var random = SplitMix64(seed: 1)
        for (rows, columns, depth) in [
            (1, 1, 1), (13, 33, 5), (14, 32, 768), (15, 31, 769), (29, 65, 1537), (3, 1030, 7),
            (230, 17, 40), (5, 5, 0),
        ] {
            let x = random.tensor(rows, depth)
            let weight = random.tensor(columns, depth)
            let (bias, residual) = (random.tensor(columns), random.tensor(1, rows, columns))
            let gate = random.tensor(1, 1, columns)
            for stored in [ElementType.f32, .bf16, .f16] {
                let w = weight.converted(to: stored)
                agrees(level, atol: 2e-4) { x.linear(w, bias: bias, activation: .gelu) }
                agrees(level, atol: 2e-4) {
                    x.expanded(0).linear(w, activation: .silu, gate: gate, residual: residual)
                }
                agrees(level, atol: 2e-4) { x.linear(w, precision: .bfloat16) }
            }
            agrees(level, atol: 2e-4) { x.matmul(weight.transposed()) }
            agrees(level, atol: 2e-4) {
                x.transposed().contiguous().transposed().matmul(
                    weight.transposed().contiguous())
            }
        }
    }

    @Test(arguments: levels) func attentions(level: KernelLevel) {
        var random = SplitMix64(seed: 2)
        for (queries, keys, heads, width) in [
            (1, 1, 1, 1), (5, 17, 3, 6), (337, 400, 1, 16), (20, 770, 2, 40), (3, 33, 1, 400),
        ] {
            let q = random.tensor(2, queries, heads, width)
            let k = random.tensor(2, keys, heads, width)
            let v = random.tensor(2, keys, heads, width)
            let bias = random.tensor(heads, 1, keys)
            agrees(level, atol: 5e-6) { attention(query: q, key: k, value: v) }
            agrees(level, atol: 5e-6) { attention(query: q, key: k, value: v, bias: bias) }
        }
    }

    @Test(arguments: levels) func rows(level: KernelLevel) {
        var random = SplitMix64(seed: 3)
        for width in Self.lengths {
            let x = random.tensor(2, 3, width) * 3
            let (a, b) = (random.tensor(width), random.tensor(width))
            let (scale, shift) = (random.tensor(2, 1, width), random.tensor(2, 3, width))
            agrees(level, atol: 2e-5) { x.rmsNorm(weight: a, eps: 1e-6) }
            agrees(level, atol: 2e-5) {
                // A single element has no variance, so eps would magnify rounding alone.
                x.layerNorm(weight: a, bias: b, scale: scale, shift: shift, eps: 1e-2)
            }
            agrees(level, atol: 1e-6) { x.softmax() }
            agrees(level, atol: 1e-6) { (x * 30).softmax() }
            agrees(level, atol: 4e-6) { (x * 10).activated(.gelu) }
            agrees(level, atol: 4e-6) { (x * 10).activated(.silu) }
            agrees(level, atol: 1e-5) { x.groupNorm(groups: 3, weight: nil, eps: 1e-2) }
        }
    }

    @Test(arguments: levels) func rotations(level: KernelLevel) {
        var random = SplitMix64(seed: 4)
        for width in [2, 6, 30, 32, 34, 128] {
            let x = random.tensor(2, 5, 3, width)
            let table = RotationTable(
                cosine: random.tensor(5, width / 2), sine: random.tensor(5, width / 2))
            agrees(level, atol: 1e-6) { x.rotated(by: table) }
        }
    }

    @Test(arguments: levels) func conversionsToTheBit(level: KernelLevel) {
        var random = SplitMix64(seed: 5)
        let special: [Float] = [
            0, -0.0, 1, -2.5, .infinity, -.infinity, 65504, 65519.9, 65520, 6e-8, 2.9e-8, 6.1e-5,
            .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1.00390625, 1.01171875,
        ]
        for _ in 0..<20 {
            let bits = (0..<100).map { _ in
                Float(bitPattern: UInt32.random(in: 0...(.max), using: &random))
            }
            let x = Tensor(special + bits.filter { !$0.isNaN })
            for stored in [ElementType.bf16, .f16] {
                agrees(level, atol: 0) { x.converted(to: stored).converted(to: .f32) }
            }
        }
    }

    @Test(arguments: levels) func notANumberStaysOne(level: KernelLevel) {
        let x = Tensor([Float](repeating: .nan, count: 20))
        for stored in [ElementType.bf16, .f16] {
            let kept = KernelLevel.with(level) { x.converted(to: stored).converted(to: .f32) }
            let numbers = kept.floatArray().filter { !$0.isNaN }
            #expect(numbers == [])
        }
    }

    private static let levels = KernelLevel.available.filter { $0 > .scalar }

    private func agrees(_ level: KernelLevel, atol: Double, _ operation: () -> Tensor) {
        let expected = KernelLevel.with(.scalar, operation)
        let result = KernelLevel.with(level, operation)
        #expect(difference(result, expected, atol: atol, rtol: 2e-6) == nil)
    }
}

import Golden
import Preferences
import Testing

@testable import Tensors

/// The way back at every level, and on any number of threads.
struct KernelGradientTests {
    private static let levels = KernelLevel.available.filter { $0 > .scalar }

    @Test(arguments: levels) func everyLevelAgreesWithTheScalarOne(level: KernelLevel) {
        for (index, run) in Self.runs.enumerated() {
            let expected = KernelLevel.with(.scalar) { Self.gradients(run) }
            let got = KernelLevel.with(level) { Self.gradients(run) }
            for (one, other) in zip(got, expected) {
                let difference = difference(one, other, atol: 2e-5, rtol: 1e-4)
                #expect(difference == nil, "run \(index)")
            }
        }
    }

    @Test(arguments: [2, 3, 7]) func threadsChangeNoBit(threads: Int) {
        for run in Self.runs {
            let alone = Self.gradients(run).map { $0.byteArray() }
            let together = Team.with(threads: threads) { Self.gradients(run) }
            #expect(together.map { $0.byteArray() } == alone)
        }
    }

    private struct Run {
        let shapes: [[Int]]
        let operation: @Sendable ([Tensor]) -> Tensor
    }

    /// Sizes around those of tiles, panels, blocks and chunks.
    private static let runs: [Run] =
        [(5, 7, 1, 6), (33, 300, 2, 32), (65, 40, 1, 100), (1, 1, 3, 17)].map {
            (queries: Int, keys: Int, heads: Int, width: Int) in
            Run(
                shapes: [
                    [2, queries, heads, width], [2, keys, heads, width], [2, keys, heads, width],
                ]) { attention(query: $0[0], key: $0[1], value: $0[2]) }
        }
        + [
            Run(shapes: [[2, 130, 33], [33]]) { $0[0].rmsNorm(weight: $0[1], eps: 1e-6) },
            Run(shapes: [[2, 130, 33], [33], [33]]) {
                $0[0].layerNorm(weight: $0[1], bias: $0[2], eps: 1e-6)
            },
            Run(shapes: [[3, 70, 48], [3, 1, 48], [3, 1, 48]]) {
                $0[0].layerNorm(scale: $0[1], shift: $0[2], eps: 1e-6)
            },
            Run(shapes: [[300, 65], [97, 65], [97]]) {
                $0[0].linear($0[1], bias: $0[2], activation: .gelu)
            },
            Run(shapes: [[2, 900, 20], [30, 20], [2, 1, 30]]) {
                $0[0].linear($0[1], activation: .silu, gate: $0[2])
            },
        ]

    private static func gradients(_ run: Run) -> [Tensor] {
        var random = SplitMix64(seed: 5)
        let leaves = run.shapes.map { random.tensor($0).tracked() }
        let result = run.operation(leaves)
        var gradients = Gradients()
        gradients.add(from: [(result, random.tensor(result.shape))])
        return leaves.compactMap { gradients[$0] }
    }
}

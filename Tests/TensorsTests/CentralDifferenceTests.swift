import Preferences
import Testing

@testable import Tensors

/// Every gradient against differences of the operation as it is defined, in double precision, at
/// sizes that golden files lack.
struct CentralDifferenceTests {
    @Test func arithmeticWithRepeatedAxes() {
        check([[2, 3, 4], [3, 1]]) {
            $0[0] + $0[1]
        } as: {
            $0[0] + $0[1]
        }
        check([[3, 1], [2, 3, 4]]) {
            $0[0] - $0[1]
        } as: {
            $0[0] - $0[1]
        }
        check([[2, 3, 4], [4]]) {
            $0[0] * $0[1]
        } as: {
            $0[0] * $0[1]
        }
        check([[2, 1, 4], [2, 3, 1]]) {
            $0[0] / ($0[1] * $0[1] + 2)
        } as: {
            $0[0] / ($0[1] * $0[1] + 2)
        }
        check([[5], [5]]) {
            $0[0].combined(0.5, $0[1], -2)
        } as: {
            $0[0].combined(0.5, $0[1], -2)
        }
        check([[5]]) {
            $0[0] * $0[0] * 3 + 1
        } as: {
            $0[0] * $0[0] * 3 + 1
        }
    }

    @Test func shapesAndPlaces() {
        check([[2, 3, 4]]) {
            $0[0].reshaped([4, -1]).transposed().reshaped([6, 2, 2])
        } as: {
            $0[0].reshaped([4, -1]).transposed().reshaped([6, 2, 2])
        }
        check([[2, 3, 4]]) {
            $0[0].permuted([2, 0, 1]).sliced(0, 1..<3).contiguous()
        } as: {
            $0[0].permuted([2, 0, 1]).sliced(0, 1..<3)
        }
        check([[2, 3, 4]]) {
            $0[0].selected(1, 2) * $0[0].selected(1, 0)
        } as: {
            $0[0].selected(1, 2) * $0[0].selected(1, 0)
        }
        check([[2, 1, 4]]) {
            $0[0].broadcast(to: [3, 2, 5, 4])
        } as: {
            $0[0].broadcast(to: [3, 2, 5, 4])
        }
        check([[2, 3], [2, 2]]) {
            .concatenated([$0[0], $0[1], $0[0]], axis: 1)
        } as: {
            .concatenated([$0[0], $0[1], $0[0]], axis: 1)
        }
        check([[2, 3]]) {
            $0[0].expanded(1) * $0[0].expanded(-1).transposed(1, 2)
        } as: {
            $0[0].expanded(1) * $0[0].expanded(-1).transposed(1, 2)
        }
        check([[4, 3]]) {
            $0[0].gathered([1, 3, 1, 0])
        } as: {
            $0[0].gathered([1, 3, 1, 0])
        }
        check([[2, 3, 4]]) {
            $0[0].summed(to: [3, 1])
        } as: {
            $0[0].summed(to: [3, 1])
        }
    }

    @Test func products() {
        check([[2, 3, 5], [5, 4]]) {
            $0[0].matmul($0[1])
        } as: {
            $0[0].matmul($0[1])
        }
        check([[3, 5], [2, 5, 4]]) {
            $0[0].matmul($0[1])
        } as: {
            $0[0].matmul($0[1])
        }
        check([[2, 20, 5], [18, 5], [18], [2, 1, 18], [2, 20, 18]]) {
            $0[0].linear($0[1], bias: $0[2], activation: .gelu, gate: $0[3], residual: $0[4])
        } as: {
            $0[0].linear($0[1], bias: $0[2], activation: .gelu, gate: $0[3], residual: $0[4])
        }
        check([[2, 3, 5], [4, 5], [1, 3, 4]]) {
            $0[0].linear($0[1], activation: .silu, gate: $0[2])
        } as: {
            $0[0].linear($0[1], activation: .silu, gate: $0[2])
        }
    }

    @Test func norms() {
        check([[2, 3, 17], [17]]) {
            $0[0].rmsNorm(weight: $0[1], eps: 1e-3)
        } as: {
            $0[0].rmsNorm(weight: $0[1], eps: 1e-3)
        }
        check([[70, 5]]) {
            $0[0].rmsNorm(eps: 1e-3)
        } as: {
            $0[0].rmsNorm(eps: 1e-3)
        }
        check([[2, 3, 17], [17], [17]]) {
            $0[0].layerNorm(weight: $0[1], bias: $0[2], eps: 1e-3)
        } as: {
            $0[0].layerNorm(weight: $0[1], bias: $0[2], eps: 1e-3)
        }
        for middle in [2, 1] {
            check([[2, 3, 9], [middle, 1, 9], [middle, 1, 9]]) {
                $0[0].layerNorm(scale: $0[1], shift: $0[2], eps: 1e-3)
            } as: {
                $0[0].layerNorm(scale: $0[1], shift: $0[2], eps: 1e-3)
            }
        }
        check([[2, 3, 9], [9], [2, 3, 9], [2, 1, 9]]) {
            $0[0].layerNorm(weight: $0[1], scale: $0[2], shift: $0[3], eps: 1e-3)
        } as: {
            $0[0].layerNorm(weight: $0[1], scale: $0[2], shift: $0[3], eps: 1e-3)
        }
        check([[2, 6, 5], [6], [6]]) {
            $0[0].groupNorm(groups: 3, weight: $0[1], bias: $0[2], eps: 1e-3)
        } as: {
            $0[0].groupNorm(groups: 3, weight: $0[1], bias: $0[2], eps: 1e-3)
        }
        check([[2, 4, 3, 2], [4, 1, 1]]) {
            $0[0].channelNorm(weight: $0[1])
        } as: {
            $0[0].channelNorm(weight: $0[1])
        }
    }

    @Test func attentions() {
        check([[2, 5, 2, 6], [2, 7, 2, 6], [2, 7, 2, 6]]) {
            attention(query: $0[0], key: $0[1], value: $0[2])
        } as: {
            attention(query: $0[0], key: $0[1], value: $0[2])
        }
        check([[1, 3, 2, 4], [1, 5, 2, 4], [1, 5, 2, 4], [2, 1, 5]]) {
            attention(query: $0[0], key: $0[1], value: $0[2], scale: 0.7, bias: $0[3])
        } as: {
            attention(query: $0[0], key: $0[1], value: $0[2], scale: 0.7, bias: $0[3])
        }
        check([[2, 3, 5]]) {
            $0[0].softmax()
        } as: {
            $0[0].softmax()
        }
    }

    @Test func rotations() {
        var random = SplitMix64(seed: 8)
        let (cosine, sine) = (random.tensor(3, 3), random.tensor(3, 3))
        let table = RotationTable(cosine: cosine, sine: sine)
        check([[2, 3, 2, 6]]) {
            $0[0].rotated(by: table)
        } as: {
            $0[0].rotated(by: (Doubles(cosine), Doubles(sine)))
        }
    }

    @Test func partsThatRunAgain() {
        check([[2, 3, 5], [5, 5]]) { leaves in
            let inside = recomputed { leaves[0].linear(leaves[1], activation: .silu) }
            return recomputed { inside * leaves[0] } + inside
        } as: { leaves in
            let inside = leaves[0].linear(leaves[1], activation: .silu)
            return inside * leaves[0] + inside
        }
    }

    @Test func aValueThatIsUsedTwiceGetsBothGradients() {
        check([[4]]) {
            $0[0] * $0[0] + $0[0]
        } as: {
            $0[0] * $0[0] + $0[0]
        }
    }

    @Test func constantsGetNoGradientAndKeepNothing() {
        let (x, constant) = (Tensor([1, 2]).tracked(), Tensor([3, 4]))
        let y = (constant * constant).detached() * x
        #expect(y.isTracked)
        #expect(!(constant * constant).isTracked)
        var gradients = Gradients()
        gradients.add(from: [(y, Tensor([1, 1]))])
        #expect(gradients[x]?.floatArray() == [9, 16])
        #expect(gradients[constant] == nil)
    }

    /// Compares values with the definition's, and gradients with differences of the definition.
    private func check(
        _ shapes: [[Int]], _ operation: ([Tensor]) -> Tensor,
        as definition: ([Doubles]) -> Doubles, _ place: SourceLocation = #_sourceLocation
    ) {
        var random = SplitMix64(seed: 6)
        let inputs = shapes.map { shape in random.tensor(shape) }
        let leaves = inputs.map { $0.tracked() }
        let result = operation(leaves)
        let upstream = random.tensor(result.shape)
        let doubles = inputs.map(Doubles.init)
        let expected = definition(doubles)
        #expect(result.shape == expected.shape, sourceLocation: place)
        compare(result.doubleArray(), expected.numbers, "value", place)
        var gradients = Gradients()
        gradients.add(from: [(result, upstream)])
        for index in inputs.indices {
            guard let gradient = gradients[leaves[index]] else {
                Issue.record("no gradient of input \(index)", sourceLocation: place)
                continue
            }
            let slopes = doubles[index].numbers.indices.map {
                slope(doubles, index, $0, upstream.doubleArray(), definition)
            }
            compare(gradient.doubleArray(), slopes, "gradient of input \(index)", place)
        }
    }

    /// What single precision leaves of sums of a few dozen numbers around 1.
    private func compare(
        _ got: [Double], _ expected: [Double], _ what: String, _ place: SourceLocation
    ) {
        let worst = zip(got, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
        #expect(
            got.count == expected.count && worst < 5e-6, "\(what): \(worst)",
            sourceLocation: place)
    }

    /// The difference over a step whose error and whose rounding are both far below single
    /// precision's.
    private func slope(
        _ inputs: [Doubles], _ index: Int, _ element: Int, _ upstream: [Double],
        _ definition: ([Doubles]) -> Doubles
    ) -> Double {
        func value(_ step: Double) -> Double {
            var moved = inputs
            moved[index].numbers[element] += step
            return zip(definition(moved).numbers, upstream).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return (value(1e-5) - value(-1e-5)) / 2e-5
    }
}

import Preferences
import Testing

@testable import Tensors

/// Every gradient against differences of the operation itself, at sizes that golden files lack.
///
/// Values are stored in single precision, so steps are long and the error of their curvature is
/// taken out: (4 D(h/2) - D(h)) / 3. The scalar level sums in double precision.
struct CentralDifferenceTests {
    @Test func arithmeticWithRepeatedAxes() {
        check([[2, 3, 4], [3, 1]]) { $0[0] + $0[1] }
        check([[3, 1], [2, 3, 4]]) { $0[0] - $0[1] }
        check([[2, 3, 4], [4]]) { $0[0] * $0[1] }
        check([[2, 1, 4], [2, 3, 1]]) { $0[0] / ($0[1] * $0[1] + 2) }
        check([[5], [5]]) { $0[0].combined(0.5, $0[1], -2) }
        check([[5]]) { $0[0] * $0[0] * 3 + 1 }
    }

    @Test func shapesAndPlaces() {
        check([[2, 3, 4]]) { $0[0].reshaped([4, -1]).transposed().reshaped([6, 2, 2]) }
        check([[2, 3, 4]]) { $0[0].permuted([2, 0, 1]).sliced(0, 1..<3).contiguous() }
        check([[2, 3, 4]]) { $0[0].selected(1, 2) * $0[0].selected(1, 0) }
        check([[2, 1, 4]]) { $0[0].broadcast(to: [3, 2, 5, 4]) }
        check([[2, 3], [2, 2]]) { .concatenated([$0[0], $0[1], $0[0]], axis: 1) }
        check([[2, 3]]) { $0[0].expanded(1) * $0[0].expanded(-1).transposed(1, 2) }
        check([[4, 3]]) { $0[0].gathered([1, 3, 1, 0]) }
        check([[2, 3, 4]]) { $0[0].summed(to: [3, 1]) }
    }

    @Test func products() {
        check([[2, 3, 5], [5, 4]]) { $0[0].matmul($0[1]) }
        check([[3, 5], [2, 5, 4]]) { $0[0].matmul($0[1]) }
        check([[2, 20, 5], [18, 5], [18], [2, 1, 18], [2, 20, 18]]) {
            $0[0].linear($0[1], bias: $0[2], activation: .gelu, gate: $0[3], residual: $0[4])
        }
        check([[2, 3, 5], [4, 5], [1, 3, 4]]) {
            $0[0].linear($0[1], activation: .silu, gate: $0[2])
        }
    }

    @Test func norms() {
        check([[2, 3, 17], [17]]) { $0[0].rmsNorm(weight: $0[1], eps: 1e-3) }
        check([[70, 5]]) { $0[0].rmsNorm(eps: 1e-3) }
        check([[2, 3, 17], [17], [17]]) {
            $0[0].layerNorm(weight: $0[1], bias: $0[2], eps: 1e-3)
        }
        check([[2, 3, 9], [2, 1, 9], [2, 1, 9]]) {
            $0[0].layerNorm(scale: $0[1], shift: $0[2], eps: 1e-3)
        }
        check([[2, 3, 9], [1, 1, 9], [1, 1, 9]]) {
            $0[0].layerNorm(scale: $0[1], shift: $0[2], eps: 1e-3)
        }
        check([[2, 3, 9], [9], [2, 3, 9], [2, 1, 9]]) {
            $0[0].layerNorm(weight: $0[1], scale: $0[2], shift: $0[3], eps: 1e-3)
        }
        check([[2, 6, 5], [6], [6]]) {
            $0[0].groupNorm(groups: 3, weight: $0[1], bias: $0[2], eps: 1e-3)
        }
        check([[2, 4, 3, 2], [4, 1, 1]]) { $0[0].channelNorm(weight: $0[1]) }
    }

    @Test func attentions() {
        check([[2, 5, 2, 6], [2, 7, 2, 6], [2, 7, 2, 6]]) {
            attention(query: $0[0], key: $0[1], value: $0[2])
        }
        check([[1, 3, 2, 4], [1, 5, 2, 4], [1, 5, 2, 4], [2, 1, 5]]) {
            attention(query: $0[0], key: $0[1], value: $0[2], scale: 0.7, bias: $0[3])
        }
        check([[2, 3, 5]]) { $0[0].softmax() }
    }

    @Test func rotations() {
        var random = SplitMix64(seed: 8)
        let table = RotationTable(cosine: random.tensor(3, 3), sine: random.tensor(3, 3))
        check([[2, 3, 2, 6]]) { $0[0].rotated(by: table) }
    }

    @Test func partsThatRunAgain() {
        check([[2, 3, 5], [5, 5]]) { leaves in
            let inside = recomputed { leaves[0].linear(leaves[1], activation: .silu) }
            return recomputed { inside * leaves[0] } + inside
        }
    }

    @Test func aValueThatIsUsedTwiceGetsBothGradients() {
        check([[4]]) { $0[0] * $0[0] + $0[0] }
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

    /// Compares gradients at the best level with differences at the scalar one.
    private func check(
        _ shapes: [[Int]], _ operation: ([Tensor]) -> Tensor,
        _ place: SourceLocation = #_sourceLocation
    ) {
        var random = SplitMix64(seed: 6)
        let inputs = shapes.map { shape in random.tensor(shape) }
        let leaves = inputs.map { $0.tracked() }
        let result = operation(leaves)
        let upstream = random.tensor(result.shape)
        var gradients = Gradients()
        gradients.add(from: [(result, upstream)])
        for index in inputs.indices {
            guard let gradient = gradients[leaves[index]] else {
                Issue.record("no gradient of input \(index)", sourceLocation: place)
                continue
            }
            let got = gradient.doubleArray()
            for element in got.indices {
                let expected = KernelLevel.with(.scalar) {
                    slope(inputs, index, element, upstream, operation)
                }
                let isNear = abs(got[element] - expected) <= 2e-3 * max(1, abs(expected))
                #expect(isNear, "input \(index) at \(element)", sourceLocation: place)
            }
        }
    }

    private func slope(
        _ inputs: [Tensor], _ index: Int, _ element: Int, _ upstream: Tensor,
        _ operation: ([Tensor]) -> Tensor
    ) -> Double {
        func value(_ step: Float) -> Double {
            var moved = inputs
            var numbers = moved[index].floatArray()
            numbers[element] += step
            moved[index] = Tensor(numbers, shape: moved[index].shape)
            return zip(operation(moved).doubleArray(), upstream.doubleArray())
                .reduce(0) { $0 + $1.0 * $1.1 }
        }
        func difference(_ step: Float) -> Double {
            (value(step) - value(-step)) / Double(2 * step)
        }
        return (4 * difference(0x1p-7) - difference(0x1p-6)) / 3
    }
}

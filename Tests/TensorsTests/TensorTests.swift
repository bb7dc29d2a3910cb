import Golden
import Preferences
import Tensors
import Testing

struct TensorTests {
    private let grid = Tensor([0, 1, 2, 3, 4, 5], shape: [2, 3])

    @Test func aCopyNeverSeesLaterChanges() {
        var changed = grid
        changed[1, 2] = 50
        #expect(changed.floatArray() == [0, 1, 2, 3, 4, 50])
        #expect(grid.floatArray() == [0, 1, 2, 3, 4, 5])
    }

    @Test func aViewIsWrittenInItsOwnOrder() {
        var turned = grid.transposed()
        turned[2, 0] = 20
        #expect(turned.floatArray() == [0, 3, 1, 4, 20, 5])
        #expect(grid[0, 2] == 2)
    }

    @Test func viewsReadTheirPartOfTheSameElements() {
        #expect(grid.sliced(1, 1..<3).floatArray() == [1, 2, 4, 5])
        #expect(grid.selected(0, 1).floatArray() == [3, 4, 5])
        #expect(grid.permuted([1, 0]).shape == [3, 2])
        #expect(grid.transposed().reshaped([6]).floatArray() == [0, 3, 1, 4, 2, 5])
        #expect(grid.expanded(1).shape == [2, 1, 3])
        #expect(grid.reshaped([3, -1]).shape == [3, 2])
        let parts = grid.split(1, [1, 2])
        #expect(parts[0].floatArray() == [0, 3])
        #expect(parts[1].floatArray() == [1, 2, 4, 5])
    }

    @Test func arithmeticRepeatsAxesOfLengthOne() {
        let column = Tensor([10, 20], shape: [2, 1])
        #expect((grid + column).floatArray() == [10, 11, 12, 23, 24, 25])
        #expect((column - grid).floatArray() == [10, 9, 8, 17, 16, 15])
        #expect((grid * Tensor([1, 2, 3])).floatArray() == [0, 2, 6, 3, 8, 15])
        #expect((grid / Tensor([2], shape: [])).floatArray() == [0, 0.5, 1, 1.5, 2, 2.5])
        #expect((grid + 1).floatArray() == [1, 2, 3, 4, 5, 6])
        #expect((-grid * 2).floatArray() == [0, -2, -4, -6, -8, -10])
        #expect(grid.combined(2, grid, -1).floatArray() == grid.floatArray())
        #expect((grid.transposed() + grid.reshaped([3, 2])).floatArray() == [0, 4, 3, 7, 6, 10])
    }

    @Test func arithmeticOfManyElementsIsSharedOut() {
        var random = SplitMix64(seed: 1)
        let (a, b) = (random.tensor(70_000), random.tensor(3, 1, 50))
        let expected = zip(a.floatArray(), a.floatArray()).map { $0 + $1 }
        let wide = random.tensor(400, 50)
        let (doubled, sums) = Team.with(threads: 3) { (a + a, wide + b) }
        #expect(doubled.floatArray() == expected)
        #expect(sums.shape == [3, 400, 50])
        #expect(sums[1, 7, 3] == wide[7, 3] + b[1, 0, 3])
    }

    @Test func matricesOfABatchAreMultipliedOneByOne() {
        let left = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 2, 2])
        let right = Tensor([1, 0, 0, 1], shape: [1, 2, 2])
        #expect(left.matmul(right).floatArray() == left.floatArray())
        #expect(left.matmul(left.transposed()).floatArray() == [5, 11, 11, 25, 61, 83, 83, 113])
    }

    @Test func noElementsAreNoTrouble() {
        let none = Tensor([Float](), shape: [0, 3])
        #expect((none + none).shape == [0, 3])
        #expect(none.linear(Tensor(repeating: 1, shape: [4, 3])).shape == [0, 4])
        #expect(none.rmsNorm(eps: 1e-6).shape == [0, 3])
        #expect(Tensor.concatenated([none, none], axis: 0).shape == [0, 3])
    }

    @Test(arguments: ElementType.allCases) func everyElementTypeKeepsSmallWholeNumbers(
        type: ElementType
    ) {
        let x = Tensor([0, 1, 1, 0])
        #expect(x.converted(to: type).elementType == type)
        #expect(x.converted(to: type).floatArray() == [0, 1, 1, 0])
        #expect(x.converted(to: .f64).converted(to: type).intArray() == [0, 1, 1, 0])
    }

    @Test func wholeNumbersKeepAll64Bits() {
        let x = Tensor(integers: [.min, -1, .max], shape: [3])
        #expect(x.converted(to: .u64).intArray() == [.min, -1, .max])
        #expect(x.converted(to: .i8).intArray() == [-128, -1, 127])
        #expect(Tensor([1e30, -1e30, .nan]).intArray() == [.max, .min, 0])
    }

    @Test func shapesThatDoNotFitStopTheProgram() async {
        await #expect(processExitsWith: .failure) {
            _ = Tensor([1, 2]) + Tensor([1, 2, 3])
        }
    }
}

/// OpenBLAS as an oracle that somebody else made.
struct OpenBLASTests {
    @Test func productsAreOpenBLASs() {
        var random = SplitMix64(seed: 1)
        let (x, weight) = (random.tensor(70, 900), random.tensor(130, 900))
        let expected = OpenBLAS.linear(x, weight, threads: 1)
        #expect(difference(x.linear(weight), expected, atol: 1e-4) == nil)
        #expect(OpenBLAS.description.contains("OpenBLAS"))
    }
}

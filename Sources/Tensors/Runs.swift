/// Walks over the elements of tensors of one shape, run by run along the last axis.
///
/// Neighbouring axes that all tensors store without a gap count as one, so that a contiguous
/// tensor is a single run.
struct Runs {
    /// Elements per run.
    let length: Int

    /// Distance of neighbours within a run, per tensor.
    let steps: [Int]

    /// The number of runs.
    let count: Int

    private let lengths: [Int]
    private let strides: [[Int]]

    init(_ shape: [Int], _ strides: [[Int]]) {
        var lengths: [Int] = []
        var merged: [[Int]] = strides.map { _ in [] }
        for axis in shape.indices where shape[axis] != 1 {
            let joins =
                !lengths.isEmpty
                && strides.indices.allSatisfy {
                    merged[$0][lengths.count - 1] == strides[$0][axis] * shape[axis]
                }
            if joins {
                lengths[lengths.count - 1] *= shape[axis]
                for i in strides.indices { merged[i][lengths.count - 1] = strides[i][axis] }
            } else {
                lengths.append(shape[axis])
                for i in strides.indices { merged[i].append(strides[i][axis]) }
            }
        }
        length = lengths.last ?? 1
        steps = merged.map { $0.last ?? 1 }
        self.lengths = Array(lengths.dropLast())
        self.strides = merged.map { Array($0.dropLast()) }
        count = self.lengths.reduce(1, *)
    }

    /// Calls `body` with the first place of each run, per tensor, relative to its first element.
    func forEach(in range: Range<Int>, _ body: ([Int]) -> Void) {
        var index = [Int](repeating: 0, count: lengths.count)
        var rest = range.lowerBound
        for axis in lengths.indices.reversed() {
            index[axis] = rest % lengths[axis]
            rest /= lengths[axis]
        }
        var place = strides.map { strides in zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } }
        for _ in range {
            body(place)
            var axis = lengths.count - 1
            while axis >= 0 {
                index[axis] += 1
                for i in place.indices { place[i] += strides[i][axis] }
                if index[axis] < lengths[axis] { break }
                for i in place.indices { place[i] -= strides[i][axis] * lengths[axis] }
                index[axis] = 0
                axis -= 1
            }
        }
    }
}

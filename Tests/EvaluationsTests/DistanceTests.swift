import Evaluations
import Preferences
import Testing

private func cases() throws -> [EvaluationsFixture.Distance] {
    try EvaluationsFixture.whole.get().distances
}

/// The rows that the script makes too, from the same stream of numbers.
private func embeddings(_ of: [Double]) throws -> Embeddings {
    let (count, width) = (Int(of[1]), Int(of[2]))
    var generator = SplitMix64(seed: UInt64(of[0]))
    var values: [Float] = []
    for _ in 0..<count {
        let u = (0...width).map { _ in Double(Int(generator.next() >> 40) - 1 << 23) / 8_388_608 }
        values += (0..<width).map { Float(of[4] + of[3] * (u[$0] + 0.75 * u[$0 + 1])) }
    }
    return try Embeddings(values, width: width)
}

@Test(arguments: 0..<4)
func frechetDistancesEqualNumpy(place: Int) throws {
    let expected = try cases()[place]
    let (first, second) = (try embeddings(expected.first), try embeddings(expected.second))
    let found = try frechetDistance(first, second)
    #expect(isClose(found, try #require(expected.frechet["svd"]), 1e-7))
    if let root = expected.frechet["sqrtm"] { #expect(isClose(found, root, 1e-6)) }
    #expect(try isClose(frechetDistance(second, first), found, 1e-7))
}

@Test(arguments: 0..<4)
func kernelDistancesEqualNumpy(place: Int) throws {
    let expected = try cases()[place]
    let (first, second) = (try embeddings(expected.first), try embeddings(expected.second))
    let whole = try kernelDistance(first, second)
    #expect(isClose(whole.value, expected.kernel, 1e-11) && whole.deviation == nil)
    let subsets = expected.subsets
    let found = try kernelDistance(
        first, second, subsets: subsets.subsets, size: subsets.size, seed: subsets.seed)
    #expect(isClose(found.value, subsets.value, 1e-11))
    #expect(isClose(found.deviation, subsets.deviation, 1e-11))
}

@Test func aSetHasNoFrechetDistanceToItself() throws {
    let one = try embeddings([1, 60, 12, 1, 3])
    #expect(isClose(try frechetDistance(one, one), 0, 1e-6))
}

@Test func embeddingsWithoutADistanceAreRefused() throws {
    #expect(throws: EmbeddingsError.notRows(count: 5, width: 2)) {
        try Embeddings([1, 2, 3, 4, 5], width: 2)
    }
    #expect(throws: EmbeddingsError.notRows(count: 0, width: 2)) { try Embeddings([], width: 2) }
    #expect(throws: EmbeddingsError.notFinite(row: 1)) {
        try Embeddings([1, 2, 3, .nan], width: 2)
    }
    let pair = try Embeddings([1, 2, 3, 4], width: 2)
    let (single, wide) = (
        try Embeddings([1, 2], width: 2), try Embeddings([1, 2, 3, 4], width: 4)
    )
    #expect(throws: EmbeddingsError.tooFew(1)) { try frechetDistance(pair, single) }
    #expect(throws: EmbeddingsError.widths(4, 2)) { try kernelDistance(wide, pair) }
}

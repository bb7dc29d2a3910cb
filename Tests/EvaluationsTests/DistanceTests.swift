import Preferences
import Testing

@testable import Evaluations

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

@Test func aReportHasTheModalitiesOfBothSidesWithTheirSizes() throws {
    let expected = try cases()[0]
    let (first, second) = (try embeddings(expected.first), try embeddings(expected.second))
    let report = try DistanceReport(
        embedder: "e", version: "1",
        clips: EmbeddedClips(
            list: ClipList(count: first.count, sha256: "c"),
            modalities: ["video": first, "audio": first]),
        references: EmbeddedClips(
            list: ClipList(count: second.count + 1, sha256: "r"), modalities: ["video": second]))
    #expect(report.modalities.map(\.name) == ["video"])
    let video = try #require(report.modalities.first)
    #expect(
        (video.clips, video.references, video.width) == (first.count, second.count, first.width))
    #expect(isClose(video.frechet, try #require(expected.frechet["svd"]), 1e-7))
    #expect(isClose(video.kernel.value, expected.kernel, 1e-11))
}

@Test func onlyWhatWasMeasuredAlikeIsCompared() throws {
    let report = DistanceReport(
        embedder: "e", version: "1", clips: ClipList(count: 2, sha256: "a"),
        references: ClipList(count: 3, sha256: "r"), kernel: KernelSettings(),
        modalities: [
            ModalityDistance(
                name: "audio", width: 4, clips: 2, references: 3, frechet: 5,
                kernel: KernelDistance(value: 6))
        ])
    var other = report
    other.clips.sha256 = "b"
    other.modalities[0].frechet = 4
    let comparison = try DistanceComparison(report, other)
    #expect(comparison.modalities.map(\.frechet) == [DistanceChange(before: 5, after: 4)])
    other.references.sha256 = "s"
    #expect(throws: DistanceMismatch.references) { try DistanceComparison(report, other) }
    other.version = "2"
    #expect(throws: DistanceMismatch.network("e@1", "e@2")) {
        try DistanceComparison(report, other)
    }
}

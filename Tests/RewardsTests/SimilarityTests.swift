import Golden
import Rewards
import Tensors
import Testing

private let golden = try? GoldenFile("10_similarity_scores")

/// The rows of a matrix; a vector is one row.
private func rows(_ name: String) throws -> [[Double]] {
    let tensor = try #require(golden)[name]
    let width = tensor.shape[tensor.rank - 1]
    let values = tensor.doubleArray()
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
}

private func agrees(_ value: Double, _ name: String) throws {
    let golden = try #require(golden)
    let expected = try golden["output.\(name)"].doubleArray()[0]
    let tolerance = try golden.json["tolerance"]["atol"].number
    #expect(abs(value - expected) <= tolerance, "\(name): \(value), not \(expected)")
}

@Test func cosinesAreTheReferences() throws {
    let (text, video) = (try rows("input.text"), try rows("input.video"))
    let expected = try #require(golden)["output.cos"].doubleArray()
    for index in text.indices {
        #expect(abs(Similarity.cosine(text[index], video[index]) - expected[index]) <= 1e-5)
    }
}

@Test func scoresOverPicturesAreTheReferences() throws {
    let (pictures, sounds) = (try rows("input.frames"), try rows("input.audio_windows"))
    let perSecond = try #require(golden).json["config"]["fps"].number
    let sound = try rows("input.audio")[0]
    try agrees(Similarity.avhScore(pictures: pictures, sound: sound), "avhscore")
    for (extreme, name) in [(Similarity.Extreme.largest, "largest"), (.smallest, "smallest")] {
        let score = Similarity.javisScore(
            pictures: pictures, sounds: sounds, perSecond: perSecond, extreme)
        try agrees(score, "javisscore.\(name)")
        let short = Similarity.javisScore(
            pictures: try rows("input.short.frames"), sounds: try rows("input.short.audio_windows"),
            perSecond: perSecond, extreme)
        try agrees(short, "short.javisscore.\(name)")
    }
}

@Test func offsetsOfASynchroniserAreTheReferences() throws {
    let golden = try #require(golden)
    let logits = try rows("input.sync_logits")
    let expected = try golden["output.desync_seconds"].doubleArray()
    let segments = logits.count / expected.count
    for clip in expected.indices {
        let parts = logits[clip * segments..<(clip + 1) * segments]
        let mean = parts.reduce(0) { $0 + Similarity.desync(logits: $1) } / Double(segments)
        #expect(abs(mean - expected[clip]) <= 1e-5)
    }
}

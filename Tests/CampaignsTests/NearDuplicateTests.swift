import Preferences
import Testing

@testable import Campaigns

/// Texts of which many are others with some words changed.
private func texts(_ seed: UInt64, count: Int = 300) -> [String] {
    var random = SplitMix64(seed: seed)
    let words = (0..<400).map { "w\($0)" }
    var texts: [[String]] = []
    for _ in 0..<count {
        if let base = texts.randomElement(using: &random), Bool.random(using: &random) {
            var words = base
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                words[Int.random(in: 0..<words.count, using: &random)] =
                    "x\(Int.random(in: 0..<1000, using: &random))"
            }
            texts.append(words)
        } else {
            let length = Int.random(in: 4...60, using: &random)
            texts.append((0..<length).map { _ in words.randomElement(using: &random) ?? "" })
        }
    }
    return texts.map { $0.joined(separator: " ") }
}

/// Which texts are dropped, by the definition: sets of word n-grams, every pair compared.
private func droppedByDefinition(_ texts: [String], ngram: Int, threshold: Double) -> Set<Int> {
    let shingles = texts.map { text -> Set<[Substring]> in
        let words = text.split(separator: " ")
        guard words.count > ngram else { return [words] }
        return Set((0...(words.count - ngram)).map { Array(words[$0..<($0 + ngram)]) })
    }
    var kept: [Int] = []
    var dropped: Set<Int> = []
    for index in texts.indices {
        let isRepeated = kept.contains { other in
            let common = shingles[index].intersection(shingles[other]).count
            let all = shingles[index].count + shingles[other].count - common
            return Double(common) / Double(all) >= threshold
        }
        if isRepeated { dropped.insert(index) } else { kept.append(index) }
    }
    return dropped
}

@Test(arguments: [(1, 3, 0.85), (2, 3, 0.7), (3, 2, 0.5), (4, 1, 0.95), (5, 4, 1.0), (6, 3, 0.3)])
func nearDuplicatesAreThoseOfTheDefinition(seed: UInt64, ngram: Int, threshold: Double) {
    let texts = texts(seed)
    var search = NearDuplicates(threshold: threshold)
    let found = texts.indices.filter { index in
        search.match(NormalisedText(texts[index]).shingles(of: ngram), index: index) != nil
    }
    let expected = droppedByDefinition(texts, ngram: ngram, threshold: threshold)
    #expect(Set(found) == expected)
    #expect(!expected.isEmpty)
}

@Test func textsAreComparedWithoutCasePunctuationAndSpaces() {
    #expect(NormalisedText("  Rain, on a ROOF! ").key == Array("rain on a roof".utf8))
    #expect(NormalisedText("Été à Łódź №5").key == NormalisedText("été  à łódź, №5").key)
    #expect(NormalisedText("雨が降る").key == Array("雨が降る".utf8))
    #expect(NormalisedText("!?").key != NormalisedText("...").key)
}

@Test func aTextOfFewWordsIsOneShingle() {
    #expect(NormalisedText("a bell").shingles(of: 3).count == 1)
    #expect(NormalisedText("a bell rings").shingles(of: 3).count == 1)
    #expect(NormalisedText("a bell rings far away").shingles(of: 3).count == 3)
    #expect(NormalisedText("a a a a a").shingles(of: 2).count == 1)
}

@Test func aFileOfOnePatternTakesLinearTime() {
    // 2000 texts that share all buckets of most bands: each is compared with a few only.
    var search = NearDuplicates(threshold: 0.99)
    let start = "one two three four five six seven eight nine ten eleven twelve number"
    let found = (0..<2000).filter { number in
        let text = NormalisedText("\(start) \(number)")
        return search.match(text.shingles(of: 1), index: number) != nil
    }
    #expect(found == [])
}

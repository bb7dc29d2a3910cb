import Testing

@testable import Datasets

@Test(arguments: [
    ("p0", 0.21539233463430693), ("p1", 0.07170906650673906), ("cluster 7", 0.500010386012138),
])
func aPromptsPlaceIsTheStartOfItsHash(key: String, place: Double) {
    // Python: int.from_bytes(sha256(b"duet" + key).digest()[:8], "big") / 2**64
    #expect(abs(SplitRule.place(of: key, salt: "duet") - place) < 1e-15)
}

@Test func splitsHaveTheirSharesAndLeaveNoPromptOut() {
    let rule = SplitRule(
        parts: [
            .init(name: "train", fraction: 0.7), .init(name: "validation", fraction: 0.2),
            .init(name: "test", fraction: 0.1),
        ])
    var counts = [0, 0, 0]
    for index in 0..<20_000 {
        counts[rule.split(of: .init(id: "prompt \(index)", text: ""))] += 1
    }
    // Six standard deviations.
    for (count, share) in zip(counts, [0.7, 0.2, 0.1]) {
        #expect(
            abs(Double(count) - 20_000 * share) < 6 * (20_000 * share * (1 - share)).squareRoot())
    }
}

@Test func nearDuplicatesGoIntoOneSplit() {
    let rule = SplitRule(
        parts: [.init(name: "train", fraction: 0.5), .init(name: "test", fraction: 0.5)])
    let splits = (0..<100).map {
        rule.split(of: .init(id: "prompt \($0)", text: "", cluster: "the same"))
    }
    #expect(Set(splits).count == 1)
}

@Test(arguments: [
    ("", "no splits"), ("a 0.5 a 0.5", "named twice"), ("a 0.5", "add up to 0.5"),
    ("A 1", "small letters"), ("a 1.5", "share of a"),
])
func aRuleThatDividesNothingIsRefused(parts: String, word: String) {
    let words = parts.split(separator: " ").map(String.init)
    let rule = SplitRule(
        parts: stride(from: 0, to: words.count, by: 2).map {
            .init(name: words[$0], fraction: Double(words[$0 + 1]) ?? 0)
        })
    #expect(rule.problem?.contains(word) == true)
}

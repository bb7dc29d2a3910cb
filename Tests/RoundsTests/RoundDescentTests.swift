import Campaigns
import Evaluations
import Testing

@testable import Rounds

private func record(
    _ name: String, _ number: Int, start: Int, adapter: String? = nil, from policy: String = "none"
) -> RoundRecord {
    var round = Round(name: name, data: .init(campaign: "pairs"))
    round.policy.adapter = policy
    var record = RoundRecord(
        name: name, number: number, start: start, campaign: "pairs", round: round)
    record.adapter = adapter.map { .init(path: "/a/\($0)", sha256: $0) }
    return record
}

/// Two rounds in a row, one that starts anew beside them, and another name's that goes on from the
/// first.
private let records = [
    record("a", 1, start: 0, adapter: String(repeating: "1", count: 64)),
    record("a", 2, start: 1, adapter: String(repeating: "2", count: 64)),
    record("a", 3, start: 0),
    record(
        "b", 1, start: 0,
        from: "/a/\(String(repeating: "1", count: 64))#\(String(repeating: "1", count: 64))"),
]

private func names(_ nodes: [LineageNode]) -> [String] {
    nodes.flatMap { [$0.name] + names($0.children).map { "  \($0)" } }
}

@Test func whatGrewFromAnAdapterStandsBelowItUnderWhateverName() {
    let pair = LineageNode(kind: "pair", name: "red/0-1")
    let uses = [RoundDescent.Use(label: "a/1", facts: [], pairs: [pair])]
    #expect(names(RoundDescent(records).trees(of: uses)) == ["a/1", "  red/0-1", "  a/2", "  b/1"])
}

@Test func aRoundThatUsedItItselfIsSaidOnceBelowTheOneItStartsFrom() {
    let uses = ["a/1", "a/2", "a/3"].map { RoundDescent.Use(label: $0, facts: [.init("use", "1")]) }
    let trees = RoundDescent(records).trees(of: uses)
    #expect(names(trees) == ["a/1", "  a/2", "  b/1", "a/3"])
    #expect(trees[0].children[0].facts.contains(.init("use", "1")))
    #expect(trees[0].children[0].facts.contains(.init("starts from", "a/1")))
    #expect(!trees[0].children[1].facts.contains(.init("use", "1")))
}

@Test func thePairsOfAPromptAreFoundAmongTheFrozenLines() throws {
    func line(_ prompt: String, _ chosen: Int) -> String {
        """
        {"chosen_ordinal":\(chosen),"id":"\(prompt)","margin":0.5,\
        "pair_id":"\(prompt)/\(chosen)-1","rejected_ordinal":1,"text":"\\"id\\":\\"red\\""}
        """
    }
    let text = [line("red", 0), line("red/2", 2), line("red", -1)].joined(separator: "\n") + "\n"
    let found = try FrozenPair.of(prompt: "red", in: text)
    #expect(found.map(\.name) == ["red/0-1", "red/-1-1"] && found[1].chosen == -1)
    #expect(try FrozenPair.of(prompt: "red/2", in: text).map(\.name) == ["red/2/2-1"])
}
